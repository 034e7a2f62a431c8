"""Exposure on plans that were computed by hand, equal to the day and the cent. No figure was copied from a run."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from milebill.exposure import Step, days_of, measure, undated

START = date(2027, 3, 1)
D = "deposit"


@dataclass(frozen=True)
class Plan:
    """Days are counted from the start; `points` are (day, work less billed just before, just after), in cents."""

    name: str
    steps: list[tuple[int | str | None, int]]
    points: list[tuple[int, int, int]]
    unbilled: tuple[int, int]
    """The most, and on which day; day 0 where there is none."""
    stretch: tuple[int, int]
    """From which day to which nothing bills."""
    on: tuple[int, int]
    """A day and the balance at its end."""


PLANS = [
    # 10,000.00 grow evenly over 42 days: 42 × 10,000 / 42. After 21 days: half.
    Plan("all at the end", [(42, 1000000)], [(0, 0, 0), (42, 1000000, 0)], (1000000, 42), (0, 42), (21, 500000)),
    # All work is worth 10,000.00, 3,000.00 of it prepaid. Day 9: 10,000 × 9/30 = 3,000.00, just eaten up.
    # Day 30: 10,000 - 3,000 = 7,000.00 unbilled, billed on that day.
    Plan(
        "deposit and end", [(D, 300000), (30, 700000)],
        [(0, -300000, -300000), (30, 700000, 0)], (700000, 30), (0, 30), (9, 0),
    ),
    # No deposit, so each is worth what it bills. From day 42 to 84 grow 12,000.00; half of it by day 63.
    Plan(
        "a long last one", [(21, 600000), (42, 600000), (84, 1200000)],
        [(0, 0, 0), (21, 600000, 0), (42, 600000, 0), (84, 1200000, 0)], (1200000, 84), (42, 84), (63, 600000),
    ),
    # 6,000.00 of work in the proportion 1,800 : 2,400. First: 6,000 × 18/42 = 2,571.43. Day 21: less 1,800 is 771.43,
    # less 1,800 again -1,028.57. Day 49: 6,000 - 3,600 = 2,400.00.
    # Day 35, half of the 28 days: (2,400 + 1,028.57) / 2 = 1,714.285, up to 1,714.29; less 1,028.57 is 685.72.
    Plan(
        "30, 30 and 40 percent", [(D, 180000), (21, 180000), (49, 240000)],
        [(0, -180000, -180000), (21, 77143, -102857), (49, 240000, 0)], (240000, 49), (21, 49), (35, 68572),
    ),
    # In the order of their days, not of the plan: 1,000.00 by day 10, then 3,000.00 in ten days. Day 15: half of them.
    Plan(
        "in another order", [(20, 300000), (10, 100000)],
        [(0, 0, 0), (10, 100000, 0), (20, 300000, 0)], (300000, 20), (0, 10), (15, 150000),
    ),
    # Both are worked on from the start on: 2,000 + 3,000. Day 3: 5,000 × 3/15 = 1,000.00.
    Plan(
        "two on one day", [(15, 200000), (15, 300000), (25, 100000)],
        [(0, 0, 0), (15, 500000, 0), (25, 100000, 0)], (500000, 15), (0, 15), (3, 100000),
    ),
    # Nothing is ever due but at the start.
    Plan("only a deposit", [(D, 500000)], [(0, -500000, -500000)], (0, 0), (0, 0), (10, -500000)),
    # The deposit pays for all; a day's work is worth 5,000 / 20 = 250.00. Day 5: 1,250 - 5,000 = -3,750.00.
    Plan(
        "paid in advance", [(D, 500000), (20, 0)],
        [(0, -500000, -500000), (20, 0, 0)], (0, 0), (0, 0), (5, -375000),
    ),
    # The second costs nothing and bills nothing: no work from day 10 to 20, and no invoice from day 10 to 30.
    Plan(
        "one costs nothing", [(10, 100000), (20, 0), (30, 100000)],
        [(0, 0, 0), (10, 100000, 0), (20, 0, 0), (30, 100000, 0)], (100000, 10), (10, 30), (25, 50000),
    ),
    # 100.00 each week. Day 10: 3/7 of the second hundred, 42.857, up to 42.86.
    Plan(
        "24 weeks", [(7 * n, 10000) for n in range(1, 25)],
        [(0, 0, 0), *((7 * n, 10000, 0) for n in range(1, 25))], (10000, 7), (0, 7), (10, 4286),
    ),
    # Two without a date lie evenly before the third: days 10 and 20.
    Plan(
        "dates are missing", [(None, 100000), (None, 100000), (30, 100000)],
        [(0, 0, 0), (10, 100000, 0), (20, 100000, 0), (30, 100000, 0)], (100000, 10), (0, 10), (22, 20000),
    ),
    # 400 yen of work in three parts: 133.3, 266.7, 400, rounded 133, 267, 400. Day 10: 133 - 100 = 33, 33 - 100 = -67;
    # day 20: 267 - 200 = 67, then -33; day 30: 400 - 300 = 100. Day 5: 133/2 = 66.5, up to 67, less 100.
    Plan(
        "thirds of yen", [(D, 100), (10, 100), (20, 100), (30, 100)],
        [(0, -100, -100), (10, 33, -67), (20, 67, -33), (30, 100, 0)], (100, 30), (0, 10), (5, -33),
    ),
    # What is due on the first day is done and billed on it; what was due before, too.
    Plan(
        "due at the start", [(0, 100000), (-5, 50000), (10, 200000)],
        [(0, 150000, 0), (10, 200000, 0)], (200000, 10), (0, 10), (4, 80000),
    ),
    # Wherever it stands, a deposit is billed at the start. 2,000.00 of work as 1,000 : 500, so 1,333.33 by day 10:
    # 1,333.33 - 500 = 833.33, less 1,000 is -166.67; day 20: 2,000 - 1,500 = 500.00. Day 13: 666.67 × 3/10 = 200.001.
    Plan(
        "the deposit comes second", [(10, 100000), (D, 50000), (20, 50000)],
        [(0, -50000, -50000), (10, 83333, -16667), (20, 50000, 0)], (83333, 10), (0, 10), (13, 3333),
    ),
    # The second has no date, and the one after it is due before the one before it: it goes with that one, on day 10.
    Plan(
        "no date between two that are turned", [(20, 100), (None, 100), (10, 100)],
        [(0, 0, 0), (10, 200, 0), (20, 100, 0)], (200, 10), (0, 10), (11, 10),
    ),
    # A deposit larger than the rest is never eaten up before the end: 6,000 - 8,000 = -2,000.00 by day 30 of 50.
    # 10,000 of work: 30/50 of it is 6,000. Day 50: 10,000 - 8,000 = 2,000.00.
    Plan(
        "a deposit of 80 percent", [(D, 800000), (50, 200000)],
        [(0, -800000, -800000), (50, 200000, 0)], (200000, 50), (0, 50), (30, -200000),
    ),
]  # fmt: skip


def steps_of(plan: Plan) -> list[Step]:
    days = [START + timedelta(days=day) if isinstance(day, int) else None for day, _net in plan.steps]
    return [Step(net, day, given == D) for (given, net), day in zip(plan.steps, days, strict=True)]


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_by_hand(plan: Plan) -> None:
    found = measure(START, steps_of(plan))
    assert [((point.on - START).days, point.before, point.after) for point in found.points] == plan.points
    assert (found.unbilled, (found.peak.on - START).days if found.unbilled else 0) == plan.unbilled
    assert tuple((day - START).days for day in found.stretch) == plan.stretch
    assert found.days == plan.stretch[1] - plan.stretch[0]
    assert found.prepaid == max(0, *(-after for _day, _before, after in plan.points))
    day, balance = plan.on
    assert found.balance(START + timedelta(days=day)) == balance
    for at, _before, after in plan.points:
        assert found.balance(START + timedelta(days=at)) == after
    assert found.balance(START - timedelta(days=1)) == 0


def test_the_leap_day_counts() -> None:
    found = measure(date(2028, 2, 20), [Step(1400, date(2028, 3, 5))])
    assert (found.days, found.balance(date(2028, 2, 29)), found.balance(date(2028, 3, 1))) == (14, 900, 1000)


def test_each_day_names_its_milestones() -> None:
    turned = measure(START, steps_of(PLANS[4]))
    assert [point.numbers for point in turned.points] == [(), (2,), (1,)]
    together = measure(START, steps_of(PLANS[5]))
    assert [point.numbers for point in together.points] == [(), (1, 2), (3,)]
    assert measure(START, steps_of(PLANS[10])).assumed == (1, 2)


def test_days_at_the_end_of_a_plan_are_not_guessed() -> None:
    day = START + timedelta(days=7)
    steps = [Step(1, day), Step(1, None), Step(1, None, deposit=True), Step(1, None)]
    assert undated(steps) == (2, 4)
    assert undated([Step(1, None, deposit=True)]) == ()
    with pytest.raises(ValueError, match="no dates"):
        measure(START, steps)
    far = [Step(1, date.max), Step(1, None), Step(1, date.max)]
    assert days_of(START, far) == [date.max] * 3
