"""Where a project stands today: the work that should be done by its plan, less what was really billed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from milebill.exposure import Step, days_of, undated
from milebill.tax import divide_half_up


@dataclass(frozen=True)
class Stage:
    """A milestone and what became of it."""

    step: Step
    is_done: bool
    """It is before the client or signed off, whatever the plan says."""
    is_billed: bool


def balance_so_far(start: date, stages: Sequence[Stage], today: date) -> int | None:
    """Work less what was billed, net minor units: above 0 unbilled work, below 0 prepaid money.

    What is done counts in full. What is not counts by the plan that began on `start`, with the assumptions of
    milebill/exposure.py, and at most in full, however late it is. None if the plan has no days for it.
    """
    steps = [stage.step for stage in stages]
    if undated(steps):
        return None
    days = days_of(start, steps)
    work = [place for place, step in enumerate(steps) if not step.deposit]
    bills, total = sum(steps[place].net for place in work), sum(step.net for step in steps)
    weights = {place: steps[place].net if bills else 1 for place in work}
    # Whole numbers: each part of a milestone is brought to one denominator before anything is rounded.
    numerator, denominator = 0, 1
    for place in work:
        done, of = (1, 1) if stages[place].is_done else _part(start, days, place, today)
        numerator, denominator = numerator * of + weights[place] * done * denominator, denominator * of
    whole = sum(weights.values())
    billed = sum(stage.step.net for stage in stages if stage.is_billed)
    return divide_half_up(total * numerator, denominator * whole) - billed if whole else -billed


def _part(start: date, days: Sequence[date], place: int, today: date) -> tuple[int, int]:
    """How many of its days have passed, of how many."""
    due = days[place]
    begun = max((day for day in (start, *days) if day < due), default=start)
    span = max((due - begun).days, 1)
    return (span, span) if today >= due else (min(max((today - begun).days, 0), span), span)
