"""Where a project stands today, computed by hand: work by the plan, less what was really billed."""

from datetime import date, timedelta

import pytest

from milebill.exposure import Step
from milebill.exposure_so_far import Stage, balance_so_far

START = date(2027, 3, 1)


def stages(*rows: tuple[int, int | str | None, str]) -> list[Stage]:
    """(net, planned day from the start or "deposit", "" or "done" or "billed"): what is billed is done."""
    found = []
    for net, day, became in rows:
        on = START + timedelta(days=day) if isinstance(day, int) else None
        found.append(Stage(Step(net, on, day == "deposit"), bool(became), became == "billed"))
    return found


PREPAID = (300, "deposit", "billed")


@pytest.mark.parametrize(
    ("rows", "day", "balance"),
    [
        # 1,000 of work in 30 days, 300 of it billed: 500 - 300.
        ([PREPAID, (700, 30, "")], 15, 200),
        ([PREPAID, (700, 30, "")], 0, -300),
        # Late: all should be done. Before the client early: all is done.
        ([PREPAID, (700, 30, "")], 45, 700),
        ([PREPAID, (700, 30, "done")], 5, 700),
        ([PREPAID, (700, 30, "billed")], 5, 0),
        # 400 in ten days and 600 in the next ten. Day 15: 400 + 300. The first may be billed, even early.
        ([(400, 10, ""), (600, 20, "")], 15, 700),
        ([(400, 10, "billed"), (600, 20, "")], 15, 300),
        ([(400, 10, "billed"), (600, 20, "")], 8, 0),
        # A deposit that was credited in full is not billed: a quarter of 1,000.
        ([(300, "deposit", ""), (700, 40, "")], 10, 250),
        # The deposit paid for all, a quarter of the time has passed: 125 - 500.
        ([(500, "deposit", "billed"), (0, 20, "")], 5, -375),
        # 400 yen of work in thirds, half of the first: 66.67, rounded once, - 100.
        ([(100, "deposit", "billed"), (100, 10, ""), (100, 20, ""), (100, 30, "")], 5, -33),
        ([(500, "deposit", "billed")], 5, -500),
        ([(500, 10, ""), (500, None, "")], 5, None),
        ([(1000, 0, "")], 0, 1000),
    ],
)
def test_by_hand(rows: list[tuple[int, int | str | None, str]], day: int, balance: int | None) -> None:
    assert balance_so_far(START, stages(*rows), START + timedelta(days=day)) == balance
