"""E-invoices beside the PDFs: made once, stored with the PDF, and never in its way."""

import hashlib
from typing import Any

import pytest
from flask import Flask
from lxml import etree
from sqlalchemy import delete, update

from milebill.db import transaction
from milebill.domain import leases
from milebill.domain.settings import change_settings
from milebill.models import Document, DocumentKind, Quote
from milebill.models.document import E_INVOICES
from milebill.outbound import documents, xml_files
from milebill.outbound.documents import render_next
from milebill.outbound.pdf import RenderingFailed
from milebill.outbound.xml_files import complete
from tests.actors import Deal, Supplier, an_accepted_project
from tests.payables import amend
from tests.rules import rows
from tests.snapshots import everything

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LEITWEG = "04011000-1234512345-06"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in a PDF is another test's; here only whether an invoice went in."""

    def render(_html: str, *, archive: Any, **_rest: object) -> bytes:
        return b"%PDF with " + (b"data" if archive.facturx_xml else b"nothing")

    monkeypatch.setattr(documents, "render", render)


def render_all(app: Flask) -> None:
    while render_next(app):
        pass


def e_invoices() -> dict[str, Any]:
    """Those of the only version, by kind."""
    return {row.kind: row for row in rows(Document) if row.kind in E_INVOICES}


def the_pdf() -> Any:
    (found,) = rows(Document, Document.kind == DocumentKind.INVOICE.value)
    return found


def forget() -> None:
    """As what was issued before there were e-invoices."""
    with transaction() as session:
        session.execute(delete(Document).where(Document.kind.in_(E_INVOICES)))
        session.execute(update(Document).values(has_facturx=False))


def test_they_come_with_the_pdf(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    render_all(in_app)
    found, pdf = e_invoices(), the_pdf()
    assert set(found) == {"cii", "ubl"}
    assert pdf.has_facturx
    for row in found.values():
        content = in_app.extensions["files"].get(row.sha256)
        assert hashlib.sha256(content).hexdigest() == row.sha256
        assert (len(content), row.state, row.quote_id) == (row.size, "ready", deal.quote_id)
        assert pdf.file_name.removesuffix(".pdf").encode() in content
        assert etree.fromstring(content) is not None
        assert row.file_name == pdf.file_name.replace(".pdf", f"-{row.kind}.xml")
    assert rows(Quote)[0].documents_ready == len(rows(Document, Document.kind.not_in(E_INVOICES)))


def test_every_version_has_its_own(in_app: Flask, owner: Supplier) -> None:
    change_settings(owner.workspace_id, owner.actor, {"phone": "+46 8 123 45"})
    amend(an_accepted_project(owner), buyer_reference=LEITWEG)
    render_all(in_app)
    names = {row.file_name for row in rows(Document) if row.kind in E_INVOICES}
    number = rows(Document, Document.kind == "invoice")[0].file_name.removesuffix(".pdf")
    assert names == {
        f"{number}-cii.xml", f"{number}-ubl.xml", f"{number}-v2-cii.xml", f"{number}-v2-ubl.xml",
        f"{number}-v2-xrechnung.xml", f"{number}-v2-xrechnung-cii.xml",
    }  # fmt: skip


def test_what_cannot_be_one_has_none(in_app: Flask, owner: Supplier) -> None:
    an_accepted_project(owner, currency="KWD", total="1000")
    render_all(in_app)
    assert e_invoices() == {}
    assert (the_pdf().state, the_pdf().has_facturx) == ("ready", False)
    before = everything()
    assert complete(in_app).not_expressible == 1
    assert everything() == before


def broken(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def fail(*_args: object) -> None:
        raise TypeError("the library has changed")

    monkeypatch.setattr(xml_files.einvoice, name, fail)


@pytest.mark.parametrize("name", ["syntaxes_for", "xml_of"])
def test_a_fault_costs_only_the_e_invoice(
    in_app: Flask, owner: Supplier, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    an_accepted_project(owner)
    with monkeypatch.context() as patch:
        broken(patch, name)
        render_all(in_app)
    assert (the_pdf().state, the_pdf().has_facturx) == ("ready", False)
    for row in e_invoices().values():
        assert (row.state, row.sha256) == ("failed", None)
        assert "TypeError: the library has changed" in row.error
    assert any(record.exc_info for record in caplog.records)
    # Once it is mended, what is missing is made; the PDF keeps its bytes.
    pdf = the_pdf().sha256
    done = complete(in_app)
    assert (done.made, done.failed) == (1, 0)
    assert {(row.state, row.error) for row in e_invoices().values()} == {("ready", "")}
    assert the_pdf().sha256 == pdf
    assert complete(in_app, done.last).last == done.last


def test_a_pdf_that_can_not_carry_it_is_made_without(
    in_app: Flask, owner: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def render(_html: str, *, archive: Any, **_rest: object) -> bytes:
        tries.append(bool(archive.facturx_xml))
        if archive.facturx_xml:
            raise RenderingFailed("the attachment")
        return b"%PDF"

    monkeypatch.setattr(documents, "render", render)
    monkeypatch.setattr(documents, "PAUSE", documents.PAUSE * 0)
    an_accepted_project(owner)
    render_all(in_app)
    assert tries.count(True) == documents.MAX_ATTEMPTS
    assert (the_pdf().state, the_pdf().has_facturx, e_invoices()["cii"].state) == ("ready", False, "ready")


@pytest.mark.parametrize("fault", [RenderingFailed("no memory"), TypeError("a number"), ZeroDivisionError()])
def test_what_can_not_be_printed_is_an_e_invoice_all_the_same(
    in_app: Flask, owner: Supplier, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def render(_html: str, **_rest: object) -> bytes:
        raise fault

    monkeypatch.setattr(documents, "render", render)
    monkeypatch.setattr(documents, "PAUSE", documents.PAUSE * 0)
    an_accepted_project(owner)
    render_all(in_app)
    assert the_pdf().state == "failed"
    assert {row.state for row in e_invoices().values()} == {"ready"}


def test_a_full_disk_is_no_fault_of_a_document(in_app: Flask, owner: Supplier, monkeypatch: pytest.MonkeyPatch) -> None:
    def render(_html: str, **_rest: object) -> bytes:
        raise OSError(28, "no space left")

    monkeypatch.setattr(documents, "render", render)
    an_accepted_project(owner)
    with pytest.raises(OSError, match="no space"):
        render_next(in_app)
    assert {row.error for row in rows(Document)} == {""}


def test_a_worker_that_is_killed_while_it_gives_up_leaves_nothing_undone(in_app: Flask, owner: Supplier) -> None:
    an_accepted_project(owner)
    while lease := leases.lease_document():
        leases.document_failed(lease, "no memory")
    assert not e_invoices()
    assert complete(in_app).made == 1
    assert {row.state for row in e_invoices().values()} == {"ready"}
    assert the_pdf().state == "failed"


def test_what_was_issued_before_gets_them_once(in_app: Flask, owner: Supplier) -> None:
    deals: list[Deal] = [an_accepted_project(owner) for _ in range(2)]
    render_all(in_app)
    made = {row.file_name: row.sha256 for row in rows(Document)}
    forget()
    kept = rows(Quote)[0].documents_ready
    assert complete(in_app).made == len(deals)
    assert {row.file_name: row.sha256 for row in rows(Document)} == made, "the same content gives the same bytes"
    assert rows(Quote)[0].documents_ready == kept + 1, "the pages show them"
    before = everything()
    assert complete(in_app).made == 0
    assert everything() == before
