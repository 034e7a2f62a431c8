"""Days on which people work: Monday to Friday. Holidays differ from place to place, so nobody is promised one."""

from datetime import date, timedelta

WEEK = 5
_SATURDAY = 5


def after(start: date, days: int) -> date:
    """The day that many working days after `start`, before it if `days` is negative; a weekend begins on its Monday."""
    if start.weekday() >= _SATURDAY:
        start += timedelta(days=7 - start.weekday())
    weeks, rest = divmod(start.weekday() + days, WEEK)
    return start + timedelta(days=7 * weeks + rest - start.weekday())


def between(start: date, end: date) -> int:
    """How many working days after `start` the day `end` is, so that `after` leads there again; 0 if it is before.

    A weekend counts as the Monday after it.
    """
    start, end = after(start, 0), after(end, 0)
    weeks, rest = divmod((end - start).days, 7)
    passed = weeks * WEEK + (rest - 2 if start.weekday() + rest >= _SATURDAY else rest)
    return max(passed, 0)
