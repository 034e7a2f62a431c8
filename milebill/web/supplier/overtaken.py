"""A draft that was changed elsewhere while its page was open: what is said then, and what can be done about it.

The form says which page it is and what that was made from (`page`, `made_from`, `turn`); see domain/draft_pages.py.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import request

from milebill import clock
from milebill.domain.draft_differences import ROWS, TypedDifference, typed_differences
from milebill.domain.draft_pages import MAX_KEY, MAX_TURN, MOST_NAMES, UNSAVED, DraftPage, is_same, state_of
from milebill.models.revision import Draft
from milebill.reader import reader_time_zone
from milebill.web.filters import clock_time, day, excerpt, moment
from milebill.web.security import once_key
from milebill.web.supplier.builder import BuilderForm, MilestoneForm
from milebill.web.supplier.builder_items import ItemForm
from milebill.web.translations import gettext as _
from milebill.web.translations import ngettext

KEEP = "keep-"
"""What the value of the button begins with that saves over what is there; then the state that it was told of."""
MOST_ROWS = 10
_KEY = re.compile(rf"[\w-]{{1,{MAX_KEY}}}", re.ASCII)
_NAME = re.compile(rf"-|[\w-]{{1,{MAX_KEY}}}\.\d{{1,9}}", re.ASCII)


@dataclass(frozen=True)
class Apart:
    """A field that differs: its name, and what stands there and here, in brief."""

    name: str
    there: str
    here: str


@dataclass(frozen=True)
class Overtaken:
    """Why what was typed is not saved, and the two ways on."""

    title: str
    brief: str
    keep: str
    """The value of the button that keeps what was typed here; "" if nothing can."""
    keep_label: str
    elsewhere: str
    """The address of what is there."""
    elsewhere_label: str
    about: str = ""
    rows: tuple[Apart, ...] = ()
    more: str = ""
    action: str | None = None
    """Where the button sends the form, if not where it goes anyway."""


def posted_page() -> DraftPage:
    """The page that a form came from; one that does not say it is a page that knows nothing."""
    key, turn, act = (request.form.get(name, "") for name in ("page", "turn", "act"))
    made_from = [act.removeprefix(KEEP)] if act.startswith(KEEP) else request.form.get("made_from", "").split()
    names = tuple(name for name in made_from[-MOST_NAMES:] if _NAME.fullmatch(name))
    rising = int(turn) if turn.isascii() and turn.isdecimal() and len(turn) < len(str(MAX_TURN)) else 0
    return DraftPage(key if _KEY.fullmatch(key) else once_key(), names or (UNSAVED,), rising)


def posted_act() -> str:
    """The button that was pressed; keeping what was typed is saving it."""
    act = request.form.get("act", "")
    return "save" if act.startswith(KEEP) else act


def page_for(known_to: str, *, shows_it: bool) -> DraftPage:
    """The page that is about to be shown: it `shows_it` as it is saved, or goes on with what a form brought."""
    if request.method == "POST" and not shows_it:
        return posted_page().again(once_key(), known_to)
    return DraftPage(once_key(), (state_of(known_to),))


def overtaken(known_to: str, changed_at: datetime | None, address: str, there: Draft, here: Draft) -> Overtaken | None:
    """If the form was made from another state of the draft than `there`, and says something else."""
    if request.method != "POST" or posted_page().knows(known_to) or is_same(there, here):
        return None
    rows = [row for row in map(_apart, typed_differences(there, here)) if row]
    more = len(rows) - MOST_ROWS
    return Overtaken(
        title=_(
            "This quote was changed in another tab or on another device at %(time)s."
            " What you typed here is not saved yet.",
            time=time_of_change(changed_at),
        ),
        brief=_("Not saved: changed elsewhere."),
        keep=KEEP + state_of(known_to),
        keep_label=_("Keep what I typed here"),
        elsewhere=address,
        elsewhere_label=_("Show what was saved there"),
        about=_("What differs"),
        rows=tuple(rows[:MOST_ROWS]),
        more=ngettext("and %(num)s more", "and %(num)s more", more) if more > 0 else "",
    )


def sent_meanwhile(address: str) -> Overtaken:
    """If the quote at `address` was sent from elsewhere: what is typed here stays on the page, and can't be saved."""
    return Overtaken(
        title=_("This quote was sent meanwhile, so it cannot be changed any more. Nothing was saved."),
        brief=_("Not saved: the quote was sent."),
        keep="",
        keep_label="",
        elsewhere=address,
        elsewhere_label=_("As it was sent"),
    )


def time_of_change(at: datetime | None) -> str:
    """In the reader's zone; with the day, if that is another one. None is now."""
    value, zone = at or clock.now(), reader_time_zone()
    return clock_time(value) if clock.day_of(value, zone) == clock.today(zone) else moment(value)


def _apart(found: TypedDifference) -> Apart | None:
    named = _row_name(found)
    if found.field == "order":
        label = _("Order of the milestones") if found.part == "milestones" else _("Order of the line items")
        return Apart(label, *(excerpt(", ".join(filter(None, names))) for names in (found.there, found.here)))
    if found.part and not found.field:
        only = [_("is there") if side is not None else _("is not there") for side in (found.there, found.here)]
        return Apart(named, *only)
    field = _fields(found.part).get(found.field)
    if field is None:
        return None
    shown = [_shown(field, value) for value in (found.there, found.here)]
    return Apart(", ".join(filter(None, (named, str(field.label.text)))), *shown)


def _row_name(found: TypedDifference) -> str:
    if not found.part:
        return ""
    title = excerpt(found.row, 80)
    if found.part == "milestones":
        return _("Milestone “%(title)s”", title=title) if title else _("Milestone")
    return _("Item “%(title)s”", title=title) if title else _("Line item")


def _fields(part: str) -> Mapping[str, Any]:
    form = {"": BuilderForm, "milestones": MilestoneForm, "items": ItemForm}[part](formdata=None)
    return {field.name: field for field in form if field.name not in ROWS}


def _shown(field: Any, value: Any) -> str:
    """As the form shows it: the words of a choice, a day in words, the texts of rows one after the other."""
    if isinstance(value, list):
        return excerpt(", ".join(text for row in value for text in row.values() if text))
    text = str(value or "")
    if field.name == "pricing":
        return _("Line items") if text else _("Total price, net")
    if field.name in ("valid_until", "planned_on"):
        return _day(text)
    choices = {str(choice.value): str(choice.label) for choice in getattr(field, "choices", None) or ()}
    return excerpt(choices.get(text, text))


def _day(text: str) -> str:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text
