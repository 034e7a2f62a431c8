"""The ZIP of a year: what is in it, what it says is not, and what a thousand documents cost."""

import gc
import hashlib
import io
import secrets
import time
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from milebill import clock
from milebill.db import db, reading, transaction
from milebill.domain import leases
from milebill.domain.corrections import accept_correction
from milebill.domain.leases import Beside
from milebill.domain.settings import change_settings
from milebill.models import Document, DocumentKind, Invoice, InvoiceVersion
from milebill.models.document import E_INVOICES
from tests.actors import Supplier, an_accepted_project, browser_of
from tests.browsers import Browser
from tests.dealings import credit, pay
from tests.payables import amend, request
from tests.rules import rows
from tests.web.supplier.forms import page, text

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
YEAR = clock.now().year
JOURNALS = {"invoices.csv", "lines.csv", "taxes.csv", "payments.csv"}
INDEX = "00-index.txt"


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


def make_papers(app: Flask, *kinds: DocumentKind, error: str = "") -> None:
    """The worker makes what waits; each file's content is its own."""
    put = app.extensions["files"].put
    while lease := leases.lease_document():
        (row,) = rows(Document, Document.id == lease.id)
        wanted = kinds if row.kind == DocumentKind.INVOICE else ()
        contents = {kind: f"{lease.id}{kind}".encode() for kind in wanted}
        made = [Beside(kind, put(content), len(content)) for kind, content in contents.items()]
        beside = [Beside(kind, error=error) for kind in wanted] if error else made
        leases.document_ready(lease, put(b"%%PDF %d" % lease.id), 6, beside)


def fetched(browser: Browser, year: int = YEAR) -> zipfile.ZipFile:
    answer = browser.get(f"/exports/{year}.zip", buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{year}.zip"'
    assert answer.headers["Cache-Control"] == "private, no-cache"
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.testzip() is None
    return archive


def index_of(archive: zipfile.ZipFile) -> str:
    return archive.read(INDEX).decode("utf-8-sig")


def test_everything_of_the_year_is_in_it(in_app: Flask, browser: Browser, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    pay(owner, deal.invoice_ids()[0], 100, "once")
    amend(deal, cost_centre="4711")
    note = credit(owner, deal.invoice_ids()[0])
    make_papers(in_app, *E_INVOICES)
    archive = fetched(browser)
    stored = {row.file_name: row.sha256 for row in rows(Document) if row.kind in {"invoice", *E_INVOICES}}
    assert len(stored) == 15
    assert set(archive.namelist()) == {*stored, *JOURNALS, INDEX}
    for name, sha256 in stored.items():
        assert hashlib.sha256(archive.read(name)).hexdigest() == sha256
    for kind in JOURNALS:
        period = f"from={YEAR}-01-01&to={YEAR}-12-31"
        assert archive.read(kind) == browser.get(f"/exports/{kind}?{period}").data
    index = index_of(archive)
    assert index.startswith(f"{YEAR}: 2 invoices and credit notes in 15 files\r\n")
    assert f"Credit note {note.number} · " in index
    assert " · Łoś Verlag GmbH · -€3,570.00\r\n" in index
    assert all(f"\r\n  {name}\r\n" in index for name in stored)
    assert "Missing" not in index


def test_the_page_offers_the_years_that_there_are(in_app: Flask, browser: Browser, owner: Supplier) -> None:
    def offered() -> list[str]:
        return page(browser.get("/exports")).xpath("//a[contains(@href, '.zip')]/@href")

    assert offered() == []
    an_accepted_project(owner)
    with transaction() as session:
        session.execute(update(Invoice).values(issued_on=date(YEAR - 2, 5, 5)))
    an_accepted_project(owner)
    assert offered() == [f"/exports/{year}.zip" for year in (YEAR, YEAR - 1, YEAR - 2)]
    assert "for your tax adviser" in text(browser.get("/exports"))
    assert set(fetched(browser, YEAR - 1).namelist()) == {*JOURNALS, INDEX}
    for never in (YEAR + 1, YEAR - 3, "0000", "99999", "26", "x"):
        assert browser.get(f"/exports/{never}.zip").status_code == 404


def test_no_year_is_lost_where_the_last_number_is_of_an_earlier_day(browser: Browser, owner: Supplier) -> None:
    """As when a workspace moves to another time zone at the turn of a year."""
    for day in (date(YEAR, 1, 1), date(YEAR - 1, 12, 31)):
        an_accepted_project(owner)
        with transaction() as session:
            session.execute(update(Invoice).where(Invoice.id == rows(Invoice)[-1].id).values(issued_on=day))
    links = page(browser.get("/exports")).xpath("//a[contains(@href, '.zip')]/@href")
    assert links == [f"/exports/{year}.zip" for year in (YEAR, YEAR - 1)]


def test_a_year_ends_at_the_suppliers_midnight(in_app: Flask, browser: Browser, owner: Supplier) -> None:
    change_settings(owner.workspace_id, owner.actor, {"time_zone": "Pacific/Auckland"})
    with clock.at(datetime(2025, 12, 31, 12, tzinfo=UTC)):  # there it is one o'clock in the new year
        deal = an_accepted_project(owner)
    make_papers(in_app)
    number = rows(Invoice)[0].number
    assert f"{number}.pdf" in fetched(browser, 2026).namelist()
    assert deal.invoice_ids()
    assert browser.get("/exports/2025.zip").status_code == 404


def test_an_amended_buyer_is_the_one_that_is_named(in_app: Flask, browser: Browser, owner: Supplier) -> None:
    change_settings(owner.workspace_id, owner.actor, {"country_code": "US", "tax_id": "12-3456789"})
    deal = an_accepted_project(owner)
    wanted = request(deal, legal_name="Łoś & Wilk GmbH")
    assert accept_correction(owner.workspace_id, owner.actor, deal.invoice_ids()[0], wanted)
    make_papers(in_app)
    archive = fetched(browser)
    assert " · Łoś & Wilk GmbH · " in index_of(archive)


def test_a_rival_has_a_year_of_their_own(in_app: Flask, browser: Browser, owner: Supplier, rival: Supplier) -> None:
    an_accepted_project(rival)
    make_papers(in_app)
    assert browser.get(f"/exports/{YEAR}.zip").status_code == 404
    an_accepted_project(owner)
    assert not [name for name in fetched(browser).namelist() if name.endswith(".pdf")]


def test_what_is_not_there_is_named(in_app: Flask, browser: Browser, owner: Supplier) -> None:
    an_accepted_project(owner)
    make_papers(in_app, DocumentKind.CII, error="TypeError: secret")
    an_accepted_project(owner)  # its papers wait
    archive = fetched(browser)
    assert index_of(archive).count("Still being prepared, and not in this archive.") == 1
    assert index_of(archive).count("A file could not be made, and is not in this archive.") == 1
    assert "secret" not in index_of(archive)
    (pdf,) = rows(Document, Document.kind == "invoice", Document.state == "ready")
    in_app.extensions["files"].path(pdf.sha256).unlink()
    archive = fetched(browser)
    assert pdf.file_name not in archive.namelist()
    assert index_of(archive).endswith(f"please tell whoever runs milebill:\r\n{pdf.file_name}\r\n")


def test_names_from_people_are_names(in_app: Flask, browser: Browser, owner: Supplier) -> None:
    deals = [an_accepted_project(owner) for _ in range(3)]
    make_papers(in_app)
    papers = rows(Document, Document.kind == "invoice")
    with transaction() as session:
        for row, name in zip(papers, ("CON.pdf", "con.pdf", "../a|b.pdf"), strict=True):
            session.execute(update(Document).where(Document.id == row.id).values(file_name=name))
        session.execute(update(Invoice).values(number="=1+1\r\nX" + Invoice.number))
    assert deals
    archive = fetched(browser)
    assert index_of(archive).count("Invoice =1+1 X") == 3
    assert {"_CON.pdf", "_con-2.pdf", "-a-b.pdf"} <= set(archive.namelist())


def a_thousand(app: Flask, size: int) -> None:
    """A thousand invoices with a PDF each, copied from one that was issued."""
    (invoice,), (version,) = rows(Invoice), rows(InvoiceVersion)
    (document,) = rows(Document, Document.kind == "invoice")
    put = app.extensions["files"].put

    def copies(model: Any, row: Any, **columns: list[Any]) -> None:
        with transaction() as session:
            table = model.__table__
            base = {column.name: getattr(row, column.name) for column in table.columns if column.name != "id"}
            values = [base | dict(zip(columns, those, strict=True)) for those in zip(*columns.values(), strict=True)]
            session.execute(insert(table), values)

    many = range(2, 1001)
    numbers = [f"X-{n:04}" for n in many]
    copies(Invoice, invoice, id=list(many), number=numbers, cause=numbers)
    copies(InvoiceVersion, version, id=list(many), invoice_id=list(many))
    hashes = [put(secrets.token_bytes(size)) for _ in many]
    names = [f"{number}.pdf" for number in numbers]
    copies(Document, document, subject_id=list(many), file_name=names, sha256=hashes, size=[size for _ in many])


@pytest.mark.long
def test_a_thousand_documents_cost_little_memory_and_no_connection(
    in_app: Flask, browser: Browser, owner: Supplier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_accepted_project(owner)
    make_papers(in_app)
    size = 40_000
    monkeypatch.setattr("os.fsync", lambda _handle: None)
    a_thousand(in_app, size)
    whole = tmp_path / "year.zip"
    tracemalloc.start()
    try:
        answer = browser.get(f"/exports/{YEAR}.zip", buffered=False)
        gc.collect()
        tracemalloc.reset_peak()
        begin, before = time.perf_counter(), tracemalloc.get_traced_memory()[0]
        with whole.open("wb") as file:
            for piece in answer.response:
                assert {engine.pool.checkedout() for engine in db.engines.values()} == {0}  # type: ignore[attr-defined]
                file.write(piece)
        took, peak = time.perf_counter() - begin, tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
        answer.close()
    with zipfile.ZipFile(whole) as archive:
        assert len(archive.namelist()) == 1000 + len(JOURNALS) + 1
        papers = select(Document.file_name, Document.sha256).where(Document.kind == "invoice")
        with reading() as connection:
            stored = {row.file_name: row.sha256 for row in connection.execute(papers)}
        assert {name: hashlib.sha256(archive.read(name)).hexdigest() for name in stored} == stored
    assert whole.stat().st_size > 900 * size
    assert peak < 1000 * size / 5, "some of it is garbage that the collector has not looked at yet"
    assert took < 30
