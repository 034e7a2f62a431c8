"""The same work paid for in three ways: a fixed price by milestones, the time that it takes, a retainer.

Amounts are net minor units, days are calendar days from the acceptance, which is day 0. What is assumed:

- work and its cost run evenly from day 0; an overrun makes both longer, and puts off every milestone by as much;
- milestones are delivered at even distances, a deposit is billed on day 0;
- time is billed every four weeks and at the end, at the rate that makes the planned work cost the price;
- a retainer reserves whole periods of four weeks at that rate, billed in advance, and costs the supplier its time as
  long as it runs, needed or not.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from milebill.tax import divide_half_up

PERIOD = 28
"""Days between two bills for time, and of one retainer."""
_WEEK = 7


class Kind(StrEnum):
    """How the work is paid for."""

    MILESTONES = "milestones"
    TIME = "time"
    RETAINER = "retainer"


@dataclass(frozen=True)
class Figures:
    """What somebody knows of a job before it begins."""

    currency: str
    price: int
    weeks: int
    """Planned."""
    milestones: int
    """Besides the deposit."""
    deposit: int
    """Percent of the price; 0 for none."""
    weekly_cost: int
    """What the supplier spends in a week of this work."""
    review_days: int
    """From a milestone's delivery to its sign-off."""
    payment_days: int
    """From a bill to its payment."""
    overrun: int
    """How much longer the work takes than planned, in percent."""

    @property
    def planned_days(self) -> int:
        """How long the work takes if it goes as planned."""
        return self.weeks * _WEEK

    @property
    def days(self) -> int:
        """How long it takes with its overrun; a day that is begun counts."""
        return -(-self.planned_days * (100 + self.overrun) // 100)

    @property
    def worth(self) -> int:
        """What all the work comes to at the planned rate."""
        return divide_half_up(self.price * (100 + self.overrun), 100)

    @property
    def cost(self) -> int:
        """What all the work costs the supplier."""
        return divide_half_up(self.weekly_cost * self.weeks * (100 + self.overrun), 100)


@dataclass(frozen=True)
class Payment:
    """What the client pays on a day."""

    day: int
    amount: int


@dataclass(frozen=True)
class Worst:
    """The largest amount that somebody is behind, and the first day of it; 0 where that never happens."""

    amount: int
    day: int


@dataclass(frozen=True)
class Deal:
    """One way of paying, played through to its end."""

    kind: Kind
    payments: tuple[Payment, ...]
    """In the order of their days."""
    cost: int
    cost_days: int
    """Until when the cost runs."""
    worth: int
    """Of the work, at the price of this deal."""
    work_days: int

    @property
    def total(self) -> int:
        """What the client pays in the end."""
        return sum(payment.amount for payment in self.payments)

    @property
    def left_over(self) -> int:
        """What stays with the supplier in the end; below zero for a loss."""
        return self.total - self.cost

    @property
    def end(self) -> int:
        """The day on which everything is done and paid."""
        return max(self.cost_days, self.payments[-1].day)

    @property
    def unused_days(self) -> int:
        """Days that were reserved, and not needed."""
        return self.cost_days - self.work_days

    def spent(self, day: int) -> int:
        """By the supplier, until the end of `day`."""
        return _part(self.cost, day, self.cost_days)

    def worked(self, day: int) -> int:
        """What the work is worth that was done until the end of `day`."""
        return _part(self.worth, day, self.work_days)

    def received(self, day: int) -> int:
        """By the supplier, with the payments of `day`."""
        return sum(payment.amount for payment in self.payments if payment.day <= day)

    def balance(self, day: int) -> int:
        """Received less spent at the end of `day`; below zero the supplier has fronted as much."""
        return self.received(day) - self.spent(day)

    @cached_property
    def fronted(self) -> Worst:
        """The most that the supplier has spent and not received; it is reached right before a payment, or at the end.

        On the day of a payment, that day's cost counts and its payment doesn't.
        """
        return _worst((day, -before) for day, before, _after in self.steps(self.end))

    @cached_property
    def prepaid(self) -> Worst:
        """The most that the client has paid beyond the work that was done; it is reached right after a payment."""
        days = sorted({payment.day for payment in self.payments})
        return _worst((day, self.received(day) - self.worked(day)) for day in days)

    def steps(self, until: int) -> Iterator[tuple[int, int, int]]:
        """Day, balance before its payments, balance after them, for each day on which the curve bends."""
        days = {0, self.cost_days, until, *(payment.day for payment in self.payments)}
        for day in sorted(days):
            paid = sum(payment.amount for payment in self.payments if payment.day == day)
            after = self.balance(day)
            yield day, after - paid, after


@dataclass(frozen=True)
class Outcome:
    """A deal beside itself without the overrun."""

    deal: Deal
    planned: Deal

    @property
    def costs_supplier(self) -> int:
        """What the overrun takes from what is left over; below zero it adds to it."""
        return self.planned.left_over - self.deal.left_over

    @property
    def costs_client(self) -> int:
        """What the client pays more because of the overrun."""
        return self.deal.total - self.planned.total


def compare(figures: Figures) -> tuple[Outcome, Outcome, Outcome]:
    """By milestones, by time, by retainer."""
    planned = replace(figures, overrun=0)
    first, second, third = (Outcome(play(figures), play(planned)) for play in (_by_milestones, _by_time, _by_retainer))
    return first, second, third


def shares(figures: Figures) -> tuple[int, ...]:
    """The milestones' shares in whole percent, without the deposit's; the last one is never larger than another."""
    share, more = divmod(100 - figures.deposit, figures.milestones)
    return tuple(share + (place < more) for place in range(figures.milestones))


def _by_milestones(figures: Figures) -> Deal:
    bills = [(0, figures.deposit)] if figures.deposit else []
    for place, share in enumerate(shares(figures), 1):
        delivered = -(-figures.days * place // figures.milestones)
        bills.append((delivered + figures.review_days, share))
    payments, before, percent = [], 0, 0
    for day, share in bills:
        percent += share
        so_far = divide_half_up(figures.price * percent, 100)
        payments.append(Payment(day + figures.payment_days, so_far - before))
        before = so_far
    return Deal(Kind.MILESTONES, tuple(payments), figures.cost, figures.days, figures.price, figures.days)


def _by_time(figures: Figures) -> Deal:
    payments, before = [], 0
    for day in [*range(PERIOD, figures.days, PERIOD), figures.days]:
        so_far = _part(figures.worth, day, figures.days)
        payments.append(Payment(day + figures.payment_days, so_far - before))
        before = so_far
    return Deal(Kind.TIME, tuple(payments), figures.cost, figures.days, figures.worth, figures.days)


def _by_retainer(figures: Figures) -> Deal:
    begins = range(0, figures.days, PERIOD)
    fee = divide_half_up(figures.price * PERIOD, figures.planned_days)
    payments = tuple(Payment(day + figures.payment_days, fee) for day in begins)
    reserved = len(begins) * PERIOD
    cost = figures.weekly_cost * (reserved // _WEEK)
    return Deal(Kind.RETAINER, payments, cost, reserved, figures.worth, figures.days)


def _part(whole: int, day: int, days: int) -> int:
    return divide_half_up(whole * min(day, days), days)


def _worst(found: Iterator[tuple[int, int]]) -> Worst:
    worst = Worst(0, 0)
    for day, amount in found:
        if amount > worst.amount:
            worst = Worst(amount, day)
    return worst
