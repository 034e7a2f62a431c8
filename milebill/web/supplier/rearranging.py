"""The builder's rows: added, moved, repeated, removed and brought back. Nothing is kept by it but what the page holds.

What was removed travels in the form itself, so that it comes back whole, with no script and no row of a database.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from milebill import clock
from milebill.domain.draft import MAX_MILESTONES, is_priced_by_items, read_draft
from milebill.domain.exposure import suggested_split
from milebill.domain.halving import joined
from milebill.domain.items import MAX_ITEMS
from milebill.domain.rebasing import rebased
from milebill.models.revision import Draft
from milebill.reader import reader_locale, reader_time_zone
from milebill.web.supplier.builder import EMPTY_MILESTONE
from milebill.web.supplier.builder_items import ITEM_FIELDS, repriced
from milebill.web.supplier.criteria_check import rewritten_draft

_FIELDS = {"milestones": tuple(EMPTY_MILESTONE), "items": ITEM_FIELDS, "split": tuple(EMPTY_MILESTONE)}
_MOST = {"milestones": MAX_MILESTONES + 1, "items": MAX_ITEMS + 1}
"""One too many is shown with what is wrong about it; the form holds no more."""
REPLACED = "replaced"
_TITLES = {"milestones": "title", "items": "description", "split": "title"}
_MAX_DIGITS = 4
_SHOWN = 80
"""Letters of a title in a sentence."""


@dataclass(frozen=True)
class Removed:
    """A row that was taken away just now, a milestone that was made into two, or all of them before others came."""

    kind: str
    """"milestones", "items", "split" or "replaced"."""
    place: int
    """Counted from 0."""
    row: Mapping[str, str]
    rows: tuple[Mapping[str, str], ...] = ()
    """What was there before, if all were replaced; `row` is empty then."""

    @property
    def text(self) -> str:
        """The way it travels in the form; `read_removed` takes it."""
        return json.dumps([self.kind, self.place, self.rows or self.row], ensure_ascii=False)

    @property
    def words(self) -> str:
        """What became of it."""
        if self.kind == REPLACED:
            return str(_("These replaced the milestones that were here before."))
        if self.kind == "split":
            return str(_("%(what)s, is two now.", what=self.named()))
        return str(_("%(what)s, removed.", what=self.named()))

    def named(self) -> str:
        """With its number and title."""
        return _named(self.kind, self.place, self.row)


@dataclass(frozen=True)
class Rearranged:
    """The draft after a button was pressed."""

    draft: Draft
    focus: str = ""
    """The button or field that should have the focus now."""
    said: str = ""
    """What a screen reader tells of it."""
    removed: Removed | None = None


def read_removed(text: str) -> Removed | None:
    """What travelled in the form; None for nothing, and for what no page of ours has written."""
    try:
        kind, place, row = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return None
    if kind == REPLACED:
        return _read_replaced(row)
    if not (isinstance(kind, str) and kind in _FIELDS and isinstance(row, dict)):
        return None
    if isinstance(place, bool) or not isinstance(place, int) or not 0 <= place < 10**_MAX_DIGITS:
        return None
    return Removed(kind, place, _values(kind, row))


def replaced(rows: Sequence[Mapping[str, str]]) -> Removed:
    """The milestones `rows`, in whose place others came."""
    return Removed(REPLACED, 0, {}, tuple(rows))


def rearranged(draft: Draft, act: str, removed: str = "") -> Rearranged | None:
    """The draft after "add", "undo", "up-2", "down-2", "move-2-0", "duplicate-2", "remove-2", "split-2" or "basis-2"
    (counted from 0), or after a button of `repriced` or of `rewritten_draft`. None if `act` is none of these. `removed`
    is what the form carries."""
    carried = read_removed(removed)
    if named := _named_act(draft, act, carried):
        return named
    if moved := repriced(draft, act):
        changed, focus, gone = moved
        return _without(changed, "items", *gone) if gone else Rearranged(changed, focus, removed=carried)
    rows = list(draft["milestones"])
    if act == "add":
        rows = [*rows, dict(EMPTY_MILESTONE)][: _MOST["milestones"]]
        return Rearranged({**draft, "milestones": rows}, f"title-{len(rows) - 1}", removed=carried)
    verb, *numbers = act.split("-")
    places = [int(number[:_MAX_DIGITS]) for number in numbers if number.isascii() and number.isdecimal()]
    if verb not in _MOVES or len(places) != len(numbers) or len(places) != (2 if verb == "move" else 1):
        return None
    if places[0] >= len(rows):
        return Rearranged(draft, removed=carried)
    return _MOVES[verb](draft, rows, carried, *places)


def _read_replaced(rows: object) -> Removed | None:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return None
    return replaced([_values("milestones", row) for row in rows[: _MOST["milestones"]]]) if rows else None


def _values(kind: str, row: Mapping[str, Any]) -> dict[str, str]:
    values = {name: str(row.get(name) or "") for name in _FIELDS[kind]}
    return {**values, "tax": str(row["tax"])} if row.get("tax") else values


def _named(kind: str, place: int, row: Mapping[str, str]) -> str:
    texts = {"n": place + 1, "title": " ".join(row[_TITLES[kind]].split())[:_SHOWN]}
    if kind == "items":
        return str(_("Line item %(n)s, %(title)s", **texts) if texts["title"] else _("Line item %(n)s", n=place + 1))
    return str(_("Milestone %(n)s, %(title)s", **texts) if texts["title"] else _("Milestone %(n)s", n=place + 1))


def _named_act(draft: Draft, act: str, carried: Removed | None) -> Rearranged | None:
    if act == "undo":
        return _brought_back(draft, carried) if carried else Rearranged(draft)
    better = rewritten_draft(draft, act)
    if better is None:
        return None
    changed, place = better
    if changed == draft:
        said = ""
    elif act.startswith("prove"):
        said = str(_("Milestone %(n)s: the criterion says now how it is checked.", n=place + 1))
    else:
        said = str(_("Milestone %(n)s: the criterion was rewritten.", n=place + 1))
    return Rearranged(changed, f"criteria-{place}", said, carried)


def _without(draft: Draft, kind: str, place: int, row: Mapping[str, str]) -> Rearranged:
    removed = Removed(kind, place, row)
    return Rearranged(draft, "undo", removed.words, removed)


def _brought_back(draft: Draft, removed: Removed) -> Rearranged:
    if removed.kind == REPLACED:
        return _those_before(draft, removed)
    rows, row = list(draft.get(removed.kind) or []), dict(removed.row)
    if removed.kind != "items" and is_priced_by_items(draft):
        row["basis"] = "percentage"  # the way of pricing was changed meanwhile
    if removed.kind == "split":
        return _made_one(draft, removed, row)
    if len(rows) >= _MOST[removed.kind]:
        return Rearranged(draft, removed=removed)
    back = Removed(removed.kind, min(removed.place, len(rows)), row)
    rows.insert(back.place, row)
    focus = f"title-{back.place}" if back.kind == "milestones" else f"item-{back.place}"
    return Rearranged({**draft, back.kind: rows}, focus, str(_("%(what)s, is back.", what=back.named())))


def _those_before(draft: Draft, removed: Removed) -> Rearranged:
    """And these can be brought back in turn: they may have been worked on."""
    basis = {"basis": "percentage"} if is_priced_by_items(draft) else {}
    rows = [{**row, **basis} for row in removed.rows]
    words = _("The milestones that were here before are back.")
    return Rearranged({**draft, "milestones": rows}, "undo", str(words), replaced(draft["milestones"]))


def _made_one(draft: Draft, removed: Removed, row: dict[str, str]) -> Rearranged:
    again = joined(draft["milestones"], row)
    if again is None:
        words = _("The two parts have other titles now, so both stay. Remove them by hand.")
        return Rearranged(draft, "undo", str(words), removed)
    rows, place = again
    back = Removed("milestones", place, row)
    words = _("%(what)s, is back.", what=back.named())
    return Rearranged({**draft, "milestones": rows}, f"title-{place}", str(words))


def _up(draft: Draft, rows: list[Draft], carried: Removed | None, place: int) -> Rearranged:
    return _moved(draft, rows, carried, place, place - 1)


def _down(draft: Draft, rows: list[Draft], carried: Removed | None, place: int) -> Rearranged:
    return _moved(draft, rows, carried, place, place + 1)


def _moved(draft: Draft, rows: list[Draft], carried: Removed | None, place: int, to: int) -> Rearranged:
    to = max(0, min(to, len(rows) - 1))
    row = rows.pop(place)
    rows.insert(to, row)
    words = _("%(what)s: moved. There are %(count)s.", what=_named("milestones", to, row), count=len(rows))
    # The button of the same direction, so that pressing it again goes on; at the end, the one that leads back.
    up = to > 0 and (to < place or to == len(rows) - 1)
    return Rearranged({**draft, "milestones": rows}, f"up-{to}" if up else f"down-{to}", str(words), carried)


def _duplicate(draft: Draft, rows: list[Draft], carried: Removed | None, place: int) -> Rearranged:
    rows.insert(place + 1, dict(rows[place]))
    rows = rows[: _MOST["milestones"]]
    return Rearranged({**draft, "milestones": rows}, f"title-{min(place + 1, len(rows) - 1)}", removed=carried)


def _remove(draft: Draft, rows: list[Draft], carried: Removed | None, place: int) -> Rearranged:
    if len(rows) == 1:
        return Rearranged(draft, "title-0", removed=carried)
    row = rows.pop(place)
    return _without({**draft, "milestones": rows}, "milestones", place, row)


def _split(draft: Draft, rows: list[Draft], carried: Removed | None, place: int) -> Rearranged:
    """Only as it was suggested: after another change in between the page suggests anew."""
    locale, today = reader_locale(), clock.today(reader_time_zone())
    split = suggested_split(draft, read_draft(draft, locale, today), locale, today)
    if split is None or split.place != place:
        return Rearranged(draft, said=str(_("The plan was changed since. Nothing was split.")), removed=carried)
    removed = Removed("split", place, rows[place])
    return Rearranged(split.draft, "undo", removed.words, removed)


def _rebased(draft: Draft, rows: list[Draft], carried: Removed | None, place: int) -> Rearranged:
    """Its price, after "Price as" was switched; the number stays where it can't be converted to the cent."""
    value = rebased(draft, place, reader_locale(), clock.today(reader_time_zone()))
    focus = f"basis-{place}"
    if value is None:
        return Rearranged(draft, focus, removed=carried)
    words = _("Milestone %(n)s: %(before)s became %(after)s.", n=place + 1, before=rows[place]["value"], after=value)
    rows[place] = {**rows[place], "value": value}
    return Rearranged({**draft, "milestones": rows}, focus, str(words), carried)


_MOVES: Mapping[str, Callable[..., Rearranged]] = {
    "up": _up,
    "down": _down,
    "move": _moved,
    "duplicate": _duplicate,
    "remove": _remove,
    "split": _split,
    "basis": _rebased,
}
