"""Numbers that people choose: read by their tokens, never run, without gaps and never twice."""

from datetime import UTC, date, datetime
from functools import partial

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from milebill import clock
from milebill.domain.number_patterns import MAX_NUMBER, Pattern, code_of, read_pattern
from milebill.domain.numbering import PATTERNS, Choice, change_numbering, next_number, upcoming_number
from milebill.domain.settings import change_settings
from milebill.domain.work import Work, verb
from milebill.errors import Invalid
from milebill.models import Client, Document, Event, Invoice, NumberSeries, Workspace
from tests.actors import Supplier, a_quote, a_sent_quote, an_accepted_project, shares
from tests.crowds import at_once
from tests.dealings import credit, last_invoice
from tests.rules import check_rules, rows

DAY = date(2027, 3, 3)


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        ("{year}-{seq:4}", "2027-0012"),
        ("{yy}{seq:3}", "27012"),
        ("{seq}", "12"),
        ("{seq:1}", "12"),
        ("RE {year}/{seq:5}", "RE 2027/00012"),
        ("{client}-{seq:2}", "LOS-12"),
        ("{client}.{yy}.{client}.{seq}", "LOS.27.LOS.12"),
    ],
)
def test_tokens_are_filled_in(pattern: str, number: str) -> None:
    assert read_pattern(f" {pattern} ").render(2027, 12, "LOS") == number


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("", "required"),
        ("x" * 61, "too_long"),
        ("{seq:9}" + "x" * 31, "too_long"),
        ("{year}", "pattern_seq"),
        ("{seq}-{seq:4}", "pattern_seq"),
        ("{seq.__class__}", "pattern_signs"),
        ("{seq!r}-{seq}", "pattern_signs"),
        ("{seq:04}", "pattern_signs"),
        ("{seq:99999999}", "pattern_signs"),
        ("{year:4}-{seq}", "pattern_signs"),
        ("{0}{seq}", "pattern_signs"),
        ("{{seq}}", "pattern_signs"),
        ("../{seq}", "pattern_signs"),
        ("a..{seq}", "pattern_signs"),
        (".{seq}", "pattern_signs"),
        ("{seq}/", "pattern_signs"),
        ("{seq}\r\nX", "pattern_signs"),
        ("№{seq}", "pattern_signs"),
        ("{client}{seq}", "pattern_apart"),
        ("{client}{year}-{seq}", "pattern_apart"),
        ("{seq}{client}", "pattern_apart"),
        ("A{client}-{seq}", "pattern_apart"),
    ],
)
def test_what_is_no_pattern(pattern: str, code: str) -> None:
    with pytest.raises(Invalid) as error:
        read_pattern(pattern)
    assert error.value.errors == {"pattern": code}


PIECES = st.sampled_from(
    ["{year}", "{yy}", "{seq}", "{seq:4}", "{client}", "-", "/", " ", ".", "A", "7", "{", "}", "!"]
)


@given(st.lists(PIECES, max_size=8).map("".join), st.integers(1, 10**9), st.integers(2000, 2099))
def test_a_pattern_gives_numbers_that_fit_and_differ(text: str, count: int, year: int) -> None:
    try:
        pattern = read_pattern(text)
    except Invalid:
        return
    number = pattern.render(year, count, "ABC")
    assert 0 < len(number) <= MAX_NUMBER
    assert not set(number) & set("{}")
    assert number != pattern.render(year, count + 1, "ABC")
    assert number != pattern.render(year, count + 1, "ABC1")
    assert pattern.reads().fullmatch(number)
    series = pattern.year_of_series(date(year, 1, 1))
    assert pattern.is_ahead(number, series, count)
    assert not pattern.is_ahead(number, series, count + 1)


@pytest.mark.parametrize(
    ("pattern", "number", "ahead"),
    [
        ("{year}-{seq}", "2027-4", False),
        ("{year}-{seq}", "2027-5", True),
        ("{year}-{seq}", "2026-9", False),
        ("{year}-{seq}", "2028-1", True),
        ("{yy}-{seq}", "27-5", True),
        ("{yy}-{seq}", "26-9", False),
        ("{yy}-{seq}", "28-1", True),
        ("{year}-{seq:2}", "2027-5", False),
        ("{client}-{seq}", "ABC-5", True),
        ("{seq}", "2027-5", False),
    ],
)
def test_what_lies_ahead_of_the_fifth_of_2027(pattern: str, number: str, ahead: bool) -> None:
    read = read_pattern(pattern)
    assert read.is_ahead(number, read.year_of_series(DAY), 5) == ahead


def choose(supplier: Supplier, **choices: Choice) -> None:
    change_numbering(supplier.workspace_id, supplier.actor, choices)


def numbers() -> list[str]:
    return [row.number for row in rows(Invoice)]


def test_somebody_who_moves_goes_on_counting(owner: Supplier) -> None:
    choose(owner, invoice=Choice("RE {year}/{seq:4}", 118), quote=Choice("{client}-{seq}", 7))
    deal = an_accepted_project(owner)
    deal.submit(2)
    deal.sign_off(2)
    year = clock.now().year
    assert numbers() == [f"RE {year}/0118", f"RE {year}/0119"]
    assert rows(Workspace)[0].numbering == {
        "invoice": {"pattern": "RE {year}/{seq:4}"},
        "quote": {"pattern": "{client}-{seq}"},
    }, "what was the first number is so only once"
    assert [(row.kind, row.year, row.last) for row in rows(NumberSeries)] == [("quote", 0, 7), ("invoice", year, 119)]
    assert rows(Client)[0].code == "LOSVER"
    files = {row.file_name for row in rows(Document)}
    assert {"LOSVER-7.pdf", f"RE-{year}-0118.pdf"} <= files
    changed = [row.content["data"] for row in rows(Event, Event.kind == "settings_changed")]
    assert changed[-1] == {"fields": ["numbering"]}
    check_rules(owner.workspace_id)


def test_a_series_that_counts_goes_on_counting_and_cannot_begin_anew(owner: Supplier) -> None:
    an_accepted_project(owner)
    year = clock.now().year
    choose(owner, invoice=Choice("R{year}-{seq}"))
    deal = a_quote(owner)
    deal.send()
    deal.accept()
    assert numbers() == [f"{year}-0001", f"R{year}-2"]
    with pytest.raises(Invalid) as error:
        choose(owner, invoice=Choice("R{year}-{seq}", 1))
    assert error.value.errors == {"invoice-first": "in_use"}
    before = len(rows(Event))
    choose(owner, invoice=Choice("R{year}-{seq}", 3))  # which it is anyway
    assert len(rows(Event)) == before
    check_rules(owner.workspace_id)


@pytest.mark.parametrize("first", [0, -1, 10**9])
def test_a_first_number_is_a_number(owner: Supplier, first: int) -> None:
    with pytest.raises(Invalid) as error:
        choose(owner, invoice=Choice("{seq}", first))
    assert error.value.errors == {"invoice-first": "number"}


def test_a_pattern_that_would_come_to_given_numbers_is_refused(owner: Supplier) -> None:
    year = clock.now().year
    choose(owner, invoice=Choice(f"{year}-{{seq:4}}", 3), quote=Choice(f"{year}-{{seq}}", 3))
    an_accepted_project(owner)
    for kind in ("invoice", "quote"):
        with pytest.raises(Invalid) as error:  # it would begin at 1 and come to 3
            choose(owner, **{kind: Choice("{year}-{seq:4}" if kind == "invoice" else "{year}-{seq}")})
        assert error.value.errors == {f"{kind}-pattern": "taken"}
    choose(owner, invoice=Choice("{year}-{seq:4}", 4))
    choose(owner, invoice=Choice("{year}-{seq}", 1), quote=Choice("Q{year}-{seq}", 1))  # 1, 2, 3: never 0003
    assert upcoming_number(rows(Workspace)[0].numbering, "invoice", {}, DAY) == ("2027-1", False)


@pytest.mark.parametrize("pattern", ["CN-{year}-{seq}", "{client}-{year}-{seq}"])
def test_invoices_and_credit_notes_can_never_have_the_same_number(owner: Supplier, pattern: str) -> None:
    with pytest.raises(Invalid) as error:
        choose(owner, invoice=Choice(pattern))
    assert error.value.errors == {"credit_note-pattern": "taken"}
    choose(owner, invoice=Choice(pattern), credit_note=Choice("G/{seq}"))


def test_every_error_is_named(owner: Supplier) -> None:
    with pytest.raises(Invalid) as error:
        choose(owner, invoice=Choice("{year}"), quote=Choice("{seq}", 0))
    assert error.value.errors == {"invoice-pattern": "pattern_seq", "quote-first": "number"}
    assert rows(Workspace)[0].numbering == {}


def test_a_new_year_begins_at_midnight_of_the_house(owner: Supplier) -> None:
    change_settings(owner.workspace_id, owner.actor, {"time_zone": "Asia/Tokyo"})
    choose(owner, quote=Choice("{yy}-{seq}", 5), invoice=Choice("{seq}", 9))
    sent = []
    for moment in (datetime(2029, 12, 31, 14, 59, tzinfo=UTC), datetime(2029, 12, 31, 15, 0, tzinfo=UTC)):
        with clock.at(moment):
            deal = a_sent_quote(owner)
            sent.append(deal.send())
            deal.accept()
    assert sent == ["29-5", "30-1"]
    assert numbers() == ["9", "10"], "without the year it goes on"
    check_rules(owner.workspace_id)


def test_credit_notes_count_by_themselves(owner: Supplier) -> None:
    choose(owner, credit_note=Choice("{client}/{seq:3}", 40))
    deal = an_accepted_project(owner)
    credit(owner, last_invoice(deal))
    assert numbers()[-1] == "LOSVER/040"
    check_rules(owner.workspace_id)


@pytest.mark.parametrize(
    ("name", "code"), [("Łoś Verlag", "LOSVER"), ("Żółw & Søn", "ZOLWSO"), ("株式会社", "C5"), ("7-Up", "7UP")]
)
def test_codes_of_clients(name: str, code: str) -> None:
    assert code_of(name, "C5") == code


def test_patterns_in_force_are_patterns() -> None:
    assert all(read_pattern(text) == Pattern(text) for text in PATTERNS.values())


def test_a_hundred_at_once_count_without_gaps_when_the_year_does_not(app: Flask, owner: Supplier) -> None:
    choose(owner, quote=Choice("{seq:5}", 1000))
    deals = [a_quote(owner) for _ in range(100)]

    found = at_once(app, [deal.send for deal in deals])
    assert sorted(found) == [f"{n:05}" for n in range(1000, 1100)]
    check_rules(owner.workspace_id)


@pytest.mark.long
def test_a_hundred_sign_offs_at_once_bill_without_gaps(app: Flask, owner: Supplier) -> None:
    choose(owner, invoice=Choice("{client}/{seq:3}", 901))
    deals = [a_quote(owner, milestones=shares("100")) for _ in range(100)]
    for deal in deals:
        deal.send()
        deal.accept()
        deal.submit(1)
    answers = at_once(app, [partial(deal.sign_off, 1) for deal in deals])
    assert sorted(answer.invoice_number for answer in answers) == sorted(f"LOSVER/{n}" for n in range(901, 1001))
    check_rules(owner.workspace_id)


def test_a_first_number_that_is_not_used_is_not_gone(owner: Supplier) -> None:
    choose(owner, quote=Choice("{seq}", 50))

    @verb
    def fails(work: Work) -> None:
        assert next_number(work, "quote", 1) == "50"
        raise RuntimeError("dies")

    with pytest.raises(RuntimeError, match="dies"):
        fails(owner.workspace_id)
    assert a_sent_quote(owner).send() == "50"
