"""Bank lines: kept once, booked once, and given back when their payment is undone."""

from collections import Counter
from functools import partial

import pytest
from flask import Flask

from milebill.bank_file import read
from milebill.domain.bank import book_bank_line, import_statement, set_line_aside
from milebill.models import BankBooking, BankImport, BankLine, Event, Payment
from tests.actors import Supplier, an_accepted_project, an_issued_invoice
from tests.crowds import at_once
from tests.dealings import bank_csv, bring_in, correct, last_invoice, the_invoice, undo
from tests.domain.outcomes import outcome
from tests.rules import check_rules, rows


def book(supplier: Supplier, line: int, invoice: int, amount: int, seen: int = 0) -> None:
    book_bank_line(supplier.workspace_id, supplier.actor, line, invoice, amount, seen)


def the_line(number: int = 0) -> BankLine:
    return rows(BankLine)[number]  # type: ignore[return-value]


def test_a_line_is_kept_once(owner: Supplier, rival: Supplier) -> None:
    first = bank_csv(("Los", 100, "a"), ("Los", 100, "a"), ("Ek", 200, "b"))
    longer = bank_csv(("Los", 100, "a"), ("Los", 100, "a"), ("Ek", 200, "b"), ("New", 300, "c"))

    def bring(supplier: Supplier, content: bytes) -> int:
        file = read(content, "EUR", "en")
        return import_statement(supplier.workspace_id, supplier.actor, file, content, "a.csv").new

    assert [bring(owner, content) for content in (first, first, longer, longer)] == [3, 0, 1, 0]
    assert bring(rival, first) == 3
    assert [row.lines for row in rows(BankImport)] == [3, 1, 3]
    assert [row.content["data"]["lines"] for row in rows(Event, Event.kind == "bank_imported")] == [3, 1, 3]
    check_rules(owner.workspace_id)


def test_booking_a_line_in_parts(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    deposit, second = deal.invoice_ids()
    bring_in(owner, deposit, 500_000)
    line = the_line()
    book(owner, line.id, deposit, 357_000)
    book(owner, line.id, second, 143_000, seen=1)
    assert (the_line().booked, the_invoice(deposit).paid, the_invoice(second).paid) == (500_000, 357_000, 143_000)
    assert {row.received_on for row in rows(Payment)} == {line.booked_on}
    assert outcome(lambda: book(owner, line.id, second, 1, seen=2)) == "Invalid(amount: over_rest)"
    check_rules(owner.workspace_id)


def test_a_line_that_is_dated_ahead_counts_from_today(owner: Supplier) -> None:
    deposit = an_issued_invoice(owner).invoice_ids()[0]
    content = b"date;amount\n9999-12-31;3570.00\n"
    import_statement(owner.workspace_id, owner.actor, read(content, "EUR", "en"), content, "a.csv")
    book(owner, the_line().id, deposit, 357_000)
    assert {row.received_on for row in rows(Payment)} == {the_invoice(deposit).issued_on}
    assert the_invoice(deposit).settled_on == the_invoice(deposit).issued_on
    check_rules(owner.workspace_id)


def test_what_is_undone_can_be_booked_again(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    deposit = deal.invoice_ids()[0]
    bring_in(owner, deposit)
    line = the_line().id
    book(owner, line, deposit, 357_000)
    for _ in range(2):
        undo(owner, rows(Payment)[0].id)
    assert (the_line().booked, the_invoice(deposit).paid) == (0, 0)
    assert outcome(lambda: book(owner, line, deposit, 357_000, seen=0)) == "done", "the click of before, once more"
    assert the_invoice(deposit).paid == 0
    book(owner, line, deposit, 357_000, seen=1)
    assert (the_line().booked, the_invoice(deposit).paid) == (357_000, 357_000)
    check_rules(owner.workspace_id)


def test_what_can_not_be_booked(owner: Supplier, rival: Supplier) -> None:
    deal = an_issued_invoice(owner)
    deposit = deal.invoice_ids()[0]
    franc = an_accepted_project(owner, currency="CHF").invoice_ids()[0]
    bring_in(owner, deposit)
    line = the_line().id
    for amount, expected in ((0, "positive"), (-1, "positive"), (357_001, "over_rest")):
        assert outcome(partial(book, owner, line, deposit, amount)) == f"Invalid(amount: {expected})"
    assert outcome(lambda: book(owner, line, franc, 1)) == "Invalid(invoice: currency_differs)"
    assert outcome(lambda: book(owner, line, 987_654, 1)) == "NotFound"
    assert outcome(lambda: book(owner, 987_654, deposit, 1)) == "NotFound"
    assert outcome(lambda: book(rival, line, deposit, 1)) == "NotFound"
    assert outcome(lambda: book(owner, line, deposit, 1, seen=3)) == "Refused(booked)"
    assert rows(Payment) == []


def test_a_line_is_set_aside_and_taken_up_again(owner: Supplier, rival: Supplier) -> None:
    deal = an_issued_invoice(owner)
    deposit = deal.invoice_ids()[0]
    bring_in(owner, deposit)
    line = the_line().id
    for _ in range(2):
        set_line_aside(owner.workspace_id, owner.actor, line, aside=True)
    assert outcome(lambda: book(owner, line, deposit, 1)) == "Refused(set_aside)"
    for _ in range(2):
        set_line_aside(owner.workspace_id, owner.actor, line, aside=False)
    told = rows(Event, Event.kind == "bank_line_set_aside")
    assert [row.content["data"]["back"] for row in told] == [False, True]
    book(owner, line, deposit, 1)
    taken = partial(set_line_aside, rival.workspace_id, rival.actor, line, aside=True)
    assert outcome(taken) == "NotFound"


def test_what_comes_in_for_a_replaced_invoice_goes_on(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    old = last_invoice(deal)
    bring_in(owner, old)
    new = correct(owner, old).id
    book(owner, the_line().id, old, 535_500)
    assert (the_invoice(old).paid, the_invoice(new).paid) == (0, 535_500)
    check_rules(owner.workspace_id)


def test_a_hundred_clicks_book_once(in_app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    deposit = deal.invoice_ids()[0]
    bring_in(owner, deposit)
    line = the_line().id
    answers = at_once(in_app, [partial(outcome, partial(book, owner, line, deposit, 100_000))] * 100)
    assert Counter(answers) == {"done": 100}
    assert (len(rows(Payment)), len(rows(BankBooking)), the_invoice(deposit).paid) == (1, 1, 100_000)
    check_rules(owner.workspace_id)


def test_two_people_book_one_line_for_different_invoices(in_app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    deposit, second = deal.invoice_ids()
    bring_in(owner, deposit)
    line = the_line().id
    calls = [partial(outcome, partial(book, owner, line, invoice, 357_000)) for invoice in (deposit, second)]
    assert Counter(at_once(in_app, calls)) == {"done": 1, "Refused(booked)": 1}
    check_rules(owner.workspace_id)


@pytest.mark.parametrize("database_url", ["postgresql", "sqlite"], indirect=True)
def test_one_file_is_brought_in_by_many_at_once(in_app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    answers = at_once(in_app, [partial(bring_in, owner, deal.invoice_ids()[0])] * 20)
    assert Counter(answer.new for answer in answers) == {1: 1, 0: 19}
    assert (len(rows(BankImport)), len(rows(BankLine))) == (1, 1)
