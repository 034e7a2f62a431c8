"""Correct and reissue: the same money for the right buyer, under a new number, and nobody is asked twice."""

from collections import Counter
from functools import partial

import pytest
from flask import Flask

from milebill.domain.buyer import Buyer
from milebill.domain.decision import accept_quote
from milebill.domain.reissue import correct_invoice
from milebill.models import Client, CorrectionRequest, Credit, Event, InvoiceVersion, Mail, Payment, Project
from tests.actors import ACCEPT, BUYER, Supplier, a_sent_quote, an_issued_invoice, signed
from tests.crowds import at_once
from tests.dealings import correct, credit, credit_milestone, last_invoice, pay, reopen, the_invoice
from tests.domain.outcomes import outcome
from tests.payables import request
from tests.rules import check_rules, rows
from tests.snapshots import everything


def test_a_wrong_buyer_is_put_right(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    old = the_invoice(last_invoice(deal))
    corrected = the_invoice(correct(owner, old.id).id)
    (link,) = rows(Credit)
    note = the_invoice(link.invoice_id)
    assert (link.credited_id, link.corrected_id) == (old.id, corrected.id)
    assert note.id < corrected.id
    assert (note.gross, corrected.gross) == (-old.gross, old.gross)
    assert (note.content["buyer"]["legal_name"], corrected.content["buyer"]["legal_name"]) == (
        "Łoś Verlag GmbH",
        "Łoś Verlag AG",
    )
    assert [(entry["kind"], entry["number"]) for entry in corrected.content["references"]] == [
        ("corrects", old.number),
        ("cancelled_by", note.number),
    ]
    assert (corrected.kind, corrected.content["of_kind"]) == ("corrected", "milestone")
    for name in ("lines", "taxes", "net", "tax", "gross", "proof", "delivered_on"):
        assert corrected.content[name] == old.content[name]
    (project,) = rows(Project)
    assert (project.billed_gross, project.credited_gross) == (892_500, 0)
    assert project.buyer["legal_name"] == "Łoś Verlag AG"
    assert rows(Client)[0].legal_name == "Łoś Verlag AG"
    (version,) = rows(InvoiceVersion, InvoiceVersion.invoice_id == corrected.id)
    assert version.purchase_order_number == "PO-7"
    mails = [row.cause["invoice_id"] for row in rows(Mail, Mail.kind == "invoice_issued")]
    assert {note.id, corrected.id} < set(mails)
    assert outcome(lambda: correct(owner, old.id, "again")) == "Refused(credited)"
    check_rules(owner.workspace_id)


def test_what_was_paid_is_carried_over(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    old = last_invoice(deal)
    pay(owner, old, 100_000, "a")
    pay(owner, old, 500_000, "b")
    new = correct(owner, old).id
    assert [(row.invoice_id, row.amount) for row in rows(Payment, Payment.kind == "moved")] == [
        (old, -600_000),
        (new, 600_000),
    ]
    assert (the_invoice(old).paid, the_invoice(new).paid) == (0, 600_000)
    assert the_invoice(new).settled_on is not None
    (moved,) = rows(Event, Event.kind == "payment_moved")
    assert moved.content["data"]["number"] == the_invoice(new).number
    check_rules(owner.workspace_id)


@pytest.mark.parametrize(("paid", "prepaid"), [((), 0), ((100_000, 500_000), 535_500), ((35_500, 4_500), 40_000)])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_it_says_what_was_paid_before(owner: Supplier, paid: tuple[int, ...], prepaid: int) -> None:
    """Never more than it asks for (BT-113): what is too much is given back, not asked for with a minus."""
    deal = an_issued_invoice(owner)
    for n, amount in enumerate(paid):
        pay(owner, last_invoice(deal), amount, f"payment-{n}")
    new = correct(owner, last_invoice(deal)).id
    assert (the_invoice(new).content["prepaid"], the_invoice(new).gross) == (prepaid, 535_500)
    again = the_invoice(correct(owner, new, "again").id)
    assert again.content["prepaid"] == prepaid
    assert min(again.paid, again.gross) == prepaid


def test_what_comes_in_for_a_replaced_invoice_counts_whatever_number_its_row_has(owner: Supplier) -> None:
    an_issued_invoice(owner)
    an_issued_invoice(owner)
    old = last_invoice(an_issued_invoice(owner))
    pay(owner, old, 100, "before")
    new = correct(owner, old).id
    (link,) = rows(Credit)
    while rows(Payment)[-1].id < link.invoice_id:  # until a payment has had the credit note's id
        pay(owner, old, 1, f"after-{len(rows(Payment))}")
    assert the_invoice(old).paid == 0
    assert the_invoice(new).paid == sum(row.amount for row in rows(Payment, Payment.kind == "payment"))
    check_rules(owner.workspace_id)


def test_a_corrected_one_can_be_corrected_credited_and_billed_again(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    first = correct(owner, last_invoice(deal), legal_name="A")
    second = correct(owner, first.id, legal_name="B")
    assert the_invoice(second.id).content["of_kind"] == "milestone"
    credit_milestone(deal, 2)
    reopen(deal, 2)
    deal.submit(2)
    again = the_invoice(deal.sign_off(2).invoice_id)
    assert (again.kind, again.content["buyer"]["legal_name"]) == ("milestone", "B")
    check_rules(owner.workspace_id)


def test_a_final_one_stays_the_only_final_one(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    deal.submit(3)
    deal.sign_off(3)
    assert the_invoice(correct(owner, last_invoice(deal)).id).content["of_kind"] == "final"
    check_rules(owner.workspace_id)
    credit_milestone(deal, 2)
    reopen(deal, 2)
    deal.submit(2)
    deal.sign_off(2)
    assert the_invoice(last_invoice(deal)).kind == "milestone"
    check_rules(owner.workspace_id)


def test_what_can_not_be_corrected(owner: Supplier, rival: Supplier) -> None:
    deal = an_issued_invoice(owner)
    deposit, second = deal.invoice_ids()
    before = everything()
    for party, expected in (
        ({"legal_name": " "}, "Invalid(legal_name: required)"),
        ({"city": ""}, "Invalid(city: required)"),
        ({"address_line_1": "x" * 201}, "Invalid(address_line_1: too_long)"),
    ):
        assert outcome(partial(correct, owner, second, **party)) == expected
    assert outcome(lambda: correct(owner, second, "")) == "Invalid(once: required)"
    assert outcome(lambda: correct(rival, second)) == "NotFound"
    assert everything() == before
    note = credit(owner, deposit, {0: 100_000})
    assert outcome(lambda: correct(owner, deposit)) == "Refused(credited)"
    assert outcome(lambda: correct(owner, note.id)) == "NotFound"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_reverse_charge_needs_the_tax_id_of_the_new_buyer(owner: Supplier) -> None:
    deal = a_sent_quote(owner, tax_rate="0", tax_label="", tax_category="AE")
    buyer = Buyer({**BUYER, "tax_id": "DE129273398"}, "PO-7")
    accept_quote(owner.workspace_id, deal.quote_id, deal.link(), signed(deal.offer_hash(), ACCEPT), buyer)
    deposit = last_invoice(deal)
    assert {entry["category"] for entry in the_invoice(deposit).content["taxes"]} == {"AE"}
    assert outcome(lambda: correct(owner, deposit, tax_id="")) == "Invalid(tax_id: required)"
    assert outcome(lambda: correct(owner, deposit, tax_id="X1", country_code="SE")) == "Invalid(country_code: category)"
    assert outcome(lambda: correct(owner, deposit, tax_id="FR83404833048", country_code="FR")) == "done"
    check_rules(owner.workspace_id)


def test_a_hundred_clicks_correct_once(in_app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    old = last_invoice(deal)
    pay(owner, old, 535_500, "all")
    answers = at_once(in_app, [partial(correct, owner, old)] * 100)
    assert len({answer.number for answer in answers}) == 1
    assert len(deal.invoice_ids()) == 4
    check_rules(owner.workspace_id)


def test_one_of_correcting_and_crediting_wins(in_app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    old = last_invoice(deal)
    calls = [partial(correct, owner, old, f"c{n}") for n in range(4)]
    calls += [partial(credit, owner, old, None, f"n{n}") for n in range(4)]
    answers = Counter(at_once(in_app, [partial(outcome, call) for call in calls]))
    assert answers == {"done": 1, "Refused(credited)": 7}
    check_rules(owner.workspace_id)


def test_the_request_of_the_client_is_answered_by_it(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    request_id = request(deal, "We moved.", legal_name="Łoś Verlag AG")
    deposit, second = deal.invoice_ids()
    buyer = {**BUYER, "legal_name": "Łoś Verlag AG"}

    def answer(invoice_id: int, once: str) -> str:
        call = partial(correct_invoice, owner.workspace_id, owner.actor, invoice_id, buyer, "Moved.", once, request_id)
        return outcome(call)

    assert answer(second, "other") == "NotFound"
    assert answer(deposit, "own") == "done"
    (asked,) = rows(CorrectionRequest)
    assert (asked.state, asked.decided_at is None) == ("done", False)
    check_rules(owner.workspace_id)
