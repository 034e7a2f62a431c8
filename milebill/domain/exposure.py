"""The exposure of a draft, and the one split that lowers it most: built as a draft and measured, never estimated."""

from dataclasses import dataclass
from datetime import date, timedelta

from milebill.domain.draft import MAX_MILESTONES, ReadDraft, read_draft
from milebill.domain.halving import halved
from milebill.exposure import Exposure, Step, days_of, measure, undated
from milebill.models.milestone import Trigger
from milebill.models.revision import Draft

LONG = 21
"""Calendar days: four milestones in twelve weeks."""
LARGE = 4
"""A gap is large from this part of the price on: a quarter."""
SHORTEST = 7
"""Calendar days that each part must have at least."""
WORTH = 20
"""A split is suggested if the unbilled sum falls by this part of it at least: by a twentieth."""


@dataclass(frozen=True)
class Split:
    """A milestone that had better be two."""

    place: int
    """Counted from 0."""
    draft: Draft
    """With the two in its place."""
    before: Exposure
    after: Exposure


def steps_of(read: ReadDraft) -> tuple[Step, ...]:
    """The milestones of a draft that is priced."""
    return tuple(
        Step(milestone.net or 0, milestone.planned_on, milestone.trigger == Trigger.ACCEPTANCE)
        for milestone in read.milestones
    )


def exposure_of(read: ReadDraft, today: date) -> Exposure | None:
    """As if the quote were accepted `today`: a draft knows no other day. None before it is priced and has its dates."""
    steps = steps_of(read)
    return None if read.priced is None or undated(steps) else measure(today, steps)


def suggested_split(draft: Draft, read: ReadDraft, locale: str, today: date) -> Split | None:
    """The split after which the least is unbilled; None if nothing is amiss, or if no single split helps.

    The unbilled sum falls by a twentieth at least, the longest stretch does not grow, and the price stays the same.
    """
    before = exposure_of(read, today)
    if before is None or read.priced is None or len(read.milestones) >= MAX_MILESTONES:
        return None
    if before.unbilled * LARGE <= read.priced.net and before.days <= LONG:
        return None
    found = [_split(draft, read, number - 1, before, locale, today) for number in before.peak.numbers]
    better = [split for split in found if split is not None and _is_worth_it(split)]
    return min(better, key=lambda split: (split.after.unbilled, split.after.days), default=None)


def _split(draft: Draft, read: ReadDraft, place: int, before: Exposure, locale: str, today: date) -> Split | None:
    day = days_of(before.start, steps_of(read))[place]
    begun = max((point.on for point in before.points if point.on < day), default=day)
    if (day - begun).days < 2 * SHORTEST:
        return None
    middle = begun + timedelta(days=(day - begun).days // 2)
    changed = halved(draft, read, place, (middle, day), locale)
    if changed is None:
        return None
    again = read_draft(changed, locale, today)
    after = exposure_of(again, today)
    if after is None or not (again.priced and read.priced) or again.priced.groups != read.priced.groups:
        return None
    return Split(place, changed, before, after)


def _is_worth_it(split: Split) -> bool:
    fall = split.before.unbilled - split.after.unbilled
    return fall * WORTH >= split.before.unbilled > 0 and split.after.days <= split.before.days
