"""Giving money back on the supplier's pages."""

import pytest
from flask import Flask

from milebill.models import Payment
from tests.actors import Supplier, an_issued_invoice, browser_of
from tests.browsers import Browser
from tests.dealings import credit, last_invoice, pay
from tests.rules import rows
from tests.web.supplier.forms import errors, page, text, values


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


def test_giving_back_what_was_too_much(browser: Browser, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    invoice_id = last_invoice(deal)
    here = f"/invoices/{invoice_id}"
    assert browser.get(f"{here}/refund").location == here
    assert "nothing to give back" in text(browser.get(here))
    pay(owner, invoice_id, 535_500, "all")
    credit(owner, invoice_id, {0: 100_000})
    assert "Paid too much €1,190.00" in text(browser.get(here))
    form = values(browser.get(f"{here}/refund"))
    assert form["amount"] == "1190.00"
    for _ in range(2):
        answer = browser.post(f"{here}/refund", form)
        assert (answer.status_code, answer.location) == (303, here)
    shown = text(browser.get(here))
    for words in ("The refund is recorded.", "-€1,190.00", "Given back on", "Still to pay €0.00"):
        assert words in shown
    (entry,) = rows(Payment, Payment.kind == "refund")
    undo = f"{here}/payments/{entry.id}/reversal"
    assert page(browser.get(here)).xpath(f"//form[@action='{undo}']")
    browser.post(undo)
    assert "Paid too much €1,190.00" in text(browser.get(here))


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"amount": "1190.01"}, "amount", "Only €1,190.00 were paid too much."),
        ({"amount": "0"}, "amount", "above zero"),
        ({"amount": "1e9"}, "amount", "not a number"),
        ({"received_on": "2999-01-01"}, "received_on", "not come yet"),
        ({"reference": "x" * 141}, "reference", "too long"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_wrong_stands_beside_its_field(
    browser: Browser, owner: Supplier, changes: dict[str, str], field: str, words: str
) -> None:
    deal = an_issued_invoice(owner)
    invoice_id = last_invoice(deal)
    pay(owner, invoice_id, 654_500, "all")
    here = f"/invoices/{invoice_id}/refund"
    answer = browser.post(here, {**values(browser.get(here)), **changes})
    assert answer.status_code == 422
    assert words in errors(answer)[field]
    assert {name: values(answer)[name] for name in changes} == changes
    assert rows(Payment, Payment.kind == "refund") == []


def test_a_credit_note_gets_no_payment(browser: Browser, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    note = credit(owner, last_invoice(deal))
    assert browser.get(f"/invoices/{note.id}/payments").status_code == 404
    assert browser.post(f"/invoices/{note.id}/payments", {"amount": "1"}).status_code == 404
    assert browser.get(f"/invoices/{note.id}/refund").status_code == 303
