"""`flask document`: what was issued comes out as a file, whole or not at all, or a sentence says why not."""

import os
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import update

from milebill.db import transaction
from milebill.models import Document, Workspace
from milebill.outbound import documents, xml_files
from milebill.outbound.documents import render_next
from tests.actors import Deal, Supplier, an_accepted_project
from tests.payables import amend
from tests.rules import rows

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PDF = b"%PDF-1.7 a paper"


@pytest.fixture
def deal(in_app: Flask, owner: Supplier, monkeypatch: pytest.MonkeyPatch) -> Deal:
    """An invoice whose papers are made."""
    monkeypatch.setattr(documents, "render", lambda _html, archive, **_: PDF + bytes(bool(archive.facturx_xml)))
    deal = an_accepted_project(owner)
    make_all(in_app)
    return deal


def make_all(app: Flask) -> None:
    while render_next(app):
        pass


def number() -> str:
    return rows(Document, Document.kind == "invoice")[0].file_name.removesuffix(".pdf")


def run(app: Flask, *args: str) -> Result:
    return app.test_cli_runner().invoke(args=["document", *args])


def export(app: Flask, out: Path | str, *args: str, workspace: str = "1", of: str = "") -> Result:
    return run(app, "export", workspace, of or number(), "--out", str(out), *args)


def test_the_pdf_is_written(in_app: Flask, deal: Deal, tmp_path: Path) -> None:
    out = tmp_path / "a.pdf"
    result = export(in_app, out)
    assert (result.exit_code, out.read_bytes()) == (0, PDF + b"\0")
    assert f"{out}: {len(PDF) + 1} bytes" in result.stderr
    assert [path.name for path in tmp_path.iterdir() if path.name != "var"] == ["a.pdf"]
    assert out.stat().st_mode & 0o777 == 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_the_e_invoice_is_what_was_stored(in_app: Flask, deal: Deal, tmp_path: Path) -> None:
    result = export(in_app, "-", "--format", "cii")
    (row,) = rows(Document, Document.kind == "cii")
    assert (result.exit_code, result.stdout_bytes) == (0, in_app.extensions["files"].get(row.sha256))
    assert export(in_app, tmp_path, "--format", "cii").exit_code == 0
    assert (tmp_path / f"{number()}-cii.xml").read_bytes() == result.stdout_bytes


def test_a_workspace_is_called_by_id_or_name(in_app: Flask, deal: Deal, owner: Supplier, rival: Supplier) -> None:
    public = rows(Workspace)[0].public_id
    for name in ("1", public, "Studio Lindqvist"):
        assert export(in_app, "-", workspace=name).exit_code == 0
    for name in ("", "0", "3", "9" * 30, "Studio", "-"):
        result = export(in_app, "-", workspace=name)
        assert (result.exit_code, "no workspace" in result.stderr) == (3, True)
    assert "no such document" in export(in_app, "-", workspace="2").stderr, "it is another supplier's"
    with transaction() as session:
        session.execute(update(Workspace).values(name="Studio Lindqvist"))
    result = export(in_app, "-", workspace="Studio Lindqvist")
    assert (result.exit_code, "id of one: 1, 2" in result.stderr) == (3, True)


def test_every_version_has_its_own(in_app: Flask, deal: Deal) -> None:
    amend(deal, cost_centre="4711")
    assert export(in_app, "-").exit_code == 4, "the one in force is still being made"
    assert export(in_app, "-", "--version", "1").stdout_bytes == PDF + b"\0"
    make_all(in_app)
    first, second = (export(in_app, "-", "--format", "cii", "--version", n).stdout_bytes for n in "12")
    assert b"4711" in second
    assert b"4711" not in first
    assert export(in_app, "-", "--format", "cii").stdout_bytes == second
    result = export(in_app, "-", "--version", "3")
    assert (result.exit_code, f"{number()}, version 3" in result.stderr) == (3, True)


def test_what_exists_is_replaced_only_by_force(in_app: Flask, deal: Deal, tmp_path: Path) -> None:
    out = tmp_path / "a.pdf"
    out.write_bytes(b"mine")
    result = export(in_app, out)
    assert (result.exit_code, "--force" in result.stderr, out.read_bytes()) == (6, True, b"mine")
    assert export(in_app, out, "--force").exit_code == 0
    assert out.read_bytes().startswith(PDF)


def test_what_can_not_be_written_leaves_nothing(in_app: Flask, deal: Deal, tmp_path: Path) -> None:
    assert export(in_app, tmp_path / "missing" / "a.pdf").exit_code == 1
    (tmp_path / "blocked").write_text("a file")
    assert export(in_app, tmp_path / "blocked" / "a.pdf").exit_code == 1
    assert not list(tmp_path.glob("**/*.part"))


def test_what_is_no_file_is_never_replaced_by_one(in_app: Flask, deal: Deal, tmp_path: Path) -> None:
    pipe, mine, link = tmp_path / "pipe", tmp_path / "mine.pdf", tmp_path / "link.pdf"
    os.mkfifo(pipe)
    for folder in ("", "/"):
        result = export(in_app, f"{pipe}{folder}", "--force")
        assert (result.exit_code, pipe.is_fifo()) == (1, True), result.stderr
    mine.write_bytes(b"mine")
    link.symlink_to(mine)
    assert export(in_app, link, "--force").exit_code == 0
    assert (link.is_symlink(), mine.read_bytes()) == (True, PDF + b"\0")
    result = export(in_app, f"{tmp_path}/missing/")
    assert (result.exit_code, "no folder" in result.stderr) == (1, True)


def test_what_no_terminal_can_spell_is_not_there(in_app: Flask, deal: Deal) -> None:
    for args in (("\udcff", number()), ("1", "\udcff")):
        for command in (("export", *args, "--out", "-"), ("send", *args)):
            result = run(in_app, *command)
            assert (result.exit_code, "nothing called" in result.stderr) == (3, True)
    assert export(in_app, "-", "--version", "9" * 30).exit_code == 2


def test_no_such_number_and_no_such_format(in_app: Flask, deal: Deal) -> None:
    for unknown in ("1999-1", "../../etc/passwd", "x" * 500):
        assert export(in_app, "-", of=unknown).exit_code == 3
    assert export(in_app, "-", "--format", "docx").exit_code == 2
    assert run(in_app, "export", "1", number()).exit_code == 2


def test_what_has_no_e_invoice_says_why(in_app: Flask, deal: Deal, owner: Supplier) -> None:
    result = export(in_app, "-", "--format", "xrechnung")
    assert (result.exit_code, result.stderr) == (5, "Error: An XRechnung needs a Leitweg-ID as buyer reference.\n")
    an_accepted_project(owner, currency="KWD", total="1000")
    make_all(in_app)
    dinars = rows(Document, Document.kind == "invoice")[1].file_name.removesuffix(".pdf")
    assert export(in_app, "-", of=dinars).exit_code == 0
    result = export(in_app, "-", "--format", "ubl", of=dinars)
    assert (result.exit_code, "two decimals at most" in result.stderr) == (5, True)


def test_what_is_not_there_yet(in_app: Flask, deal: Deal, owner: Supplier) -> None:
    an_accepted_project(owner)
    waiting = rows(Document, Document.kind == "invoice")[1].file_name.removesuffix(".pdf")
    for wanted in ("pdf", "cii"):
        result = export(in_app, "-", "--format", wanted, of=waiting)
        assert (result.exit_code, "still being made" in result.stderr) == (4, True)


def test_a_file_that_failed_or_is_gone(in_app: Flask, deal: Deal) -> None:
    with transaction() as session:
        session.execute(update(Document).values(sha256="ab" * 32))
    assert "missing in the store" in export(in_app, "-").stderr
    with transaction() as session:
        session.execute(update(Document).values(state="failed", error="TypeError: x"))
    result = export(in_app, "-", "--format", "cii")
    assert (result.exit_code, "could not be made. TypeError: x" in result.stderr) == (5, True)


def test_older_ones_are_completed(in_app: Flask, deal: Deal, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction() as session:
        session.execute(update(Document).where(Document.kind != "invoice").values(state="failed", sha256=None))
    with monkeypatch.context() as patch:
        patch.setattr(xml_files.einvoice, "xml_of", lambda *_: 1 / 0)
        result = run(in_app, "complete")
    assert (result.exit_code, result.stdout) == (1, "made: 0, can't be e-invoices: 0, failed: 1\n")
    assert run(in_app, "complete").stdout == "made: 1, can't be e-invoices: 0, failed: 0\n"
    assert run(in_app, "complete").stdout == "made: 0, can't be e-invoices: 0, failed: 0\n"
    assert export(in_app, "-", "--format", "cii").exit_code == 0
