"""The renderer: what it makes of a good document, and what a hostile one can do to it (nothing)."""

import base64
import io
import json
import os
import resource
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from milebill.outbound import pdf, pdf_child

FOOTED = """<html lang="de"><head><title>Rechnung 7</title><meta name="author" content="Studio Łódź">
<style>@page {{ size: a4; margin: 2cm;
  @frame foot {{ -pdf-frame-content: foot; left: 2cm; bottom: 1cm; width: 17cm; height: 5mm; }} }}
body {{ font-family: Inter; }}</style></head>
<body><div id="foot"><table><tr>
  <td>Seite&nbsp;<pdf:pagenumber />&nbsp;von&nbsp;<pdf:pagecount /></td></tr></table></div>
{body}</body></html>"""


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


def pages(document: bytes) -> list[str]:
    return [page.extract_text().strip() for page in PdfReader(io.BytesIO(document)).pages]


class TestGoodDocuments:
    def test_text_metadata_and_language(self) -> None:
        document = pdf.render(FOOTED.format(body="<p>Żółw, Ωμέγα, <b>Зима</b>, €5, “œ” → ✓</p>"), strict=True)
        reader = PdfReader(io.BytesIO(document))
        assert "Żółw, Ωμέγα, Зима, €5, “œ” → ✓" in reader.pages[0].extract_text()
        assert reader.metadata is not None
        assert (reader.metadata.title, reader.metadata.author) == ("Rechnung 7", "Studio Łódź")
        assert reader.trailer["/Root"]["/Lang"] == "de"

    def test_every_page_says_which_of_how_many_it_is(self) -> None:
        found = pages(pdf.render(FOOTED.format(body="<p>Absatz</p>" * 240), strict=True))
        assert len(found) > 2
        for number, text in enumerate(found, 1):
            assert f"Seite {number} von {len(found)}" in text.replace("\xa0", " ")

    def test_the_count_costs_no_second_layout(self, monkeypatch: pytest.MonkeyPatch) -> None:
        layouts = []
        begin = pdf_child.OnePassDocument.beforeDocument

        def counted(document: pdf_child.OnePassDocument) -> None:
            layouts.append(document)
            begin(document)

        monkeypatch.setattr(pdf_child.OnePassDocument, "beforeDocument", counted)
        pdf_child.prepare()
        pdf_child.convert(FOOTED.format(body="<p>Absatz</p>" * 240), 30)
        assert len(layouts) == 1

    def test_letters_typed_in_parts_become_one(self) -> None:
        (text,) = pages(pdf.render("<body style='font-family: Inter'>Ine\u0302s, o\ufb03ce", strict=True))
        assert "Inês, office" in text

    def test_a_picture_may_be_inside_the_document(self) -> None:
        document = pdf.render(f'<img src="{picture(40, 40)}">', strict=True)
        assert len(PdfReader(io.BytesIO(document)).pages[0].images) == 1

    def test_a_picture_may_come_from_the_given_folder_only(self, tmp_path: Path) -> None:
        (tmp_path / "logo.png").write_bytes(picture_bytes(40, 40))
        (tmp_path / "inner").mkdir()
        html = f'<img src="{tmp_path}/logo.png">'
        assert len(PdfReader(io.BytesIO(pdf.render(html, folder=tmp_path, strict=True))).pages[0].images) == 1
        with pytest.raises(pdf.RenderingFailed, match="outside the directories"):
            pdf.render(html, folder=tmp_path / "inner", strict=True)

    def test_the_faces_have_what_europe_writes_with(self) -> None:
        pdf_child.prepare()
        for name in set(pdf_child.FACES.values()):
            glyphs = pdf_child.pdfmetrics.getFont(name).face.charToGlyph
            letters = [chr(code) for code in range(0x20, 0x530) if chr(code).isprintable() and chr(code).isalnum()]
            missing = {char for char in letters if ord(char) not in glyphs}
            # Phonetic letters and a few that only old Slavonic manuscripts have.
            assert not {
                char for char in missing if not 0x1C0 <= ord(char) < 0x2B0 and not 0x370 <= ord(char) < 0x37E
            } - set("ŉ" + "".join(map(chr, range(0x3D0, 0x400))) + "".join(map(chr, range(0x460, 0x530))))
            widths = {pdf_child.pdfmetrics.stringWidth(digit, name, 10) for digit in "0123456789"}
            assert len(widths) == 1, "digits stand under each other"


class TestComplaints:
    def test_a_character_that_no_face_has_is_logged(self, caplog: pytest.LogCaptureFixture) -> None:
        assert pdf.render("<p style='font-family: Inter'>漢 and a secret</p>").startswith(b"%PDF")
        assert "U+6F22" in caplog.text
        assert "secret" not in caplog.text

    def test_and_is_an_error_where_that_is_asked_for(self) -> None:
        with pytest.raises(pdf.RenderingFailed, match=r"U\+6F22"):
            pdf.render("<p style='font-family: Inter'>漢</p>", strict=True)


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


class TestTheChild:
    def test_it_is_replaced_when_it_dies(self, renderer: pdf.Renderer) -> None:
        renderer.start()
        assert renderer._child is not None
        renderer._child._process.kill()
        renderer._child._process.wait()
        assert renderer.render("<p>x", seconds=60, memory=pdf.GIB, folder=None, strict=True)

    def test_dying_in_the_middle_is_a_failure(self, renderer: pdf.Renderer) -> None:
        renderer.start()
        child = renderer._child
        assert child is not None
        threading.Timer(0.2, child._process.kill).start()
        with pytest.raises(pdf.RenderingFailed):
            renderer.render("<p>" + "x " * 2_000_000, seconds=60, memory=pdf.GIB, folder=None, strict=False)

    def test_a_request_that_it_can_t_take_is_a_failure(self, renderer: pdf.Renderer) -> None:
        renderer.start()
        child = renderer._child
        assert child is not None
        child._process.kill()
        child._process.wait()
        with pytest.raises(pdf.RenderingFailed):
            child.ask({"seconds": 5, "memory": pdf.GIB, "folder": None}, b"x" * 1_000_000)

    def test_it_can_be_warmed_up(self) -> None:
        pdf.start()
        assert pdf.render("<p>x", seconds=60)

    def test_it_is_renewed_after_many_documents(self, renderer: pdf.Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pdf, "DOCUMENTS_PER_CHILD", 2)
        children = set()
        for _ in range(4):
            renderer.start()
            children.add(renderer._child)
            renderer.render("<p>x", seconds=60, memory=pdf.GIB, folder=None, strict=True)
        assert len(children) == 2

    def test_it_knows_none_of_our_settings(self, renderer: pdf.Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MILEBILL_SECRET_KEY", "secret")
        started = []
        popen = subprocess.Popen
        monkeypatch.setattr(
            subprocess, "Popen", lambda *args, **kept: started.append(kept["env"]) or popen(*args, **kept)
        )
        renderer.start()
        assert set(started[0]) <= {"PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH"}

    def test_threads_take_turns(self, renderer: pdf.Renderer) -> None:
        found: list[str] = []

        def one(number: int) -> None:
            document = renderer.render(f"<p>No {number}", seconds=60, memory=pdf.GIB, folder=None, strict=True)
            found.extend(pages(document))

        threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(found) == [f"No {number}" for number in range(8)]

    def test_a_fork_starts_its_own(self, renderer: pdf.Renderer) -> None:
        renderer.start()
        child = renderer._child
        assert child is not None
        renderer.forget()
        try:
            assert renderer.render("<p>x", seconds=60, memory=pdf.GIB, folder=None, strict=True)
            assert child.alive()
        finally:
            child.kill()


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


def picture_bytes(width: int, height: int, mode: str = "RGB") -> bytes:
    target = io.BytesIO()
    Image.new(mode, (width, height)).save(target, "PNG")
    return target.getvalue()


def picture(width: int, height: int, mode: str = "RGB") -> str:
    return "data:image/png;base64," + base64.b64encode(picture_bytes(width, height, mode)).decode()


class TestConversion:
    """What the child does, in this process: its own is killed in the end, and nobody sees which of its lines ran."""

    @pytest.fixture(autouse=True)
    def _prepared(self) -> None:
        pdf_child.prepare()

    def test_it_collects_what_the_renderer_says(self) -> None:
        document, warnings = pdf_child.convert("<p>漢</p>" + "<img src='/etc/passwd'>" * 30, 30)
        assert pages(document)
        assert len(warnings) == pdf_child.MOST_WARNINGS
        assert any("U+6F22" in warning for warning in warnings)

    def test_an_error_that_the_renderer_swallows_is_one(self) -> None:
        with pytest.raises(ValueError, match="malformed"):
            pdf_child.convert('<img src="data:nothing">x', 30)

    def test_headers_that_count_nothing_are_painted_at_once(self) -> None:
        html = FOOTED.format(body="<p>x</p>").replace("<pdf:pagecount />", "n")
        document, warnings = pdf_child.convert(html, 30)
        assert "Seite" in pages(document)[0]
        assert not warnings


def test_the_child_answers_over_its_socket() -> None:
    pdf_child.prepare()
    ours, theirs = socket.socketpair()
    with Connection(theirs.detach()) as child:
        with Connection(os.dup(ours.fileno())) as parent:
            for html in ("<p>x", "<table><tr><td>" * 200):
                head = {"seconds": 30, "memory": resource.RLIM_INFINITY, "folder": None}
                parent.send_bytes(json.dumps(head).encode())
                parent.send_bytes(html.encode())
            ours.shutdown(socket.SHUT_WR)
            pdf_child.serve(child)
            assert json.loads(parent.recv_bytes()) == {"warnings": []}
            assert parent.recv_bytes().startswith(b"%PDF")
            assert "nests more" in json.loads(parent.recv_bytes())["reason"]
            assert parent.recv_bytes() == b""
        ours.close()
