"""Bringing a bank statement in, and booking it."""

import io
from typing import Any

import pytest
from flask import Flask

from milebill.models import BankImport, BankLine, Payment
from tests.actors import Supplier, an_issued_invoice, browser_of
from tests.browsers import Browser
from tests.dealings import bank_csv, bring_in, the_invoice
from tests.rules import check_rules, rows
from tests.web.supplier.forms import errors, page, text, values


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


def upload(browser: Browser, content: bytes, name: str = "march.csv") -> Any:
    return browser.post("/bank", {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def test_from_the_file_to_the_payment(browser: Browser, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    deposit, second = (the_invoice(key) for key in deal.invoice_ids())
    content = bank_csv(
        ("Łoś Verlag", 357_000, f"RE {deposit.number}"), ("Łoś Verlag", 535_500, "thanks"), ("Landlord", 12_300, "rent")
    )
    answer = upload(browser, content, "=cmd|x.csv")
    (kept,) = rows(BankImport)
    assert (answer.status_code, answer.location) == (303, f"/bank/{kept.id}")
    shown = text(browser.get(answer.location))
    for words in ("=cmd|x.csv", "3 lines are new", "Number and amount fit", "Only the amount fits", "No invoice found"):
        assert words in shown
    assert rows(Payment) == []
    assert "Every line of this file is here already." in text(browser.get(upload(browser, content).location))
    form = page(browser.get("/bank")).xpath("//form[.//button[contains(., 'Book €3,570.00')]]")[0]
    fields = {field.get("name"): field.get("value") for field in form.xpath(".//input[@name]")}
    fields.pop("csrf_token")
    for _ in range(2):
        answer = browser.post(form.get("action"), fields)
        assert (answer.status_code, answer.location) == (303, "/bank")
    assert [row.amount for row in rows(Payment)] == [357_000]
    assert the_invoice(deposit.id).settled_on is not None
    assert "Łoś Verlag" in text(browser.get("/bank?state=booked"))
    assert f"{second.number}" in text(browser.get("/bank"))
    check_rules(owner.workspace_id)


def test_choosing_an_invoice(browser: Browser, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    deposit, second = deal.invoice_ids()
    bring_in(owner, deposit, 400_000)
    (line,) = rows(BankLine)
    here = f"/bank/lines/{line.id}/booking"
    form = values(browser.get(here))
    assert (form["invoice"], form["amount"], form["seen"]) == (str(deposit), "3570.00", "0")
    for changes, field, words in (
        ({"invoice": ""}, "invoice", "choose the invoice"),
        ({"invoice": "987654"}, "invoice", "choose the invoice"),
        ({"invoice": "9" * 30}, "invoice", "choose the invoice"),
        ({"amount": "4000.01"}, "amount", "Only €4,000.00"),
        ({"amount": "1e9"}, "amount", "not a number"),
        ({"amount": "0"}, "amount", "above zero"),
    ):
        answer = browser.post(here, {**form, **changes})
        assert answer.status_code == 422
        assert words in errors(answer)[field]
    assert rows(Payment) == []
    assert browser.post(here, {**form, "invoice": str(second), "amount": "100"}).status_code == 303
    assert "€3,900.00 left" in text(browser.get("/bank"))
    browser.post(here, {**form, "amount": "5"})
    assert "in the meantime" in text(browser.get("/bank"))
    assert [row.amount for row in rows(Payment)] == [10_000]


def test_setting_aside(browser: Browser, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    bring_in(owner, deal.invoice_ids()[0])
    (line,) = rows(BankLine)
    here = f"/bank/lines/{line.id}/dismissal"
    assert browser.post(here).location == "/bank"
    assert "Every line is booked or set aside." in text(browser.get("/bank"))
    assert "Łoś Verlag" in text(browser.get("/bank?state=aside"))
    browser.post(here, {"back": "1"})
    assert "Łoś Verlag" in text(browser.get("/bank"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "choose a file"),
        (b"hello", "no columns for date and amount"),
        (b"<Document/>", "no CAMT.053"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "DOCTYPE"),
        (b"a\0b", "no text file"),
        (b"Date;Amount\n2027-03-03;1e9\n", "Row 2"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_files_that_are_no_statements(browser: Browser, owner: Supplier, content: bytes, words: str) -> None:
    answer = upload(browser, content)
    assert answer.status_code == 422
    assert words in errors(answer)["file"]
    assert rows(BankImport) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_month_without_money(browser: Browser, owner: Supplier) -> None:
    answer = upload(browser, b"Date;Amount\n2027-03-03;-5\n")
    assert "No money came in with this file" in text(browser.get(answer.location))
    assert "The line is set aside" not in text(browser.get("/bank?state=nonsense&before=x"))
