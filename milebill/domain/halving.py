"""A milestone of a draft made into two that bill half of it each: an edit like any other, nothing is kept by it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.numbers import get_decimal_symbol

from milebill.domain.draft import MAX_TITLE, ReadDraft
from milebill.domain.draft_criteria import as_typed
from milebill.models.revision import Draft
from milebill.money import plain
from milebill.split import snap

PARTS = 2


def halved(draft: Draft, read: ReadDraft, place: int, days: tuple[date, date], locale: str) -> Draft | None:
    """`draft` with the milestone at `place` (from 0) as two, planned for `days`; None if it can't be halved.

    A percentage is halved exactly. An amount goes to the nearest two whose taxes sum to its own, as in a split of an
    accepted milestone. Criteria stay in their order, each with how it is checked, the first half with the first part.
    """
    rows, values = list(draft["milestones"]), _values(read, place, str(draft["milestones"][place]["value"]), locale)
    if values is None:
        return None
    rows[place : place + 1] = [
        {**rows[place], **own, "value": value, "planned_on": day.isoformat()}
        for own, value, day in zip(_texts(rows[place]), values, days, strict=True)
    ]
    return {**draft, "milestones": rows}


def joined(rows: Sequence[dict[str, str]], whole: dict[str, str]) -> tuple[list[dict[str, str]], int] | None:
    """The milestones with `whole` back in place of the two parts that it was halved into, and where it is now.

    They are known by their titles, wherever they were moved meanwhile; None if one of them is gone or was renamed.
    """
    parts, titles = (
        _titles(str(whole.get("title") or "").strip()),
        [str(row.get("title") or "").strip() for row in rows],
    )
    if not all(part in titles for part in parts):
        return None
    places = [titles.index(part) for part in parts]
    left = [dict(row) for place, row in enumerate(rows) if place not in places]
    left.insert(min(places), dict(whole))
    return left, min(places)


def _values(read: ReadDraft, place: int, typed: str, locale: str) -> tuple[str, ...] | None:
    milestone = read.milestones[place]
    share, group = milestone.share, read.groups[milestone.group]
    if share is None:
        return None
    if share.amount is None:
        whole = share.thousandths or 0
        parts, sign = (whole - whole // 2, whole // 2), "," if "," in typed else "."
        return tuple(percentage_text(part, sign) for part in parts) if min(parts) else None
    first = snap(share.amount, share.amount // 2, group.rates if group else ())
    parts, sign = (first, share.amount - first), get_decimal_symbol(locale)
    return tuple(plain(part, read.currency).replace(".", sign) for part in parts) if min(parts) else None


def percentage_text(thousandths: int, sign: str) -> str:
    """A percentage (thousandths of one) as it is typed, with `sign` before its decimals."""
    whole, rest = divmod(thousandths, 1000)
    return f"{whole}{sign}{rest:03}".rstrip("0").rstrip(sign)


def _texts(row: dict[str, Any]) -> list[dict[str, str]]:
    """Of the parts: they share what is done, and each is named after the whole."""
    criteria = as_typed(str(row.get("criteria") or ""))
    half, title = len(criteria) // 2, str(row.get("title") or "").strip()
    parts = zip(_titles(title), (criteria[:half], criteria[half:]), strict=True)
    return [{"title": own, "criteria": "\n".join(lines)} for own, lines in parts]


def _titles(whole: str) -> list[str]:
    marks = [f"({n}/{PARTS})" for n in range(1, PARTS + 1)]
    return [f"{whole[: MAX_TITLE - len(mark) - 1]} {mark}".strip() for mark in marks]
