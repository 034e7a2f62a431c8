"""What a hostile document can do to us: nothing. It costs itself."""

import base64
import io
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from milebill.db import reading, transaction
from milebill.models import Document, Receipt
from milebill.models.document import DocumentState
from milebill.outbound import pdf
from milebill.outbound.documents import render_next
from milebill.outbound.renderer import conversion
from tests.actors import Supplier, an_accepted_project
from tests.outbound import pdf_a
from tests.outbound.papers import pages, picture


@dataclass(frozen=True)
class Listener:
    """A port of this machine, and the connections that somebody made to it."""

    port: int
    made: list[int] = field(default_factory=list)


@pytest.fixture
def renderer() -> Iterator[pdf.Renderer]:
    renderer = pdf.Renderer()
    yield renderer
    renderer.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Nobody should come."""
    server = socket.create_server(("127.0.0.1", 0))
    found = Listener(server.getsockname()[1])
    server.settimeout(0.05)
    stop = threading.Event()

    def accept() -> None:
        while not stop.is_set():
            try:
                connection, _ = server.accept()
            except TimeoutError:
                continue
            found.made.append(connection.fileno())
            connection.close()

    thread = threading.Thread(target=accept)
    thread.start()
    yield found
    stop.set()
    thread.join()
    server.close()


LAUGHS = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9"><defs>'
    '<g id="a0"><rect width="1" height="1"/></g>'
    + "".join(f'<g id="a{n}">' + f'<use xlink:href="#a{n - 1}"/>' * 10 + "</g>" for n in range(1, 10))
    + '</defs><use xlink:href="#a9"/></svg>'
)
ENDLESS = {
    "columns": "<table><tr><td colspan=100000000>x</td></tr></table>",
    "rows": "<table><tr><td rowspan=100000000>x</td></tr></table>",
    "nesting": "<div>" * 3000 + "x",
    "tables": "<table><tr><td>" * 200 + "x",
    "font size": "<p style='font-size: 100000000pt'>x</p>",
    "words": "<p>" + "x " * 1_000_000,
    "a word": "<p style='overflow-wrap: anywhere'>" + "x" * 1_000_000,
    "lines": "<p>" + "x<br>" * 1_000_000,
    "pages": "<p style='page-break-after: always'>x" * 20_000,
    "rules": "<style>"
    + "".join(f".a{n} {{ color: red }}" for n in range(50_000))
    + "</style>"
    + "<p class=a1>x" * 2000,
    "a drawing": f'<img src="data:image/svg+xml;base64,{base64.b64encode(LAUGHS.encode()).decode()}">',
    "bytes": "x" * (pdf.MOST_HTML_BYTES + 1),
}
"""What would take for ever, or all memory."""
LONG = {"words", "a word", "pages", "rules", "tables", "lines", "font size"}
"""Much like the others, and each of them costs two seconds."""
HARMLESS = {
    "a huge table": "<table style='width: 100000000mm'><tr><td>x</td></tr></table>",
    "a huge picture of little": f'<p>x</p><img width=100000000 height=100000000 src="{picture(4, 4)}">',
    "far away": "<div style='margin: -100000000mm'>x</div>",
    "a file for a page": "<pdf:insertpdf src='/etc/passwd' /><p>x",
    "style sheets in each other": "<style>" + "@import url(data:text/css,@import%20url(x));" * 100 + "</style><p>x",
}


class TestHostileDocuments:
    @pytest.mark.parametrize(
        "html",
        [pytest.param(html, id=name, marks=[pytest.mark.long] * (name in LONG)) for name, html in ENDLESS.items()],
    )
    def test_it_costs_itself_and_nothing_else(self, renderer: pdf.Renderer, html: str) -> None:
        renderer.start()
        start = time.monotonic()
        with pytest.raises(pdf.RenderingFailed):
            renderer.render(html, seconds=0.7, memory=pdf.GIB, folder=None, strict=False, archive=pdf.Archive())
        assert time.monotonic() - start < 30
        after = renderer.render("<p>Next</p>", seconds=60, memory=pdf.GIB, folder=None, strict=True)
        assert pages(after) == ["Next"]

    @pytest.mark.parametrize("html", HARMLESS.values(), ids=HARMLESS)
    def test_what_can_be_laid_out_is_an_archive_like_any_other(self, html: str) -> None:
        assert pdf_a.faults(pdf.render(html, archive=pdf.Archive(title="x", language="en"))) == []

    def test_much_white_space_costs_no_more_than_other_text(self) -> None:
        start = time.process_time()
        assert conversion.compacted("<p>x" + " " * 300_000 + "y <p> z") == "<p>x" + " " * 300_000 + "y<p> z"
        assert time.process_time() - start < 1

    def test_memory_ends_before_the_machine_s_does(self, renderer: pdf.Renderer) -> None:
        with pytest.raises(pdf.RenderingFailed, match="memory"):
            renderer.render(
                "<table><tr><td colspan=100000000>x</td></tr></table>",
                seconds=60,
                memory=pdf.GIB // 2,
                folder=None,
                strict=False,
            )

    @pytest.mark.parametrize(
        "address",
        ["file:///etc/passwd", "/etc/passwd", "http://127.0.0.1:{port}/x", "https://[::1]:{port}/", "ftp://x/y"],
    )
    @pytest.mark.parametrize(
        "html",
        [
            '<img src="{0}">x',
            "<style>@font-face {{ font-family: f; src: url({0}) }} p {{ font-family: f }}</style><p>x",
            '<link rel="stylesheet" href="{0}"><p>x',
            '<style>@import url("{0}");</style><p>x',
            '<style>@page {{ background-image: url("{0}") }}</style><p>x',
        ],
        ids=["img", "font", "link", "import", "background"],
    )
    def test_nothing_is_read_or_fetched(self, html: str, address: str, listener: Listener) -> None:
        document = pdf.render(html.format(address.format(port=listener.port)))
        assert pages(document) == ["x"]
        assert not PdfReader(io.BytesIO(document)).pages[0].images
        assert not listener.made

    @pytest.mark.parametrize(("side", "mode"), [(20_000, "1"), (9_000, "L")])
    def test_a_picture_that_would_fill_the_memory_is_left_out(self, side: int, mode: str) -> None:
        document = pdf.render(f'<p>x</p><img src="{picture(side, side, mode=mode)}">', archive=pdf.Archive())
        assert not PdfReader(io.BytesIO(document)).pages[0].images


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_worker_goes_on_with_the_next_document(
    in_app: Flask, owner: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(pdf.render.__kwdefaults__, "seconds", 1.0)
    hostile, good = an_accepted_project(owner), an_accepted_project(owner)
    with transaction() as session:
        for receipt in session.scalars(select(Receipt).where(Receipt.quote_id == hostile.quote_id)):
            receipt.content = receipt.content | {"consent": "x\n" * 1_000_000}
    start = time.monotonic()
    while render_next(in_app):
        pass
    assert time.monotonic() - start < 60
    with reading() as connection:
        states = connection.execute(select(Document.quote_id, Document.kind, Document.state)).all()
    assert {state for quote_id, _, state in states if quote_id == good.quote_id} == {DocumentState.READY}
    assert {state for quote_id, _, state in states if quote_id == hostile.quote_id} != {DocumentState.READY}
