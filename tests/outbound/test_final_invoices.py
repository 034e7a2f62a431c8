"""A final invoice that deducts: on paper and on its page, with each earlier invoice, its date and its tax."""

import io
import re

from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from milebill.db import reading
from milebill.models import Document
from milebill.outbound import pdf
from milebill.outbound.documents import document_html
from tests.actors import Deal, Supplier, a_quote, a_sent_quote, browser_of, shares
from tests.dealings import last_invoice, token_of
from tests.offers import contents, finish, taxed


def a_finished_project(owner: Supplier) -> Deal:
    steps = taxed(shares("=3000", "=4500", "=2500", deposit=True), "0", "1", "0")
    deal = a_quote(owner, total="", milestones=steps, final_invoice="deducts", more_taxes=SEVEN)
    finish(deal)
    return deal


SEVEN = [{"label": "VAT", "rate": "7"}]


def printed(app: Flask) -> str:
    """The last invoice's PDF; a missing letter would fail."""
    with reading() as connection:
        invoices = select(Document.id).where(Document.kind == "invoice").order_by(Document.id.desc())
        document_id = connection.execute(invoices.limit(1)).scalar_one()
    read = PdfReader(io.BytesIO(pdf.render(document_html(app, document_id), strict=True)))
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in read.pages))


def test_the_paper_lists_and_deducts(app: Flask, owner: Supplier) -> None:
    deal = a_finished_project(owner)
    first, second, _final = contents(deal)
    text = printed(app)
    for said in (
        "Final invoice",
        "Step 1 VAT 19% €3,000.00",
        f"Less invoice {first['number']} of",
        "Step 1 VAT 19% -€3,000.00",
        "Step 2 VAT 7% -€4,500.00",
        "How this amount comes about",
        "The whole contract VAT 19%: €1,045.00 VAT 7%: €315.00 €10,000.00 €1,360.00 €11,360.00",
        f"Less invoice {second['number']} of",
        "VAT 7%: -€315.00 -€4,500.00 -€315.00 -€4,815.00",
        "This invoice VAT 19%: €475.00 €2,500.00 €475.00 €2,975.00",
    ):
        assert said in text, said


def test_the_quote_says_so_before_it_is_accepted(app: Flask, owner: Supplier) -> None:
    words = "The last invoice lists the whole contract and deducts what was billed before, with its tax."
    for style in ("deducts", "own_share"):
        deal = a_sent_quote(owner, final_invoice=style)
        page = browser_of(app, None).get(f"/q/{deal.token(app)}").get_data(as_text=True)
        with reading() as connection:
            query = select(Document.id).where(Document.kind == "quote").order_by(Document.id.desc()).limit(1)
            paper = document_html(app, connection.execute(query).scalar_one())
        assert (words in page, words in paper) == (style == "deducts",) * 2


def test_the_page_says_the_same(app: Flask, owner: Supplier) -> None:
    deal = a_finished_project(owner)
    first = contents(deal)[0]
    page = browser_of(app, None).get(f"/i/{token_of(app, deal, last_invoice(deal))}").get_data(as_text=True)
    assert f"Less invoice {first['number']} of" in page
    assert "with VAT 19%, -€570.00" in page
    assert "with VAT 7%, -€315.00" in page
    assert "-€4,500.00" in page
