"""Exposure: the supplier's work that no invoice covers, and the client's money that no work covers yet, day by day.

Assumptions, see docs/exposure.md. Work on a milestone goes on evenly from the day on which the one before is due (or
the start) to its own planned day, and is signed off and billed on that day. Days are calendar days: every peak lies on
a day that bills, where working days give the same figure, and holidays differ from place to place. A deposit is billed
at the start and is the price of no work of its own, so all work is worth the whole price in the proportion of what the
milestones bill; the deposit is eaten up by it. When an invoice is paid is another matter. All amounts are net.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from milebill.tax import divide_half_up


@dataclass(frozen=True)
class Step:
    """A milestone as far as exposure goes."""

    net: int
    """Minor units."""
    planned_on: date | None
    deposit: bool = False
    """Billed at the start, whatever day is planned."""


@dataclass(frozen=True)
class Point:
    """A day on which milestones are due; between two of them the balance is a straight line."""

    on: date
    numbers: tuple[int, ...]
    """Which milestones, counted from 1; none at a start on which nothing is due."""
    billed: int
    """By them (not by the deposit), minor units."""
    before: int
    """Work less what was billed, just before they are: above 0 it is unbilled work, below 0 prepaid money."""

    @property
    def after(self) -> int:
        """The same just after."""
        return self.before - self.billed


@dataclass(frozen=True)
class Exposure:
    """A plan measured."""

    points: tuple[Point, ...]
    """In the order of their days; the first is the start."""
    deposit: int
    """What is billed at the start, minor units."""
    assumed: tuple[int, ...]
    """The numbers of milestones without a date, which were put between their neighbours."""

    @property
    def start(self) -> date:
        return self.points[0].on

    @property
    def end(self) -> date:
        return self.points[-1].on

    @property
    def peak(self) -> Point:
        """Where the most work is unbilled: the first such day; at 0 or less nothing ever is."""
        return max(self.points, key=lambda point: point.before)

    @property
    def unbilled(self) -> int:
        """The most work that no invoice covers, minor units."""
        return max(self.peak.before, 0)

    @property
    def prepaid(self) -> int:
        """The most money that no work covers, minor units."""
        return max(-min(point.after for point in self.points), 0)

    @property
    def stretch(self) -> tuple[date, date]:
        """The longest time that nothing bills, from the start or an invoice to the next; the first of equals."""
        days = [self.start, *(point.on for point in self.points if point.billed)]
        gaps = list(pairwise(days)) or [(self.start, self.start)]
        return max(gaps, key=lambda gap: gap[1] - gap[0])

    @property
    def days(self) -> int:
        """Of that stretch, calendar days."""
        first, last = self.stretch
        return (last - first).days

    def balance(self, on: date) -> int:
        """Work less what was billed at the end of the day `on`, minor units, rounded half up."""
        if on < self.start:
            return 0
        past = [point for point in self.points if point.on <= on][-1]
        coming = next((point for point in self.points if point.on > on), None)
        if coming is None:
            return past.after
        grown = (coming.before - past.after) * (on - past.on).days
        return past.after + divide_half_up(grown, (coming.on - past.on).days)


def undated(steps: Sequence[Step]) -> tuple[int, ...]:
    """The numbers of the milestones at the end of the plan whose days can't be told; `measure` needs them."""
    found: list[int] = []
    for number, step in reversed(list(enumerate(steps, 1))):
        if not step.deposit:
            if step.planned_on:
                break
            found.insert(0, number)
    return tuple(found)


def days_of(start: date, steps: Sequence[Step]) -> list[date]:
    """When each milestone is due: a deposit at the start, one before the start at the start.

    Those without a date lie evenly between their neighbours in the plan, or beside the later one where that comes
    first. Raises ValueError if some are `undated`.
    """
    if undated(steps):
        raise ValueError("the last milestones have no dates")
    days = [start] * len(steps)
    last, waiting = start, list[int]()
    for place, step in enumerate(steps):
        if step.deposit:
            continue
        waiting.append(place)
        if step.planned_on is None:
            continue
        day = max(step.planned_on, start)
        span = max((day - last).days, 0)
        for nth, between in enumerate(waiting, 1):
            days[between] = min(last + timedelta(days=span * nth // len(waiting)), day)
        last, waiting = day, []
    return days


def measure(start: date, steps: Sequence[Step]) -> Exposure:
    """Measure a plan that is accepted on `start`. Raises ValueError if some are `undated`."""
    days = days_of(start, steps)
    deposit = sum(step.net for step in steps if step.deposit)
    due: dict[date, list[int]] = {start: []}
    for number, step in enumerate(steps, 1):
        if not step.deposit:
            due.setdefault(days[number - 1], []).append(number)
    order = sorted(due)
    bills = [sum(steps[number - 1].net for number in due[day]) for day in order]
    points, billed = [], deposit
    for day, own, work in zip(order, bills, _work(order, bills, deposit), strict=True):
        points.append(Point(day, tuple(due[day]), own, work - billed))
        billed += own
    assumed = [number for number, step in enumerate(steps, 1) if not step.deposit and step.planned_on is None]
    return Exposure(tuple(points), deposit, tuple(assumed))


def _work(order: Sequence[date], bills: Sequence[int], deposit: int) -> list[int]:
    """What is done by each of these days. Where milestones bill nothing, a day's work is worth as much as another's."""
    if len(order) == 1 and not bills[0]:
        return [0]
    days = [0] + [(day - before).days for before, day in pairwise(order)]
    weights = bills if sum(bills) else days
    whole, total, done, found = sum(weights), sum(bills) + deposit, 0, []
    for weight in weights:
        done += weight
        found.append(divide_half_up(total * done, whole))
    return found
