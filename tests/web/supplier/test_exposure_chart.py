"""Where the curves of the exposure chart run."""

from datetime import date, timedelta
from itertools import pairwise

from milebill.exposure import Step, measure
from milebill.web.supplier.exposure_chart import BOTTOM, LEFT, RIGHT, TOP, chart_of

START = date(2027, 3, 1)


def test_the_lines_cross_where_the_money_is_eaten_up() -> None:
    """3,000 prepaid and 7,000 after 30 days: day 9 is 3/10 of the way, and 7 of 10 parts of the height are above."""
    chart = chart_of(measure(START, [Step(3000, None, deposit=True), Step(7000, START + timedelta(days=30))]))
    zero, crossing = TOP + (BOTTOM - TOP) * 7 // 10, LEFT + (RIGHT - LEFT) * 3 // 10
    assert chart.zero == zero
    assert (
        chart.above
        == f"M{LEFT} {zero}"
        + "".join(
            f"L{x} {y}" for x, y in [(LEFT, zero)] * 3 + [(crossing, zero), (RIGHT, TOP), (RIGHT, zero), (RIGHT, zero)]
        )
        + "Z"
    )
    assert f"L{LEFT} {BOTTOM}" in chart.below
    assert f"L{crossing} {zero}" in chart.below
    assert chart.peak == (RIGHT, TOP)
    assert chart.stretch == (LEFT, RIGHT)


def test_a_crowd_of_milestones_stays_legible() -> None:
    steps = [Step(100, START + timedelta(days=n)) for n in range(1, 25)]
    marks = chart_of(measure(START, steps)).marks
    for shown, room in (
        ([mark.x for mark in marks if mark.number], 170),
        ([mark.x for mark in marks if mark.day], 600),
    ):
        assert min(b - a for a, b in pairwise(shown)) >= room
        assert shown[-1] == RIGHT
