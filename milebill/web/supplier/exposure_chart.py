"""Where the lines of the exposure chart run: whole numbers in a drawing of WIDTH by HEIGHT."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from milebill.exposure import Exposure, Point
from milebill.tax import divide_half_up

WIDTH, HEIGHT = 3600, 2140
LEFT, RIGHT, TOP, BOTTOM = 60, 3540, 280, 1480
"""The lines stay inside; above stands the worst sum, below the numbers, the days and the longest stretch."""
NUMBER_ROOM, NUMBERS_ROOM, DAY_ROOM = 170, 360, 600
"""How wide a number, two of them and a day are at most."""

Spot = tuple[int, int]


@dataclass(frozen=True)
class Mark:
    """A day below the chart; what would stand on top of another is left out."""

    x: int
    number: str
    """Of the milestones, "2, 3"; "" where there is no room for it."""
    day: date | None
    anchor: str
    """Of its text: "start", "middle" or "end"."""


@dataclass(frozen=True)
class Chart:
    """What the template draws."""

    zero: int
    above: str
    """The path of unbilled work, closed along the line of zero; "" if there never is any."""
    below: str
    """The same of prepaid money."""
    marks: tuple[Mark, ...]
    peak: Spot | None
    """Where the most is unbilled."""
    peak_anchor: str
    stretch: Spot | None
    """From where to where nothing bills for the longest time."""


def chart_of(exposure: Exposure) -> Chart:
    """Draw a plan that takes at least a day."""
    scale = _Scale(exposure)
    spots = [(scale.x(exposure.start), scale.y(0))]
    for point in exposure.points:
        spots += [(scale.x(point.on), scale.y(point.before)), (scale.x(point.on), scale.y(point.after))]
    zero, peak = scale.y(0), scale.x(exposure.peak.on)
    first, last = exposure.stretch
    return Chart(
        zero=zero,
        above=_area(spots, zero, up=True) if exposure.unbilled else "",
        below=_area(spots, zero, up=False) if exposure.prepaid else "",
        marks=_marks(exposure, scale),
        peak=(peak, scale.y(exposure.unbilled)) if exposure.unbilled else None,
        peak_anchor="end" if peak > WIDTH // 2 else "start",
        stretch=(scale.x(first), scale.x(last)) if last > first else None,
    )


class _Scale:
    """Days and money → places. Both curves have the same scale, so that their areas can be compared."""

    def __init__(self, exposure: Exposure):
        self._start = exposure.start
        self._days = max((exposure.end - exposure.start).days, 1)
        self._most = exposure.unbilled
        self._span = max(exposure.unbilled + exposure.prepaid, 1)

    def x(self, on: date) -> int:
        return LEFT + divide_half_up((on - self._start).days * (RIGHT - LEFT), self._days)

    def y(self, balance: int) -> int:
        return TOP + divide_half_up((self._most - balance) * (BOTTOM - TOP), self._span)


def _area(spots: list[Spot], zero: int, *, up: bool) -> str:
    """What lies on one side of zero."""
    found = [spots[0]]
    for (x, y), (to_x, to_y) in pairwise(spots):
        if (y < zero < to_y) or (to_y < zero < y):
            found.append((x + divide_half_up((to_x - x) * abs(zero - y), abs(to_y - y)), zero))
        found.append((to_x, to_y))
    side = [(x, min(y, zero) if up else max(y, zero)) for x, y in found]
    return f"M{side[0][0]} {zero}" + "".join(f"L{x} {y}" for x, y in side) + f"L{side[-1][0]} {zero}Z"


def _marks(exposure: Exposure, scale: _Scale) -> tuple[Mark, ...]:
    """The first and the last have their days, and between them whatever there is room for."""
    days = _with_room([scale.x(point.on) for point in exposure.points], DAY_ROOM)
    room = NUMBERS_ROOM if any(len(point.numbers) > 1 for point in exposure.points) else NUMBER_ROOM
    numbers = _with_room([scale.x(point.on) if point.numbers else None for point in exposure.points], room)
    return tuple(
        Mark(
            scale.x(point.on),
            _numbers(point) if nth in numbers else "",
            point.on if nth in days else None,
            "start" if nth == 0 else "end" if nth == len(exposure.points) - 1 else "middle",
        )
        for nth, point in enumerate(exposure.points)
    )


def _numbers(point: Point) -> str:
    return ", ".join(str(number) for number in point.numbers[:2]) + ("…" if len(point.numbers) > 2 else "")


def _with_room(places: list[int | None], room: int) -> set[int]:
    """Which of these places, from the left, are so far apart; the last one always is in."""
    last = len(places) - 1
    chosen: list[int] = []
    for nth, place in enumerate(places):
        if place is not None and all(place - (places[other] or 0) >= room for other in chosen):
            chosen.append(nth)
    end = places[last]
    if end is not None and last not in chosen:
        chosen = [nth for nth in chosen if end - (places[nth] or 0) >= room]
        chosen.append(last)
    return set(chosen)
