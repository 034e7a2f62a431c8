"""A deal in letters that our typefaces lack: with a font of the installation's own, and without."""

import dataclasses
import io
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from milebill.db import reading
from milebill.domain.buyer import Buyer
from milebill.domain.decision import accept_quote
from milebill.models import Document
from milebill.models.document import DocumentState
from milebill.outbound.documents import render_next
from tests.actors import ACCEPT, BUYER, Deal, Supplier, a_sent_quote, signed
from tests.outbound.own_fonts import a_font

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def accepted(owner: Supplier) -> Deal:
    """By somebody whose company and order are written in Chinese: nobody is refused over a font."""
    deal = a_sent_quote(owner, title="Shop 漢")
    buyer = Buyer(BUYER | {"legal_name": "字字 Ltd"}, "漢字-7")
    accept_quote(deal.workspace_id, deal.quote_id, deal.link(), signed(deal.offer_hash(), ACCEPT), buyer)
    return deal


def texts(app: Flask) -> dict[str, str]:
    """What each paper says, by its kind, once all are made."""
    while render_next(app):
        pass
    with reading() as connection:
        made = connection.execute(select(Document.kind, Document.state, Document.sha256)).all()
    assert {document.state for document in made} == {DocumentState.READY}
    files = app.extensions["files"]
    papers = {kind: files.get(sha256) for kind, _, sha256 in made}
    return {
        kind: " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
        for kind, data in papers.items()
        if data.startswith(b"%PDF")
    }


def test_without_a_font_their_numbers_are_printed(in_app: Flask, owner: Supplier) -> None:
    accepted(owner)
    said = texts(in_app)
    assert "[U+5B57][U+5B57] Ltd" in said["agreement"]
    assert "[U+6F22][U+5B57]-7" in said["invoice"]
    assert "Shop [U+6F22]" in said["quote"]


def test_with_one_it_is_as_it_was_typed(in_app: Flask, owner: Supplier, tmp_path: Path) -> None:
    own = a_font(tmp_path / "Own.ttf", "漢字")
    in_app.extensions["settings"] = dataclasses.replace(in_app.extensions["settings"], fonts=(own,))
    accepted(owner)
    said = texts(in_app)
    assert "字字 Ltd" in said["agreement"]
    assert "漢字-7" in said["invoice"]
    assert "U+" not in "".join(said.values())
