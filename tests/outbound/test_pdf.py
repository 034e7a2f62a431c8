"""The renderer: what it makes of a good document, and what a hostile one can do to it (nothing)."""

import io
import json
import os
import resource
import socket
import subprocess
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from pypdf import PdfReader

from milebill.outbound import pdf
from milebill.outbound.renderer import conversion, onepass, serving
from tests.outbound.papers import pages, picture, picture_bytes

FOOTED = """<html lang="de"><head><title>Rechnung 7</title><meta name="author" content="Studio Łódź">
<style>@page {{ size: a4; margin: 2cm;
  @frame foot {{ -pdf-frame-content: foot; left: 2cm; bottom: 1cm; width: 17cm; height: 5mm; }} }}
body {{ font-family: Inter; }}</style></head>
<body><div id="foot"><table><tr>
  <td>Seite&nbsp;<pdf:pagenumber />&nbsp;von&nbsp;<pdf:pagecount /></td></tr></table></div>
{body}</body></html>"""


@pytest.fixture
def renderer() -> Iterator[pdf.Renderer]:
    renderer = pdf.Renderer()
    yield renderer
    renderer.close()


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
        begin = onepass.OnePassDocument.beforeDocument

        def counted(document: onepass.OnePassDocument) -> None:
            layouts.append(document)
            begin(document)

        monkeypatch.setattr(onepass.OnePassDocument, "beforeDocument", counted)
        conversion.prepare()
        conversion.convert(FOOTED.format(body="<p>Absatz</p>" * 240), 30)
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
            child.ask({"seconds": 5, "memory": pdf.GIB}, b"x" * 1_000_000)

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


class TestConversion:
    """What the child does, in this process: its own is killed in the end, and nobody sees which of its lines ran."""

    @pytest.fixture(autouse=True)
    def _prepared(self) -> None:
        conversion.prepare()

    def test_it_collects_what_the_renderer_says(self) -> None:
        document, warnings = conversion.convert("<p>漢</p>" + "<img src='/etc/passwd'>" * 30, 30)
        assert pages(document)
        assert len(warnings) == conversion.MOST_WARNINGS
        assert "U+6F22" in warnings[0]

    def test_an_error_that_the_renderer_swallows_is_one(self) -> None:
        with pytest.raises(ValueError, match="malformed"):
            conversion.convert('<img src="data:nothing">x', 30)

    def test_headers_that_count_nothing_are_painted_at_once(self) -> None:
        html = FOOTED.format(body="<p>x</p>").replace("<pdf:pagecount />", "n")
        document, warnings = conversion.convert(html, 30)
        assert "Seite" in pages(document)[0]
        assert not warnings


def test_the_child_answers_over_its_socket() -> None:
    conversion.prepare()
    ours, theirs = socket.socketpair()
    with Connection(theirs.detach()) as child:
        with Connection(os.dup(ours.fileno())) as parent:
            for html in ("<p>x", "<table><tr><td>" * 200):
                head = {"seconds": 30, "memory": resource.RLIM_INFINITY, "folder": None, "archive": None}
                for part in (json.dumps(head), html, ""):
                    parent.send_bytes(part.encode())
            ours.shutdown(socket.SHUT_WR)
            serving.serve(child)
            assert json.loads(parent.recv_bytes()) == {"warnings": []}
            assert parent.recv_bytes().startswith(b"%PDF")
            assert "nests more" in json.loads(parent.recv_bytes())["reason"]
            assert parent.recv_bytes() == b""
        ours.close()
