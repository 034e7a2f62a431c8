"""Credit notes: what they take back, what they leave, and that no cent is lost in between."""

from collections import Counter
from functools import partial
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from milebill.domain.credits import Snapped
from milebill.domain.payments import record_payment
from milebill.errors import MilebillError
from milebill.models import Credit, Invoice, InvoiceLine, InvoiceTax, InvoiceVersion, Mail, Project
from tests.actors import Supplier, an_accepted_project, an_issued_invoice, shares, sign_up
from tests.crowds import at_once
from tests.dealings import credit, the_invoice
from tests.domain.outcomes import outcome
from tests.offers import BC
from tests.rules import check_rules, rows


def test_a_whole_invoice_is_taken_back(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    invoice = the_invoice(deal.invoice_ids()[1])
    note = the_invoice(credit(owner, invoice.id).id)
    assert (note.kind, note.number[:3]) == ("credit_note", "CN-")
    assert (note.net, note.tax, note.gross) == (-450_000, -85_500, -535_500)
    assert (note.milestone_id, note.receipt_id) == (invoice.milestone_id, invoice.receipt_id)
    assert note.due_on == note.issued_on == note.settled_on
    assert note.content["reason"] == "Agreed by telephone."
    assert note.content["references"] == [
        {"kind": "credits", "number": invoice.number, "issued_on": invoice.issued_on.isoformat()}
    ]
    assert (note.content["gross"], note.content["of_kind"]) == (535_500, "milestone")
    now = the_invoice(invoice.id)
    assert (now.credited, now.settled_on, now.content_hash) == (535_500, note.issued_on, invoice.content_hash)
    (project,) = rows(Project)
    assert (project.credited_net, project.credited_tax, project.credited_gross) == (450_000, 85_500, 535_500)
    assert project.billed_gross == 357_000 + 535_500
    assert outcome(lambda: credit(owner, invoice.id, once="again")) == "Refused(credited)"
    check_rules(owner.workspace_id)


def test_parts_leave_a_rest_whose_tax_is_its_own(owner: Supplier) -> None:
    """The third of 4,999.99 at 20 % of the worked examples: 333.32 would lose a cent, 333.33 does not."""
    thirds = shares("33.33", "33.33", "33.33")
    deal = an_accepted_project(owner, total="4999.99", tax_rate="20", currency="GBP", milestones=thirds)
    deal.submit(3)
    deal.sign_off(3)
    (invoice_id,) = deal.invoice_ids()
    assert (the_invoice(invoice_id).net, the_invoice(invoice_id).tax) == (166_668, 33_334)
    with pytest.raises(Snapped) as found:
        credit(owner, invoice_id, {0: 33_332})
    assert found.value.nets == {0: 33_333}
    assert the_invoice(invoice_id).credited == 0
    note = the_invoice(credit(owner, invoice_id, {0: 33_333}).id)
    assert (note.net, note.tax, note.gross) == (-33_333, -6_667, -40_000)
    rest = the_invoice(credit(owner, invoice_id, None, "rest").id)
    assert (rest.net, rest.tax) == (-133_335, -26_667)
    assert the_invoice(invoice_id).credited == the_invoice(invoice_id).gross
    check_rules(owner.workspace_id)


@pytest.mark.parametrize(
    ("nets", "reason", "once", "expected"),
    [
        ({}, "x", "k", "Invalid(parts: required)"),
        ({0: 0}, "x", "k", "Invalid(amount-0: positive)"),
        ({0: -1}, "x", "k", "Invalid(amount-0: positive)"),
        ({0: 450_001}, "x", "k", "Invalid(amount-0: over_rest)"),
        ({1: 5}, "x", "k", "Invalid(amount-1: over_rest)"),
        ({0: 100}, "  ", "k", "Invalid(reason: required)"),
        ({0: 100}, "x" * 1001, "k", "Invalid(reason: too_long)"),
        ({0: 100}, "x", "", "Invalid(once: required)"),
        (None, "", "k", "Invalid(reason: required)"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_can_not_be_credited(
    owner: Supplier, nets: dict[int, int] | None, reason: str, once: str, expected: str
) -> None:
    deal = an_issued_invoice(owner)
    invoice_id = deal.invoice_ids()[1]
    assert outcome(lambda: credit(owner, invoice_id, nets, once, reason)) == expected
    assert rows(Credit) == []


def test_a_credit_note_can_not_be_credited_or_paid(owner: Supplier, rival: Supplier) -> None:
    deal = an_issued_invoice(owner)
    invoice_id = deal.invoice_ids()[1]
    note = credit(owner, invoice_id, {0: 10_000})
    assert outcome(lambda: credit(owner, note.id, once="other")) == "NotFound"
    assert outcome(lambda: credit(rival, invoice_id, once="rival")) == "NotFound"
    today = the_invoice(note.id).issued_on
    pay = partial(record_payment, owner.workspace_id, owner.actor, note.id, 100, today, "", "k")
    assert outcome(pay) == "NotFound"


def test_a_credit_note_says_what_was_amended(owner: Supplier) -> None:
    """The purchase order of the current version stands on the credit note, not that of the first."""
    deal = an_issued_invoice(owner)
    invoice_id = deal.invoice_ids()[1]
    note = credit(owner, invoice_id)
    (version,) = rows(InvoiceVersion, InvoiceVersion.invoice_id == note.id)
    (amended,) = rows(InvoiceVersion, InvoiceVersion.invoice_id == invoice_id)
    assert version.purchase_order_number == amended.purchase_order_number == "PO-7"
    assert version.contact_email == amended.contact_email
    mails = [row.cause["invoice_id"] for row in rows(Mail, Mail.kind == "invoice_issued")]
    assert mails.count(note.id) == 1


def test_what_was_paid_too_much_shows_after_a_credit(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    first = deal.invoice_ids()[0]
    deal.pay(357_000, "all")
    credit(owner, first, {0: 100_000})
    now = the_invoice(first)
    assert (now.gross - now.credited - now.paid, now.settled_on is None) == (-119_000, False)
    check_rules(owner.workspace_id)


def test_a_hundred_clicks_credit_once(in_app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    invoice_id = deal.invoice_ids()[1]
    answers = at_once(in_app, [partial(credit, owner, invoice_id, {0: 300_000})] * 100)
    assert len({answer.number for answer in answers}) == 1
    assert the_invoice(invoice_id).credited == 357_000
    check_rules(owner.workspace_id)


def test_two_credits_never_take_more_than_there_is(in_app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    invoice_id = deal.invoice_ids()[1]
    calls = [partial(outcome, partial(credit, owner, invoice_id, {0: 300_000}, f"k{n}")) for n in range(12)]
    answers = Counter(at_once(in_app, calls))
    assert answers == {"done": 1, "Invalid(amount-0: over_rest)": 11}
    check_rules(owner.workspace_id)


def test_credits_and_payments_at_the_same_moment(in_app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    first = deal.invoice_ids()[0]
    calls: list[Any] = [partial(credit, owner, first, {0: 10_000}, f"c{n}") for n in range(6)]
    calls += [partial(deal.pay, 50_000, f"p{n}") for n in range(8)]
    at_once(in_app, [partial(outcome, call) for call in calls])
    now = the_invoice(first)
    assert (now.credited, now.paid) == (6 * 11_900, 400_000)
    check_rules(owner.workspace_id)


def _any_parts(in_app: Flask, examples: int, part_of_all: int = 0) -> None:
    @seed(part_of_all)
    @given(
        st.integers(1, 10**9),
        st.sampled_from(["0", "5", "7", "8.875", "19", "20", "33.333", "100"]),
        st.lists(st.integers(1, 10**9), max_size=5),
    )
    @settings(max_examples=examples, derandomize=False, database=None, suppress_health_check=list(HealthCheck))
    def any_parts(total: int, rate: str, parts: list[int]) -> None:
        supplier = sign_up("Anna")
        whole = shares("100", deposit=True)
        price = f"{total // 100}.{total % 100:02}"
        deal = an_accepted_project(supplier, total=price, tax_rate=rate, milestones=whole)
        (invoice_id,) = deal.invoice_ids()
        for n, part in enumerate(parts):
            try:
                credit(supplier, invoice_id, {0: part}, f"k{n}")
            except Snapped as nearest:
                credit(supplier, invoice_id, nearest.nets, f"k{n}")
            except MilebillError:
                continue
        if the_invoice(invoice_id).credited < the_invoice(invoice_id).gross:
            credit(supplier, invoice_id, None, "rest")
        check_rules(supplier.workspace_id)
        signed = rows(Invoice, Invoice.workspace_id == supplier.workspace_id)
        assert (sum(row.net for row in signed), sum(row.tax for row in signed)) == (0, 0)
        ids = [row.id for row in signed]
        for model in (InvoiceLine, InvoiceTax):
            assert sum(row.net for row in rows(model, model.invoice_id.in_(ids))) == 0

    any_parts()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_any_parts_and_the_rest_come_to_the_whole(in_app: Flask) -> None:
    _any_parts(in_app, 40)


@pytest.mark.long
@pytest.mark.parametrize("part_of_all", range(20))  # ten thousand; a database that has them all would slow them down
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_any_parts_and_the_rest_come_to_the_whole_for_long(in_app: Flask, part_of_all: int) -> None:
    _any_parts(in_app, 500, part_of_all)


def test_two_rates_are_credited_each_by_itself(owner: Supplier) -> None:
    """The second invoice of the German worked example: 100.00 of the 19 % line, then the rest of both."""
    deal = an_accepted_project(
        owner,
        pricing="items",
        items=[
            {"description": "Design and code", "quantity": "1", "unit_price": "10000.01"},
            {"description": "Rights", "quantity": "1", "unit_price": "2345.67", "tax": "1"},
        ],
        more_taxes=[{"label": "VAT", "rate": "7"}],
        final_invoice="deducts",
    )
    deal.submit(2)
    deal.sign_off(2)
    invoice = the_invoice(deal.invoice_ids()[1])
    assert (invoice.net, invoice.tax, invoice.gross) == (555_555, 92_889, 648_444)
    part = the_invoice(credit(owner, invoice.id, {0: 10_000}, "part").id)
    assert (part.net, part.tax, part.gross) == (-10_000, -1_900, -11_900)
    assert the_invoice(invoice.id).gross - the_invoice(invoice.id).credited == 636_544
    rest = the_invoice(credit(owner, invoice.id, None, "rest").id)
    sums = [(entry["net"], entry["tax"]) for entry in rest.content["taxes"]]
    assert sums == [(440_000, 83_600), (105_555, 7_389)]
    assert the_invoice(invoice.id).credited == 648_444
    check_rules(owner.workspace_id)


def test_a_final_invoice_that_deducts_is_credited_by_its_own_share(owner: Supplier) -> None:
    deal = an_issued_invoice(owner, final_invoice="deducts")
    deal.submit(3)
    deal.sign_off(3)
    final = the_invoice(deal.invoice_ids()[-1])
    assert len(final.content["lines"]) > 1
    note = the_invoice(credit(owner, final.id).id)
    assert [line["net"] for line in note.content["lines"]] == [250_000]
    assert note.gross == -final.gross
    check_rules(owner.workspace_id)


def test_two_taxes_of_one_net_both_stay_exact(owner: Supplier) -> None:
    """GST and PST of British Columbia are two returns: a part snaps to where neither loses a cent."""
    thirds = shares("33.33", "33.33", "33.33")
    deal = an_accepted_project(owner, total="9999.99", milestones=thirds, **BC)
    deal.submit(1)
    deal.sign_off(1)
    (invoice_id,) = deal.invoice_ids()
    invoice = the_invoice(invoice_id)
    assert (invoice.net, invoice.tax) == (333_337, 16_667 + 23_334)
    try:
        note = credit(owner, invoice_id, {0: 100_003}, "part")
    except Snapped as nearest:
        note = credit(owner, invoice_id, nearest.nets, "part")
    credited = the_invoice(note.id)
    assert abs(-credited.net - 100_003) <= 10
    assert [entry["nth"] for entry in credited.content["taxes"]] == [1, 2]
    credit(owner, invoice_id, None, "rest")
    assert the_invoice(invoice_id).credited == invoice.gross
    check_rules(owner.workspace_id)
