"""The supplier's balance over time under each deal: the lines of a drawing, and the same as a table's rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from milebill.domain.three_deals import Deal

WIDTH, HEIGHT = 1000, 400
"""Of the drawing, in units of its own; it is stretched to where it stands."""
MOST_TICKS = 10
_WEEK = 7


@dataclass(frozen=True)
class Line:
    """A deal's way through the drawing."""

    kind: str
    path: str
    """As SVG writes it."""


@dataclass(frozen=True)
class Chart:
    """Ready to draw. All amounts minor units."""

    lines: tuple[Line, ...]
    zero: int
    """Where nobody owes anybody, from the top."""
    grid: tuple[int, ...]
    """Where the weeks of `rows` are, from the left."""
    highest: int
    lowest: int
    rows: tuple[tuple[int, tuple[int, ...]], ...]
    """Weeks since the acceptance, and each deal's balance then."""


def chart_of(deals: Sequence[Deal]) -> Chart:
    """One line for each deal, up to the week in which the last one is paid."""
    weeks = -(-max(deal.end for deal in deals) // _WEEK)
    step = -(-weeks // MOST_TICKS)
    ticks = range(0, -(-weeks // step) * step + 1, step)
    end = ticks[-1] * _WEEK
    ways = [[(day, y) for day, *both in deal.steps(end) for y in both] for deal in deals]
    heights = [0, *(y for way in ways for _day, y in way)]
    highest, lowest = max(heights), min(heights)
    span = max(highest - lowest, 1)

    def place(day: int, amount: int) -> tuple[int, int]:
        return WIDTH * day // end, HEIGHT * (highest - amount) // span

    return Chart(
        lines=tuple(
            Line(str(deal.kind), _path([place(*point) for point in way])) for deal, way in zip(deals, ways, strict=True)
        ),
        zero=place(0, 0)[1],
        grid=tuple(place(week * _WEEK, 0)[0] for week in ticks),
        highest=highest,
        lowest=lowest,
        rows=tuple((week, tuple(deal.balance(week * _WEEK) for deal in deals)) for week in ticks),
    )


def _path(points: Sequence[tuple[int, int]]) -> str:
    return "M" + "L".join(f"{x} {y}" for (x, y), _same in groupby(points))
