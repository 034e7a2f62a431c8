"""What was paid too much is given back, and what is paid for a replaced invoice counts for the one in its place."""

from collections import Counter
from functools import partial

import pytest
from flask import Flask

from milebill import clock
from milebill.domain.payments import refund_payment
from milebill.models import Event, Payment
from tests.actors import Supplier, an_issued_invoice
from tests.crowds import at_once
from tests.dealings import correct, credit, last_invoice, pay, refund, the_invoice, undo
from tests.domain.outcomes import outcome
from tests.rules import check_rules, rows


def test_what_was_too_much_is_given_back(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    invoice_id = last_invoice(deal)
    assert outcome(lambda: refund(owner, invoice_id, 100)) == "Refused(nothing)"
    pay(owner, invoice_id, 535_500, "all")
    settled_on = the_invoice(invoice_id).settled_on
    assert outcome(lambda: refund(owner, invoice_id, 100)) == "Refused(nothing)"
    credit(owner, invoice_id, {0: 100_000})
    assert outcome(lambda: refund(owner, invoice_id, 119_001)) == "Invalid(amount: over_rest)"
    for amount in (0, -1):
        assert outcome(partial(refund, owner, invoice_id, amount)) == "Invalid(amount: positive)"
    for _ in range(2):
        refund(owner, invoice_id, 19_000)
    refund(owner, invoice_id, 100_000, "rest")
    assert outcome(lambda: refund(owner, invoice_id, 1, "more")) == "Refused(nothing)"
    now = the_invoice(invoice_id)
    assert (now.paid, now.gross - now.credited - now.paid, now.settled_on) == (416_500, 0, settled_on)
    assert [row.content["data"]["amount"] for row in rows(Event, Event.kind == "refund_recorded")] == [19_000, 100_000]
    check_rules(owner.workspace_id)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_refund_of_tomorrow_or_of_somebody_else(owner: Supplier, rival: Supplier) -> None:
    deal = an_issued_invoice(owner)
    invoice_id = last_invoice(deal)
    pay(owner, invoice_id, 600_000, "all")
    tomorrow = clock.now().date().replace(year=2999)
    late = partial(refund_payment, owner.workspace_id, owner.actor, invoice_id, 100, tomorrow, "", "k")
    assert outcome(late) == "Invalid(received_on: future)"
    assert outcome(lambda: refund(owner, invoice_id, 100, "")) == "Invalid(once: required)"
    assert outcome(lambda: refund(rival, invoice_id, 100)) == "NotFound"


def test_a_wrong_refund_is_undone(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    invoice_id = last_invoice(deal)
    pay(owner, invoice_id, 600_000, "all")
    refund(owner, invoice_id, 64_500)
    (entry,) = rows(Payment, Payment.kind == "refund")
    for _ in range(2):
        undo(owner, entry.id)
    assert the_invoice(invoice_id).paid == 600_000
    (reversal,) = rows(Payment, Payment.kind == "reversal")
    assert outcome(lambda: undo(owner, reversal.id)) == "NotFound"
    (told,) = rows(Event, Event.kind == "payment_reversed")
    assert (told.content["data"]["undone"], told.content["data"]["amount"]) == ("refund", 64_500)
    check_rules(owner.workspace_id)


def test_a_hundred_refunds_give_back_what_there_is(in_app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    invoice_id = last_invoice(deal)
    pay(owner, invoice_id, 535_800, "all")
    calls = [partial(outcome, partial(refund, owner, invoice_id, 100, f"k{n}")) for n in range(100)]
    assert Counter(at_once(in_app, calls)) == {"done": 3, "Refused(nothing)": 97}
    check_rules(owner.workspace_id)


def test_what_comes_in_for_a_replaced_invoice_counts_for_the_new_one(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    old = last_invoice(deal)
    new = correct(owner, old, legal_name="A").id
    newest = correct(owner, new, legal_name="B").id
    pay(owner, old, 100_000, "late")
    assert [the_invoice(key).paid for key in (old, new, newest)] == [0, 0, 100_000]
    (payment,) = rows(Payment, Payment.kind == "payment")
    undo(owner, payment.id)
    assert [the_invoice(key).paid for key in (old, new, newest)] == [0, 0, 0]
    assert the_invoice(old).settled_on is not None
    moved = rows(Payment, Payment.kind == "moved")
    assert outcome(lambda: undo(owner, moved[0].id)) == "NotFound"
    check_rules(owner.workspace_id)
