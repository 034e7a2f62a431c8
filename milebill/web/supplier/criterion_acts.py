"""The buttons beside the criteria: which criterion of a draft one means, so that it changes nothing else."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from milebill.agreed_criteria import AgreedCriterion
from milebill.domain.draft_criteria import TypedCriterion, replaced, typed_criteria
from milebill.models.revision import Draft
from milebill.testability.rules import has_rules


@dataclass(frozen=True)
class Meant:
    """A button that was pressed."""

    verb: str
    language: str
    place: int
    """The milestone, counted from 0."""
    typed: TypedCriterion | None
    """None if the line was changed meanwhile."""
    which: int
    """What of it, counted from 0."""


def address_of(verb: str, language: str, place: int, typed: TypedCriterion, which: int) -> str:
    """The button's value, such as "fix-en-2-0-1-5f3a": milestone, line and what of it, and the line's sum."""
    return f"{verb}-{language}-{place}-{typed.line}-{which}-{_sum(typed.text)}"


def meant_by(draft: Draft, act: str) -> Meant | None:
    """What the button with that value means in `draft`; None for a button of another kind."""
    verb, *parts = act.split("-")
    if verb not in ("fix", "prove") or len(parts) != 5 or not has_rules(parts[0]):
        return None
    language, total, numbers = parts[0], parts[4], parts[1:4]
    if not all(number.isascii() and number.isdecimal() and len(number) <= 4 for number in numbers):
        return None
    place, line, which = map(int, numbers)
    rows = draft["milestones"]
    known = typed_criteria(field_of(rows[place])) if place < len(rows) else ()
    same = (typed for typed in known if typed.line == line and _sum(typed.text) == total)
    return Meant(verb, language, min(place, len(rows) - 1), next(same, None), which)


def with_instead(draft: Draft, place: int, typed: TypedCriterion, new: Sequence[AgreedCriterion]) -> Draft:
    """The draft with `new` in place of a criterion."""
    rows = list(draft["milestones"])
    rows[place] = {**rows[place], "criteria": replaced(field_of(rows[place]), typed, new)}
    return {**draft, "milestones": rows}


def field_of(row: Draft) -> str:
    """What was typed as the criteria of a milestone."""
    return str(row.get("criteria") or "")


def _sum(text: str) -> str:
    return f"{zlib.crc32(text.encode()):x}"
