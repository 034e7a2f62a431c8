"""The clause on reviewing: its last day, and the days of its reminders."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from milebill import working_days
from milebill.models.review import MAX_DAYS, Review, review_of

MONDAY = date(2027, 3, 1)
DAYS: dict[int, tuple[int, ...]] = {
    1: (1, 3),
    2: (2, 4),
    4: (4, 6),
    5: (3, 5, 7),
    10: (8, 10, 12),
    14: (12, 14, 16),
    15: (12, 15, 18),
    20: (16, 20, 24),
    25: (20, 25, 30),
    60: (55, 60, 65),
}


def test_the_days_of_the_reminders() -> None:
    assert {days: Review(days).reminders for days in DAYS} == DAYS


def test_they_are_few_rise_and_keep_apart() -> None:
    for days in range(1, MAX_DAYS + 1):
        review = Review(days)
        told = review.reminders
        assert 2 <= len(told) <= 3
        assert told[-2] == days < review.passed < told[-1], "on the last day, and once after it"
        assert min(later - earlier for earlier, later in pairwise(told)) >= 2
        assert told[0] * 2 > days, "nobody is reminded in the first half"


@pytest.mark.parametrize(
    ("submitted_on", "days", "until"),
    [
        (MONDAY, 1, date(2027, 3, 2)),
        (MONDAY, 10, date(2027, 3, 15)),
        (date(2027, 3, 5), 1, date(2027, 3, 8)),  # a Friday
        (date(2027, 3, 6), 1, date(2027, 3, 9)),  # a weekend counts as its Monday
        (date(2027, 3, 7), 10, date(2027, 3, 22)),
        (date(2027, 12, 30), 60, date(2028, 3, 23)),
    ],
)
def test_its_last_day(submitted_on: date, days: int, until: date) -> None:
    assert Review(days).last_day(submitted_on) == until


def test_days_and_dates_are_the_same_there_and_back() -> None:
    for days in (1, 4, 10, 60):
        for begin in range(7):
            review, start = Review(days), MONDAY + timedelta(days=begin)
            until = review.last_day(start)
            for day in range(1, days + 8):
                then = review.date_of(day, until)
                assert then == working_days.after(start, day)
                assert review.day_of(then, until) == day


def test_what_was_not_agreed_is_none() -> None:
    assert [review_of(clauses) for clauses in (None, {}, {"review": None}, {"other": {"days": 3}})] == [None] * 4
    assert review_of({"review": Review(7).content()}) == Review(7)
    assert Review(7).content() == {"days": 7, "counted": "working_days", "silence": "reminder"}
