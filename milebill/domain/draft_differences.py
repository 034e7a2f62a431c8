"""What differs between two states of a draft, field by field as it was typed: neither need be finished or valid."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from milebill.domain.differences import pairs
from milebill.domain.draft_pages import is_same
from milebill.models.revision import Draft

ROWS = ("milestones", "items")
_NAMES = {"milestones": "title", "items": "description"}


@dataclass(frozen=True)
class TypedDifference:
    """One field that was typed differently, or a row that only one of the two has."""

    part: str
    """"" for a field of the whole, else the row's: "milestones", "items"."""
    field: str
    """"" for a row that only one has, "order" for rows that stand in another one."""
    there: Any
    """What the one has: text; of a row its name, of an order all of them. None for a row that it has not."""
    here: Any
    row: str = ""
    """The row's name as it is here."""


def typed_differences(there: Draft, here: Draft) -> list[TypedDifference]:
    """Every field of `there` and `here` that differs, those of the whole first."""
    found = [
        TypedDifference("", name, there.get(name), here.get(name))
        for name in dict.fromkeys([*here, *there])
        if name not in ROWS and not is_same({"": there.get(name) or ""}, {"": here.get(name) or ""})
    ]
    for part in ROWS:
        found += _of_rows(part, _rows(part, there), _rows(part, here))
    return found


def _rows(part: str, draft: Draft) -> list[dict[str, str]]:
    rows = [row for row in draft.get(part) or [] if isinstance(row, dict)]
    return [{_NAMES[part]: ""} | {name: str(value or "") for name, value in row.items()} for row in rows]


def _of_rows(part: str, there: Sequence[dict[str, str]], here: Sequence[dict[str, str]]) -> Iterator[TypedDifference]:
    name, met = _NAMES[part], sorted(pairs(part, there, here), key=lambda pair: pair[1])
    for place, row in enumerate(there):
        if place not in {was for was, _now in met}:
            yield TypedDifference(part, "", row[name], None, row[name])
    for place, row in enumerate(here):
        if place not in {now for _was, now in met}:
            yield TypedDifference(part, "", None, row[name], row[name])
    for was, now in met:
        yield from _of_row(part, there[was], here[now], here[now][name])
    order = [was for was, _now in met]
    if order != sorted(order):
        yield TypedDifference(part, "order", [row[name] for row in there], [row[name] for row in here])


def _of_row(part: str, there: Mapping[str, str], here: Mapping[str, str], row: str) -> Iterator[TypedDifference]:
    for name in dict.fromkeys([*here, *there]):
        if not is_same({"": there.get(name, "")}, {"": here.get(name, "")}):
            yield TypedDifference(part, name, there.get(name, ""), here.get(name, ""), row)
