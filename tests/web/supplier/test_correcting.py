"""Correcting an invoice on the supplier's pages."""

import pytest
from flask import Flask

from milebill.models import Credit
from tests.actors import Supplier, an_issued_invoice, browser_of
from tests.browsers import Browser
from tests.dealings import correct, credit, last_invoice, pay, the_invoice, token_of
from tests.outbound.mail_stories import said
from tests.rules import check_rules, rows
from tests.web.supplier.forms import errors, page, text, values


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


def test_correcting(app: Flask, browser: Browser, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    old = the_invoice(last_invoice(deal))
    here = f"/invoices/{old.id}/correction"
    assert page(browser.get(f"/invoices/{old.id}")).xpath(f"//a[@href='{here}']")
    form = values(browser.get(here))
    assert (form["legal_name"], form["country_code"]) == ("Łoś Verlag GmbH", "DE")
    form |= {"legal_name": "Łoś Verlag AG", "tax_id": "129273398", "reason": "Wrong company."}
    answers = [browser.post(here, form) for _ in range(2)]
    (link,) = rows(Credit)
    assert [(a.status_code, a.location) for a in answers] == [(303, f"/invoices/{link.corrected_id}")] * 2
    corrected, note = the_invoice(link.corrected_id), the_invoice(link.invoice_id)
    shown = text(browser.get(f"/invoices/{corrected.id}"))
    for words in (f"Corrected invoice {corrected.number}", "Łoś Verlag AG", "DE129273398", old.number, note.number):
        assert words in shown
    assert f"Corrected invoice {corrected.number}" in text(browser.get(f"/invoices/{old.id}"))
    assert "Takes the place of invoice" in text(browser.get(f"/i/{token_of(app, deal, corrected.id)}"))
    late = browser.get(here)
    assert (late.status_code, late.location) == (303, f"/invoices/{old.id}")
    mail = said(app, "invoice_issued")  # type: ignore[arg-type]
    assert f"It takes the place of invoice {old.number}, which credit note {note.number} cancels" in mail
    check_rules(owner.workspace_id)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"legal_name": " "}, "legal_name", "fill this in"),
        ({"city": ""}, "city", "fill this in"),
        ({"post_code": "x" * 41}, "post_code", "too long"),
        ({"country_code": "XX"}, "country_code", "do not know"),
        ({"tax_id": "DE129273399"}, "tax_id", "no tax id"),
        ({"reason": ""}, "reason", "fill this in"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_wrong_stands_beside_its_field(
    browser: Browser, owner: Supplier, changes: dict[str, str], field: str, words: str
) -> None:
    deal = an_issued_invoice(owner)
    here = f"/invoices/{last_invoice(deal)}/correction"
    answer = browser.post(here, {**values(browser.get(here)), "reason": "Wrong.", **changes})
    assert answer.status_code == 422
    assert words in errors(answer)[field]
    if field != "country_code":
        assert values(answer)[field] == changes[field]
    assert rows(Credit) == []


def test_what_came_in_is_said_to_count(browser: Browser, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    old = last_invoice(deal)
    pay(owner, old, 100_000, "a")
    assert "The €1,000.00 that came in count" in text(browser.get(f"/invoices/{old}/correction"))
    new = correct(owner, old).id
    for invoice_id in (old, new):
        shown = text(browser.get(f"/invoices/{invoice_id}"))
        assert "Carried over on" in shown
        # What was carried over cannot be undone.
        assert shown.count("Undo") == (1 if invoice_id == old else 0)


def test_what_was_credited_in_part_can_not_be_corrected(browser: Browser, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    old = last_invoice(deal)
    credit(owner, old, {0: 100_000})
    assert "Correct it" not in text(browser.get(f"/invoices/{old}"))
    answer = browser.get(f"/invoices/{old}/correction")
    assert (answer.status_code, answer.location) == (303, f"/invoices/{old}")
    assert "credited already" in text(browser.get(f"/invoices/{old}"))


def test_a_request_of_somebody_else_is_not_found(browser: Browser, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    assert browser.get(f"/invoices/{last_invoice(deal)}/correction?request=7").status_code == 404
