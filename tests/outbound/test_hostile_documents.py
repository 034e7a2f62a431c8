"""What a hostile document can do to us: nothing. It costs itself."""

import io
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from pypdf import PdfReader

from milebill.outbound import pdf
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


class TestHostileDocuments:
    @pytest.mark.parametrize(
        "html",
        [
            "<table><tr><td colspan=100000000>x</td></tr></table>",
            "<table><tr><td rowspan=100000000>x</td></tr></table>",
            "<div>" * 3000 + "x",
            "<table><tr><td>" * 200 + "x",
            "<p style='font-size: 100000000pt'>x</p>",
            "<p>" + "x " * 1_000_000,
            "x" * (pdf.MOST_HTML_BYTES + 1),
        ],
        ids=["colspan", "rowspan", "nesting", "tables", "font size", "length", "bytes"],
    )
    def test_it_costs_itself_and_nothing_else(self, renderer: pdf.Renderer, html: str) -> None:
        renderer.start()
        start = time.monotonic()
        with pytest.raises(pdf.RenderingFailed):
            renderer.render(html, seconds=1.5, memory=pdf.GIB, folder=None, strict=False)
        assert time.monotonic() - start < 30
        after = renderer.render("<p>Next</p>", seconds=60, memory=pdf.GIB, folder=None, strict=True)
        assert pages(after) == ["Next"]

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

    def test_a_picture_that_would_fill_the_memory_is_left_out(self) -> None:
        document = pdf.render(f'<p>x</p><img src="{picture(20_000, 20_000, mode="1")}">')
        assert not PdfReader(io.BytesIO(document)).pages[0].images
