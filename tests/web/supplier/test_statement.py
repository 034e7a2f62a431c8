"""The statement of account, and the files for the bookkeeper."""

import csv
import io
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from milebill import clock
from milebill.db import reading
from milebill.domain.corrections import accept_correction
from milebill.domain.settings import change_settings
from milebill.models import Client, Invoice, InvoiceLine, InvoiceTax, Payment
from milebill.queries.statement import load_statement
from tests.actors import Supplier, an_accepted_project, an_issued_invoice, browser_of
from tests.browsers import Browser
from tests.dealings import correct, credit, last_invoice, pay, refund, the_invoice
from tests.payables import request
from tests.rules import rows
from tests.web.supplier.forms import page, text

EVIL = "=cmd|' /C calc'!A0"


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


def table(response: TestResponse) -> list[dict[str, str]]:
    """A CSV file, row by row."""
    assert (response.status_code, response.mimetype) == (200, "text/csv")
    return list(csv.DictReader(io.StringIO(response.get_data(as_text=True).removeprefix("\ufeff"), newline="")))


def test_the_statement_ends_with_what_is_open(browser: Browser, owner: Supplier) -> None:
    """Opening balance and lines come to what the invoices say, wherever the period begins."""
    start = clock.now()
    with clock.at(start - timedelta(days=40)):
        deal = an_issued_invoice(owner)
        deposit, second = deal.invoice_ids()
    with clock.at(start - timedelta(days=20)):
        pay(owner, deposit, 400_000, "a")
        credit(owner, second, {0: 100_000})
    refund(owner, deposit, 43_000)
    new = correct(owner, deposit, "x", legal_name="New")
    an_accepted_project(owner, currency="CHF")
    (client,) = rows(Client)
    open_now = sum(
        row.gross - row.credited - row.paid for row in rows(Invoice) if row.currency == "EUR" and row.gross > 0
    )
    assert open_now == 416_500
    today = clock.now().date()
    for days in (0, 10, 30, 50):
        with reading() as connection:
            found = load_statement(connection, owner.workspace_id, client.id, today - timedelta(days=days), today)
        franc, euro = found.accounts
        assert (franc.currency, franc.closing) == ("CHF", 357_000)
        assert euro.closing == open_now
        assert euro.opening + sum(line.amount for line in euro.lines) == open_now
        assert "moved" not in {line.kind for line in euro.lines}
    assert [(line.kind, line.amount) for line in euro.lines] == [
        ("deposit", 357_000),
        ("milestone", 535_500),
        ("credit_note", -119_000),
        ("payment", -400_000),
        ("corrected", 357_000),
        ("credit_note", -357_000),
        ("refund", 43_000),
    ]
    first = (today - timedelta(days=50)).isoformat()
    shown = text(browser.get(f"/clients/{client.id}/statement?from={first}"))
    for words in ("€4,165.00 open", "CHF 3,570.00 open", f"Corrected invoice {new.number}", "Refund for", "-€4,000.00"):
        assert words in shown
    listed = table(browser.get(f"/clients/{client.id}/statement.csv?from={first}"))
    assert listed[-1] | {"date": ""} == {
        "date": "", "kind": "closing", "number": "", "text": "", "currency": "EUR", "amount": "", "balance": "4165.00",
    }  # fmt: skip


def test_odd_periods_are_as_if_they_were_not_there(browser: Browser, owner: Supplier) -> None:
    an_accepted_project(owner)
    (client,) = rows(Client)
    year = clock.now().year
    for odd in ("", "?from=x&to=1e9", "?from=%00", "?from=2026-02-30"):
        assert f"1 January {year}" in text(browser.get(f"/clients/{client.id}/statement{odd}"))
    assert "Nothing was invoiced" in text(browser.get(f"/clients/{client.id}/statement?from=2001-01-01&to=2001-12-31"))


def test_the_files(browser: Browser, owner: Supplier) -> None:
    deal = an_issued_invoice(owner, title=EVIL, client_name=EVIL)
    deposit, second = deal.invoice_ids()
    pay(owner, deposit, 100_000, "a")
    note = credit(owner, second, {0: 100_000})
    invoices = table(browser.get("/exports/invoices.csv"))
    assert [row["gross"] for row in invoices] == ["3570.00", "5355.00", "-1190.00"]
    assert [row["credits"] for row in invoices] == ["", "", the_invoice(second).number]
    assert invoices[2]["number"] == note.number
    assert {row["client"] for row in invoices} == {row["project"] for row in invoices} == {f"'{EVIL}"}
    assert {row["buyer"] for row in invoices} == {"Łoś Verlag GmbH"}
    assert [row["net"] for row in table(browser.get("/exports/lines.csv"))] == ["3000.00", "4500.00", "-1000.00"]
    taxes = table(browser.get("/exports/taxes.csv"))
    assert [(row["rate"], row["tax"]) for row in taxes] == [("19", "570.00"), ("19", "855.00"), ("19", "-190.00")]
    payments = table(browser.get("/exports/payments.csv"))
    assert [(row["kind"], row["amount"], row["client"]) for row in payments] == [("payment", "1000.00", f"'{EVIL}")]
    for kind, model in (("invoices", Invoice), ("lines", InvoiceLine), ("taxes", InvoiceTax), ("payments", Payment)):
        assert len(table(browser.get(f"/exports/{kind}.csv"))) == len(rows(model))
        assert table(browser.get(f"/exports/{kind}.csv?to=2001-12-31")) == []
    saved = browser.get("/exports/lines.csv?from=2020-01-01&to=2030-12-31")
    assert saved.headers["Content-Disposition"] == 'attachment; filename="lines-2020-01-01-2030-12-31.csv"'
    assert browser.get("/exports/users.csv").status_code == 404


def test_the_files_name_the_buyer_in_force(browser: Browser, owner: Supplier) -> None:
    change_settings(owner.workspace_id, owner.actor, {"country_code": "US", "tax_id": "12-3456789"})
    deal = an_accepted_project(owner)
    wanted = request(deal, legal_name="Łoś & Wilk GmbH", tax_id="")
    assert accept_correction(owner.workspace_id, owner.actor, deal.invoice_ids()[0], wanted)
    (invoice,) = table(browser.get("/exports/invoices.csv"))
    assert (invoice["buyer"], invoice["buyer_tax_id"]) == ("Łoś & Wilk GmbH", "")


def test_nothing_of_somebody_else_is_in_them(app: Flask, browser: Browser, owner: Supplier, rival: Supplier) -> None:
    deal = an_issued_invoice(rival)
    pay(rival, last_invoice(deal), 100, "a")
    for kind in ("invoices", "lines", "taxes", "payments"):
        assert table(browser.get(f"/exports/{kind}.csv")) == []
    with reading() as connection:
        client = connection.scalar(select(Client.id))
    assert browser.get(f"/clients/{client}/statement").status_code == 404
    assert browser.get(f"/clients/{client}/statement.csv").status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_page_leads_to_the_files(browser: Browser, owner: Supplier) -> None:
    links = page(browser.get("/exports?from=2026-01-01&to=2026-03-31")).xpath("//main//ul//a/@href")
    assert links == [
        f"/exports/{kind}.csv?from=2026-01-01&to=2026-03-31" for kind in ("invoices", "lines", "taxes", "payments")
    ]
