"""Invoices, payments, papers and the book of clients."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from milebill import clock
from milebill.db import reading, transaction
from milebill.models import Client, Document, Invoice, Payment
from tests.actors import Supplier, a_sent_quote, an_accepted_project, an_issued_invoice, browser_of, sign_up
from tests.browsers import Browser
from tests.web.supplier.forms import errors, page, text, values

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


def payments() -> list[int]:
    with reading() as connection:
        return list(connection.scalars(select(Payment.amount).order_by(Payment.id)))


def test_the_list_and_its_filters(browser: Browser, owner: Supplier) -> None:
    assert "No invoices yet" in text(browser.get("/invoices"))
    assert "Nothing is overdue" in text(browser.get("/invoices?state=overdue"))
    deal = an_issued_invoice(owner)
    deal.pay(357000, once="a")
    with reading() as connection:
        first, second = connection.scalars(select(Invoice.number).order_by(Invoice.id))

    def listed(kind: str) -> set[str]:
        return set(page(browser.get(f"/invoices?state={kind}")).xpath("//a[@class='title']/text()"))

    assert listed("all") == listed("nonsense") == {first, second}
    assert listed("paid") == {first}
    assert listed("open") == {second}
    assert listed("overdue") == set()
    with clock.at(clock.now() + timedelta(days=16)):
        assert listed("overdue") == {second}
        assert "Overdue" in text(browser.get("/invoices?state=overdue"))


def test_the_sheet(browser: Browser, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    shown = text(browser.get(f"/invoices/{deal.invoice_ids()[1]}"))
    for words in (
        "Step 2",
        "€4,500.00",
        "€855.00",
        "€5,355.00",
        "Łoś Verlag GmbH",
        "PO-7",
        "signed off by Inês Duarte",
    ):
        assert words in shown
    assert "Karl Ekman" in shown, "who it was sent to"


def test_recording_a_payment(browser: Browser, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    address = f"/invoices/{deal.invoice_ids()[0]}"
    shown = values(browser.get(f"{address}/payments"))
    assert shown["amount"] == "3570.00"
    form = {**shown, "amount": "1,000.50", "reference": "Bank 17"}
    for _ in range(2):
        response = browser.post(f"{address}/payments", form)
        assert (response.status_code, response.location) == (303, address)
    assert payments() == [100050], "a double click books once"
    page_text = text(browser.get(address))
    for words in ("€1,000.50", "Bank 17", "€2,569.50", "Part-paid"):
        assert words in page_text
    assert "€2,569.50 open" in text(browser.get("/invoices"))


def test_paying_all_and_more(browser: Browser, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    address = f"/invoices/{deal.invoice_ids()[0]}"
    browser.post(f"{address}/payments", values(browser.get(f"{address}/payments")))
    assert "Record a payment" not in text(browser.get(address))
    shown = values(browser.get(f"{address}/payments"))
    assert shown["amount"] == ""
    browser.post(f"{address}/payments", {**shown, "amount": "1"})
    assert "Paid too much" in text(browser.get(address))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": ""}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "1.234567"}, "amount"),
        ({"amount": "9" * 25}, "amount"),
        ({"received_on": "2999-01-01"}, "received_on"),
        ({"received_on": "yesterday"}, "received_on"),
        ({"reference": "x" * 141}, "reference"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_payment_that_cannot_be(browser: Browser, owner: Supplier, changes: dict[str, str], field: str) -> None:
    deal = an_accepted_project(owner)
    address = f"/invoices/{deal.invoice_ids()[0]}/payments"
    form = {**values(browser.get(address)), **changes}
    response = browser.post(address, form)
    assert response.status_code == 422
    assert field in errors(response)
    assert {name: values(response)[name] for name in changes} == changes
    assert payments() == []


def test_undoing_a_payment(browser: Browser, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    deal.pay(5000, once="x")
    address = f"/invoices/{deal.invoice_ids()[0]}"
    with reading() as connection:
        payment = connection.scalar(select(Payment.id))
    undo = f"{address}/payments/{payment}/reversal"
    assert page(browser.get(address)).xpath(f"//form[@action='{undo}']")
    for _ in range(2):
        assert browser.post(undo).location == address
    assert payments() == [5000, -5000]
    assert not page(browser.get(address)).xpath(f"//form[@action='{undo}']")
    assert browser.post(f"{address}/payments/987654/reversal").status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_amounts_in_the_habits_of_the_supplier(app: Flask, in_app: Flask) -> None:
    german = sign_up("Greta Holz", locale="de")
    deal = an_accepted_project(german, currency="KWD", total="1000,000", tax_rate="0")
    browser = browser_of(app, german)
    address = f"/invoices/{deal.invoice_ids()[0]}/payments"
    shown = values(browser.get(address))
    assert shown["amount"] == "300,000"
    browser.post(address, shown)
    assert payments() == [300000]


def test_a_pdf_is_waited_for(app: Flask, browser: Browser, owner: Supplier) -> None:
    a_sent_quote(owner)
    with reading() as connection:
        document = connection.scalar(select(Document.id))
    address = f"/documents/{document}"
    waiting = browser.get(address)
    assert waiting.status_code == 202
    assert page(waiting).xpath(f"//*[@hx-get='{address}']")
    assert "being prepared" in browser.get(address, headers=PARTIAL).get_data(as_text=True)
    sha256 = app.extensions["files"].put(b"%PDF")
    with transaction() as session:
        session.execute(update(Document).values(state="ready", sha256=sha256, size=4))
    assert f'href="{address}"' in browser.get(address, headers=PARTIAL).get_data(as_text=True)
    saved = browser.get(address, buffered=True)
    assert (saved.status_code, saved.mimetype, saved.get_data()) == (200, "application/pdf", b"%PDF")
    assert "filename=Q-" in saved.headers["Content-Disposition"]
    with transaction() as session:
        session.execute(update(Document).values(state="failed"))
    assert "could not be made" in text(browser.get(address))


def test_the_book_of_clients(browser: Browser, owner: Supplier) -> None:
    assert "No clients yet" in text(browser.get("/clients"))
    an_issued_invoice(owner)
    an_accepted_project(owner, currency="CHF")
    a_sent_quote(owner, client_name="Fjord & Co")
    shown = text(browser.get("/clients"))
    for words in (
        "Łoś Verlag",
        "Hamburg, Germany",
        "€8,925.00",
        "CHF 3,570.00",
        "2 quotes",
        "2 projects",
        "Fjord & Co",
    ):
        assert words in shown
    with reading() as connection:
        los, fjord = connection.scalars(select(Client.id).order_by(Client.id))
    one = text(browser.get(f"/clients/{los}"))
    for words in ("Inês Duarte", "Publisher", "Karl Ekman", "Große Elbstraße 145", "€8,925.00", "billed"):
        assert words in one
    assert "Nothing is open" in text(browser.get(f"/clients/{fjord}"))
