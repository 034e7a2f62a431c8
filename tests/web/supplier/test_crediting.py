"""Crediting an invoice on the supplier's pages, and what both sides see of it."""

import pytest
from flask import Flask

from milebill.models import Credit
from tests.actors import PAYABLE, Supplier, an_issued_invoice, browser_of
from tests.browsers import Browser
from tests.dealings import credit, the_invoice, token_of
from tests.rules import check_rules, rows
from tests.web.supplier.forms import errors, page, text, values


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


def test_crediting_all_of_it(browser: Browser, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    invoice = the_invoice(deal.invoice_ids()[1])
    here = f"/invoices/{invoice.id}"
    assert page(browser.get(here)).xpath(f"//a[@href='{here}/credit']")
    form = values(browser.get(f"{here}/credit"))
    answers = [browser.post(f"{here}/credit", {**form, "parts": "all", "reason": "Not needed."}) for _ in range(2)]
    (note,) = rows(Credit)
    assert [(a.status_code, a.location) for a in answers] == [(303, f"/invoices/{note.invoice_id}")] * 2
    number = the_invoice(note.invoice_id).number
    shown = text(browser.get(f"/invoices/{note.invoice_id}"))
    for words in (f"Credit note {number}", "is issued and on its way", invoice.number, "Not needed.", "€5,355.00"):
        assert words in shown
    for words in ("Payments", "Record a payment", "Credit it"):
        assert words not in shown
    shown = text(browser.get(here))
    for words in ("Credited", "-€5,355.00", number):
        assert words in shown
    assert "Credit it" not in shown
    late = browser.get(f"{here}/credit")
    assert (late.status_code, late.location) == (303, here)
    for form_of in ("credit", "correction"):
        assert browser.get(f"/invoices/{note.invoice_id}/{form_of}").status_code == 404
    assert browser.post(f"/invoices/{note.invoice_id}/credit", {"reason": "x", "once": "k"}).status_code == 404
    check_rules(owner.workspace_id)


def test_a_part_that_would_lose_a_cent_is_shown_and_confirmed(browser: Browser, owner: Supplier) -> None:
    deal = an_issued_invoice(owner, total="370.37", tax_rate="20")
    invoice = the_invoice(deal.invoice_ids()[1])
    assert (invoice.net, invoice.tax) == (16_667, 3_333)
    here = f"/invoices/{invoice.id}/credit"
    form = {**values(browser.get(here)), "parts": "part", "amount-0": "0.04", "reason": "Less."}
    answer = browser.post(here, form)
    assert answer.status_code == 422
    assert "rounding" in errors(answer)["amount-0"]
    shown = values(answer)
    assert (shown["amount-0"], shown["reason"]) == ("0.05", "Less.")
    assert browser.post(here, {**form, "amount-0": shown["amount-0"]}).status_code == 303
    assert the_invoice(invoice.id).credited == 6
    check_rules(owner.workspace_id)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"amount-0": ""}, "parts", "how much"),
        ({"parts": "all"}, "parts", "choose a part, or empty"),
        ({"amount-0": "4500.01"}, "amount-0", "Only €4,500.00 net are left."),
        ({"amount-0": "0"}, "amount-0", "above zero"),
        ({"amount-0": "-1"}, "amount-0", "above zero"),
        ({"amount-0": "1e9"}, "amount-0", "not a number"),
        ({"amount-0": "1.001"}, "amount-0", "more decimals"),
        ({"reason": " "}, "reason", "fill this in"),
        ({"reason": "x" * 1001}, "reason", "too long"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_wrong_stands_beside_its_field(
    browser: Browser, owner: Supplier, changes: dict[str, str], field: str, words: str
) -> None:
    deal = an_issued_invoice(owner)
    here = f"/invoices/{deal.invoice_ids()[1]}/credit"
    form = {**values(browser.get(here)), "parts": "part", "amount-0": "100", "reason": "Less.", **changes}
    answer = browser.post(here, form)
    assert answer.status_code == 422
    assert words in errors(answer)[field]
    kept = values(answer)
    assert {name: kept[name] for name in ("amount-0", "reason")} == {
        name: form[name] for name in ("amount-0", "reason")
    }
    assert rows(Credit) == []


def test_lists_tell_credit_notes_from_invoices(app: Flask, browser: Browser, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    deposit, second = (the_invoice(key) for key in deal.invoice_ids())
    part = credit(owner, deposit.id, {0: 100_000}, "part")
    whole = credit(owner, second.id, None, "whole")

    def listed(kind: str) -> set[str]:
        return set(page(browser.get(f"/invoices?state={kind}")).xpath("//a[@class='title']/text()"))

    assert listed("credits") == {part.number, whole.number}
    assert listed("paid") == set()
    assert listed("open") == {deposit.number}
    shown = text(browser.get("/invoices"))
    for words in ("Part-credited", "€2,380.00 open", "Credited", "Credit note", "-€1,190.00"):
        assert words in shown
    client = text(browser.get(f"/q/{deal.token(app)}"))
    for words in (f"Credit note {part.number}", "Part-credited", f"Credit note {whole.number}"):
        assert words in client
    project = text(browser.get("/projects/1"))
    assert f"Credit note {part.number}" in project
    assert f"Invoice {second.number} Credited" in project.replace("Credited", " Credited").replace("  ", " ")


def test_what_accounts_payable_sees(app: Flask, browser: Browser, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    deal.pay(357_000, "all")
    note = credit(owner, deal.invoice_ids()[0], {0: 100_000})
    shown = text(browser.get(f"/i/{deal.invoice_token(app, PAYABLE)}"))
    for words in ("Credited €1,190.00", "Paid too much €1,190.00"):
        assert words in shown
    shown = text(browser.get(f"/i/{token_of(app, deal, note.id)}"))
    for words in (f"Credit note {note.number}", "Agreed by telephone.", "€1,190.00"):
        assert words in shown
    assert "How to pay" not in shown
