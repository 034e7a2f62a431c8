"""Every scenario as the PDF that is sent: an archive with its invoice inside, and nothing unreadable on it."""

from collections import Counter

import facturx
import pytest
from flask import Flask
from sqlalchemy import select

from milebill import clock
from milebill.db import reading
from milebill.models import Document
from milebill.models.document import DocumentState
from milebill.outbound import einvoice, pdf
from milebill.outbound.documents import render_next
from milebill.outbound.einvoice import Syntax
from milebill.outbound.letterhead import brand_of
from tests.outbound import pdf_a, samples
from tests.outbound.einvoice.matrix import SCENARIOS, Paper
from tests.outbound.mail_stories import MOMENT
from tests.outbound.papers import pages, picture_bytes

EXPECTED = ("no font has U+1F331", "so it was fitted with")
"""What the renderer may say: the long text has a seedling in it, and many facts are made to fit beside the address."""


@pytest.mark.long
def test_each_is_an_archive_with_its_invoice_inside(papers: dict[str, Paper], caplog: pytest.LogCaptureFixture) -> None:
    brand = brand_of("Studio", "#0f6b5c", picture_bytes(120, 40, "RGBA"))
    broken = {}
    for name, paper in papers.items():
        xml = einvoice.xml_of(paper, Syntax.CII) if Syntax.CII in einvoice.syntaxes_for(paper) else None
        html = samples.printed("invoice", invoice=paper, locale=paper["locale"], brand=brand)
        caplog.clear()
        made = pdf.render(html, archive=pdf.Archive(facturx_xml=xml))
        said = [text for text in caplog.messages if not any(known in text for known in EXPECTED)]
        if faults := pdf_a.faults(made) + said:
            broken[name] = faults
        if xml is not None:
            assert facturx.get_xml_from_pdf(made, check_xsd=False) == ("factur-x.xml", xml)
        assert paper["number"] in pages(made)[0]
    assert broken == {}


@pytest.mark.long
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_so_is_every_paper_of_their_stories(in_app: Flask) -> None:
    """As the worker makes them: quotes, agreements, receipts, and every invoice on the way."""
    with clock.at(MOMENT):
        for tell in SCENARIOS.values():
            tell()
        while render_next(in_app):
            pass
    with reading() as connection:
        made = connection.execute(select(Document.id, Document.kind, Document.state, Document.sha256)).all()
    broken, kinds = {}, Counter()
    for document in made:
        data = in_app.extensions["files"].get(document.sha256) if document.state == DocumentState.READY else b""
        if data.startswith(b"%PDF"):
            kinds[document.kind] += 1
            if faults := pdf_a.faults(data):
                broken[document.id] = faults
    assert broken == {}
    assert kinds.keys() >= {"quote", "agreement", "receipt", "invoice"}
    assert {document.state for document in made} == {DocumentState.READY}
