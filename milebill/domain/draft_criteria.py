"""The criteria of a draft, as they are typed: one a line, and under it, behind an arrow, how it is checked.

All 12 pages load in at most 2 s on 4G
→ Lighthouse report, linked with the submission
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from milebill.agreed_criteria import AgreedCriterion, written_criteria
from milebill.catalogues import is_spoken, language_of
from milebill.testability.reading import read
from milebill.testability.rules import has_rules

_ARROWS = re.compile(r"(?:[\s•*-]*?(?:→|⇒|[-=]{1,2}>))+")


@dataclass(frozen=True)
class TypedCriterion:
    """A criterion of the builder's field, and on which of its lines (counted from 0) it stands."""

    text: str
    line: int
    checks: tuple[tuple[int, str], ...] = ()
    """The lines behind arrows that belong to it, without the arrows: where each stands, and what it says."""

    @property
    def lines(self) -> tuple[int, ...]:
        """All of its lines."""
        return (self.line, *(line for line, _text in self.checks))

    @property
    def agreed(self) -> AgreedCriterion:
        """What will be agreed; several checks become one."""
        *others, last = [text for _line, text in self.checks] or [""]
        parts = [*filter(None, (text.rstrip(" .;") for text in others)), last]
        return AgreedCriterion(self.text, "; ".join(parts))


def typed_criteria(field: str) -> tuple[TypedCriterion, ...]:
    """Read the builder's field.

    A line that begins with an arrow (→ ⇒ -> =>) says how the criterion above it is checked. Without one above it is a
    criterion itself: people paste arrows as bullets. Within a line an arrow is text. `written_criteria` writes it.
    """
    found: list[tuple[str, int, list[tuple[int, str]]]] = []
    under_bullets = True
    for number, line in enumerate(field.splitlines()):
        arrow = _ARROWS.match(line)
        text = _without_bullets(line[arrow.end() :] if arrow else line)
        if not text:
            continue
        if arrow and not under_bullets:
            found[-1][2].append((number, text))
        else:
            found.append((text, number, []))
            under_bullets = arrow is not None
    return tuple(TypedCriterion(text, number, tuple(checks)) for text, number, checks in found)


def as_typed(field: str) -> list[str]:
    """The field's criteria one by one, each with all of its lines, bullets and arrows."""
    lines = field.splitlines()
    return ["\n".join(lines[number] for number in one.lines) for one in typed_criteria(field)]


def replaced(field: str, typed: TypedCriterion, new: Sequence[AgreedCriterion]) -> str:
    """The field with `new` in place of one of its criteria; all other lines stay as they were typed, if they can."""
    lines = field.splitlines()
    lines[typed.line] = written_criteria(new)
    kept = "\n".join(line for number, line in enumerate(lines) if number not in typed.lines[1:])
    meant = [agreed for one in typed_criteria(field) for agreed in (new if one == typed else (one.agreed,))]
    # Under arrows that were pasted as bullets a new arrow would be read as another one.
    return kept if [one.agreed for one in typed_criteria(kept)] == meant else written_criteria(meant)


def _without_bullets(line: str) -> str:
    return line.strip(" \t•-*")


def language_of_draft(draft: Mapping[str, Any], locale: str) -> str:
    """In which the client reads it ("en"): the language that was chosen for them, else that of `locale`."""
    chosen = str(draft.get("client_locale") or "")
    return language_of(chosen if is_spoken(chosen) else locale).partition("_")[0]


def unsettled(criteria: Sequence[Sequence[AgreedCriterion]], language: str) -> list[int]:
    """The milestones, counted from 0, that hold a "TBD" or a gap, be it in how something is checked; none in a
    language without rules."""
    if not has_rules(language):
        return []
    return [
        place
        for place, agreed in enumerate(criteria)
        if any(read(text, language).blocks for one in agreed for text in one if text)
    ]
