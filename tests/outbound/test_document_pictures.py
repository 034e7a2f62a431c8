"""The README's pictures of the demo's papers.

`MILEBILL_PICTURES=write make test ARGS=tests/outbound/test_document_pictures.py`
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import Select, select

from milebill import ROOT
from milebill.db import reading
from milebill.demo import seed_demo
from milebill.domain.project_statement import make_statement
from milebill.domain.work import Actor
from milebill.models import Client, Document, DocumentKind, Project, Quote
from milebill.outbound import pdf
from milebill.outbound.documents import document_html

PICTURES = ROOT / "docs" / "pictures"
MOST_BYTES = 60_000
POINTS_TO_PIXELS = 1.2
COLOURS = 48

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.skipif(
        os.environ.get("MILEBILL_PICTURES") != "write", reason="pictures are only taken with MILEBILL_PICTURES=write"
    ),
]

_OF = select(Document.id).join(Quote, Quote.id == Document.quote_id).join(Client, Client.id == Quote.client_id)


def papers() -> Iterator[tuple[str, int, int]]:
    """Name, document and page (from 0) of each picture."""
    books = _OF.where(Client.name == "Halden Books").order_by(Document.id)
    for kind in (DocumentKind.QUOTE, DocumentKind.AGREEMENT, DocumentKind.RECEIPT):
        yield kind, one(books.where(Document.kind == kind)), 0
    yield "agreement-signed", one(books.where(Document.kind == DocumentKind.AGREEMENT)), 1
    yield (
        "invoice",
        one(books.where(Document.kind == DocumentKind.INVOICE).order_by(None).order_by(Document.id.desc())),
        0,
    )
    yield "credit-note", one(_OF.where(Document.file_name.startswith("CN-")).order_by(Document.id)), 0
    swiss = _OF.where(Client.name == "Seeblick AG", Document.kind == DocumentKind.INVOICE).order_by(Document.id)
    yield "qr-bill", one(swiss), 1
    project = select(Project.id, Project.workspace_id).join(Client, Client.id == Project.client_id)
    with reading() as connection:
        found = connection.execute(project.where(Client.name == "Kaffeehaus Nord")).one()
    yield "statement", make_statement(found.workspace_id, Actor("supplier", "Anna Lindqvist"), found.id), 0


def one(query: Select[tuple[int]]) -> int:
    """The first id."""
    with reading() as connection:
        return connection.execute(query.limit(1)).scalar_one()


def keep(document: bytes, page: int, path: Path) -> None:
    """A page as a small picture with a fine edge."""
    with contextlib.closing(pypdfium2.PdfDocument(document)) as opened, contextlib.closing(opened[page]) as shown:
        picture = shown.render(scale=POINTS_TO_PIXELS).to_pil()
    framed = Image.new("RGB", (picture.width + 2, picture.height + 2), "#d3d9df")
    framed.paste(picture, (1, 1))
    framed.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(path, "PNG", optimize=True)


def test_the_pictures_of_the_papers(in_app: Flask) -> None:
    list(seed_demo(in_app))
    for name, document_id, page in papers():
        path = PICTURES / f"paper-{name}.png"
        keep(pdf.render(document_html(in_app, document_id), strict=True), page, path)
        assert path.stat().st_size <= MOST_BYTES, name
