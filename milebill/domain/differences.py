"""What changed between two revisions of a quote: every field that differs, with what it was and what it is.

Two offers have no difference exactly if they offer the same. What only says where a content stands is left aside: its
version, its number and revision, and the numbers by which amounts refer to taxes.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from milebill.agreed_criteria import AgreedCriterion, agreed_criteria
from milebill.domain import offer

Content = Mapping[str, Any]
Row = dict[str, Any]
Line = str | AgreedCriterion

FIELDS = ("title", "introduction", "currency", "valid_until", "payment_terms_days", "final_invoice", "review")
PARTIES = ("seller", "client", "approver", "second_approval", "accounts_payable")
TOTAL = ("net", "tax", "gross")
ROWS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "milestones": {
        "title": ("title",),
        "description": ("description",),
        "criteria": ("criteria",),
        "planned_on": ("planned_on",),
        "trigger": ("trigger",),
        "price": ("share", "amounts", "net", "tax", "gross"),
    },
    "items": {
        "description": ("description",),
        "price": ("quantity", "unit", "unit_price", "discount", "discount_of_whole", "net"),
        "taxed": ("taxed",),
    },
    "taxes": {"amount": ("net", "tax")},
}
"""By kind of row, the fields that are told of, and the keys that each stands for."""
MOST_LINES = 400
"""Of a text that is compared line by line; a longer one is told of as a whole."""
_TAX_NAME = ("label", "rate", "category", "reason_code", "reason", "nth")


class Kind(StrEnum):
    """What became of a row or of a field."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True)
class Difference:
    """One field that differs, or a row that is new, gone, or elsewhere."""

    kind: Kind
    part: str
    """"offer", "total", or the row's: "milestones", "items", "taxes"."""
    field: str
    """"" for a row that was added, removed or moved."""
    before: Any = None
    """As the content has it; of several keys a dict, of a row the whole, its place (1 … n) if it moved, and of criteria
    a list of AgreedCriterion."""
    after: Any = None
    row: Row | None = None
    """The row as it is now, or as it was if it is gone."""


def differences(before: Content, after: Content) -> tuple[Difference, ...]:
    """Every difference between two frozen contents (domain/offer.py), what the whole is about first."""
    old, new = _plain(before), _plain(after)
    found = [_changed("offer", name, old[name], new[name]) for name in FIELDS]
    found += [_changed("offer", name, old[name], new[name]) for name in PARTIES]
    found.append(_changed("total", "total", _picked(old, TOTAL), _picked(new, TOTAL)))
    for part, fields in ROWS.items():
        found += _of_rows(part, fields, old[part], new[part])
    return tuple(difference for difference in found if difference is not None)


def lines(before: Sequence[Line], after: Sequence[Line]) -> list[tuple[Kind, Line]]:
    """The lines that are gone and the lines that are new, in their order; those that stayed are left out."""
    if max(len(before), len(after)) > MOST_LINES:
        return [(Kind.REMOVED, line) for line in before] + [(Kind.ADDED, line) for line in after]
    found: list[tuple[Kind, Line]] = []
    for tag, i, j, k, n in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            found += [(Kind.REMOVED, line) for line in before[i:j]] + [(Kind.ADDED, line) for line in after[k:n]]
    return found


def _plain(content: Content) -> Row:
    """The content with the name of its tax in each amount and item, in place of a number."""
    known = dict(offer.read(content))
    names: dict[Any, list[Any]] = {}
    for tax in known["taxes"]:
        names.setdefault(tax["group"], []).append([tax[name] for name in _TAX_NAME])
    met: Counter[str] = Counter()
    for name in names.values():  # two groups of the same name are told apart
        met[str(name)] += 1
        name.append(met[str(name)])
    known["review"] = known["clauses"].get("review")
    known["taxes"] = [{key: value for key, value in tax.items() if key != "group"} for tax in known["taxes"]]
    known["items"] = [_renamed(item, "taxed", names) for item in known["items"]]
    known["milestones"] = [
        {
            **step,
            "amounts": [_renamed(amount, "taxed", names) for amount in step["amounts"]],
            "criteria": list(agreed_criteria(step["criteria"])),
        }
        for step in known["milestones"]
    ]
    return known


def _renamed(row: Content, name: str, names: Mapping[Any, list[Any]]) -> Row:
    return {**{key: value for key, value in row.items() if key != "group"}, name: names.get(row["group"])}


def _changed(part: str, name: str, before: Any, after: Any, row: Row | None = None) -> Difference | None:
    if before == after:
        return None
    kind = Kind.ADDED if before in (None, "", []) else Kind.REMOVED if after in (None, "", []) else Kind.CHANGED
    return Difference(kind, part, name, before, after, row)


def _picked(row: Content, keys: Sequence[str]) -> Any:
    return row[keys[0]] if len(keys) == 1 else {key: row[key] for key in keys}


def _of_rows(
    part: str, fields: Mapping[str, tuple[str, ...]], old: Sequence[Row], new: Sequence[Row]
) -> list[Difference | None]:
    found_pairs = pairs(part, old, new)
    stay = _longest_rising([was for was, _now in sorted(found_pairs, key=lambda pair: pair[1])])
    gone, was_at = {was for was, _now in found_pairs}, {now: was for was, now in found_pairs}
    found: list[Difference | None] = [
        Difference(Kind.REMOVED, part, "", row, None, row) for place, row in enumerate(old) if place not in gone
    ]
    for place, row in enumerate(new):
        if place not in was_at:
            found.append(Difference(Kind.ADDED, part, "", None, row, row))
            continue
        was = was_at[place]
        if was not in stay:
            found.append(Difference(Kind.MOVED, part, "", was + 1, place + 1, row))
        for name, keys in fields.items():
            found.append(_changed(part, name, _picked(old[was], keys), _picked(row, keys), row))
    return found


def pairs(part: str, old: Sequence[Row], new: Sequence[Row]) -> list[tuple[int, int]]:
    """Which row became which, by its name; what then is left, by what it follows (a tax is its name, so never)."""
    places: dict[Any, list[int]] = {}
    for place, row in reversed(list(enumerate(old))):
        places.setdefault(_name(part, row), []).append(place)
    found = {now: named.pop() for now, row in enumerate(new) if (named := places.get(_name(part, row)))}
    if part != "taxes":
        left = {_after_what(place, {was: was for was in found.values()}): place for place in range(len(old))}
        known = dict(found)
        for place in range(len(new)):
            was = left.get(_after_what(place, known))
            if place not in known and was is not None and was not in known.values():
                found[place] = was
    return [(was, now) for now, was in found.items()]


def _after_what(place: int, known: Mapping[int, int]) -> tuple[int, int]:
    """The row of old that this one follows, and how closely; of a row that is known, itself."""
    steps = 0
    while place >= 0 and place not in known:
        place, steps = place - 1, steps + 1
    return (known[place] if place >= 0 else -1), steps


def _name(part: str, row: Row) -> Any:
    if part == "taxes":
        return tuple(row[name] for name in _TAX_NAME)
    return " ".join(row["title" if part == "milestones" else "description"].casefold().split())


def _longest_rising(places: Sequence[int]) -> set[int]:
    """The most of them that stand in the same order as before: the others have moved."""
    ends: list[int] = []
    last: list[int] = []
    came: dict[int, int | None] = {}
    for place in places:
        n = bisect_left(ends, place)
        ends[n : n + 1] = [place]
        last[n : n + 1] = [place]
        came[place] = last[n - 1] if n else None
    found, place_or_none = set(), last[-1] if last else None
    while place_or_none is not None:
        found.add(place_or_none)
        place_or_none = came[place_or_none]
    return found
