"""A milestone of a draft made into two that bill half of it each: an edit like any other, nothing is kept by it."""

from datetime import date
from typing import Any

from babel.numbers import get_decimal_symbol

from milebill.domain.draft import MAX_TITLE, ReadDraft
from milebill.models.revision import Draft
from milebill.money import plain
from milebill.split import snap

PARTS = 2


def halved(draft: Draft, read: ReadDraft, place: int, days: tuple[date, date], locale: str) -> Draft | None:
    """`draft` with the milestone at `place` (from 0) as two, planned for `days`; None if it can't be halved.

    A percentage is halved exactly. An amount goes to the nearest two whose taxes sum to its own, as in a split of an
    accepted milestone. Criteria stay in their order, the first half of them with the first part.
    """
    rows, values = list(draft["milestones"]), _values(read, place, str(draft["milestones"][place]["value"]), locale)
    if values is None:
        return None
    rows[place : place + 1] = [
        {**rows[place], **own, "value": value, "planned_on": day.isoformat()}
        for own, value, day in zip(_texts(rows[place]), values, days, strict=True)
    ]
    return {**draft, "milestones": rows}


def _values(read: ReadDraft, place: int, typed: str, locale: str) -> tuple[str, ...] | None:
    milestone = read.milestones[place]
    share, group = milestone.share, read.groups[milestone.group]
    if share is None:
        return None
    if share.amount is None:
        whole = share.thousandths or 0
        parts, sign = (whole - whole // 2, whole // 2), "," if "," in typed else "."
        return tuple(_percentage(part, sign) for part in parts) if min(parts) else None
    first = snap(share.amount, share.amount // 2, group.rates if group else ())
    parts, sign = (first, share.amount - first), get_decimal_symbol(locale)
    return tuple(plain(part, read.currency).replace(".", sign) for part in parts) if min(parts) else None


def _percentage(thousandths: int, sign: str) -> str:
    whole, rest = divmod(thousandths, 1000)
    return f"{whole}{sign}{rest:03}".rstrip("0").rstrip(sign)


def _texts(row: dict[str, Any]) -> list[dict[str, str]]:
    """Of the parts: they share what is done, and each is named after the whole."""
    criteria = [line for line in str(row.get("criteria") or "").splitlines() if line.strip()]
    half, title = len(criteria) // 2, str(row.get("title") or "").strip()
    found = []
    for n, own in enumerate((criteria[:half], criteria[half:]), 1):
        mark = f" ({n}/{PARTS})"
        found.append({"title": title[: MAX_TITLE - len(mark)] + mark if title else "", "criteria": "\n".join(own)})
    return found
