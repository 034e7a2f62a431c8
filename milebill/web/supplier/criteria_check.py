"""Beside each milestone's criteria: the words that two people could understand differently, why, and a better way."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from milebill.domain.draft_criteria import criterion_of, language_of_draft
from milebill.models.revision import Draft
from milebill.testability.reading import Finding, Reading, read
from milebill.testability.rewriting import rewritten
from milebill.testability.rules import has_rules

MAX_NOTES = 3
"""Told of one criterion at a time."""
MAX_CRITERIA = 60
"""Of a whole draft that are read; nobody has more."""
TYPED = 3
"""Words from which on a line is read while it is being typed."""
_NOTES: Mapping[str, tuple[Any, Any]] = {
    "vague": (_l("has no measure."), _l("How much, how many, or how fast, and who looks?")),
    "subjective": (_l("is a matter of taste."), _l("Who decides, and in which way?")),
    "open": (_l("leaves open where it ends."), _l("What exactly belongs to it?")),
    "escape": (_l("is a way out."), _l("When does it hold, and when does it not?")),
    "comparative": (_l("compares, but with no figure."), _l("With what, and by how much?")),
    "time": (_l("is no date."), _l("By which day, or within how many hours?")),
    "progress": (_l("tells of work, not of a result."), _l("What can your client see then, and where?")),
    "totality": (_l("is more than anybody can check."), _l("Which ones? A list or a number settles it.")),
    "two": (_l("joins two things."), _l("What if only one of them is done? Make it two criteria.")),
    "decider": (_l("names nobody."), _l("Who decides? Give a name or a role.")),
    "tbd": (_l("is not agreed yet."), _l("What is it to be?")),
}
_GAP = (_l("is a gap to fill in."), _l("The quote can be sent when nothing is left open."))


@dataclass(frozen=True)
class Note:
    """One thing that was found."""

    words: str
    why: str
    question: str
    act: str
    """The button's value that writes it better; "" if nobody knows how."""
    instead: tuple[str, ...]
    """The lines that it writes then."""


@dataclass(frozen=True)
class Checked:
    """A criterion in which something was found."""

    pieces: tuple[tuple[str, bool], ...]
    """Its text, and which parts are marked."""
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Check:
    """What is shown beside the criteria of a milestone."""

    said: str
    """In one line; "" if there is nothing to say."""
    criteria: tuple[Checked, ...]


def checks_of(draft: Draft, locale: str, *, typing: bool = False) -> tuple[Check, ...]:
    """For each milestone in turn. While somebody is `typing`, nothing is said of what is only begun."""
    language, left = language_of_draft(draft, locale), MAX_CRITERIA
    found = []
    for place, row in enumerate(draft["milestones"]):
        texts = [(n, criterion_of(line)) for n, line in enumerate(_lines(row))]
        texts = [(n, text) for n, text in texts if text][:left]
        left -= len(texts)
        found.append(_check(place, texts, language, typing=typing) if has_rules(language) else Check("", ()))
    return tuple(found)


def rewritten_draft(draft: Draft, act: str) -> tuple[Draft, int] | None:
    """The draft after "fix-en-2-0-1-5f3a" (milestone, line and finding, counted from 0, and the line's sum), and the
    milestone; None for another button, the draft as it is if the line was changed meanwhile."""
    verb, *parts = act.split("-")
    if verb != "fix" or len(parts) != 5 or not has_rules(parts[0]):
        return None
    language, total, numbers = parts[0], parts[4], parts[1:4]
    if not all(number.isascii() and number.isdecimal() and len(number) <= 4 for number in numbers):
        return None
    place, line, which = map(int, numbers)
    rows = list(draft["milestones"])
    lines = _lines(rows[place]) if place < len(rows) else []
    if line >= len(lines) or _sum(criterion_of(lines[line])) != total:
        return draft, min(place, len(rows) - 1)
    known = read(criterion_of(lines[line]), language)
    better = rewritten(known, known.findings[which], language) if which < len(known.findings) else ""
    if better:
        lines[line] = better
        rows[place] = {**rows[place], "criteria": "\n".join(lines)}
    return {**draft, "milestones": rows}, place


def _lines(row: Mapping[str, Any]) -> list[str]:
    return str(row.get("criteria") or "").splitlines()


def _sum(text: str) -> str:
    return f"{zlib.crc32(text.encode()):x}"


def _check(place: int, texts: list[tuple[int, str]], language: str, *, typing: bool) -> Check:
    readings = [(n, read(text, language)) for n, text in texts]
    last = texts[-1][0] if typing and texts else -1
    shown = [(n, one) for n, one in readings if one.findings and not (typing and _is_begun(one, is_last=n == last))]
    if not shown:
        return Check("", ())
    said = _(
        "Two people could judge %(count)s of these %(all)s differently. It is only a hint.",
        count=len(shown),
        all=len(texts),
    )
    if any(one.blocks for _n, one in shown):
        said = _("Something here is still open, so the quote can't be sent yet.")
    return Check(str(said), tuple(_checked(one, f"fix-{language}-{place}-{n}", language) for n, one in shown))


def _is_begun(reading: Reading, *, is_last: bool) -> bool:
    """Only some words so far, or a last line of which no word is at fault: what makes it testable may be on its way."""
    if reading.blocks:
        return False
    whole = all(found.end - found.start >= len(reading.text.rstrip(" .")) for found in reading.findings)
    return len(reading.text.split()) < TYPED or (is_last and whole)


def _checked(reading: Reading, address: str, language: str) -> Checked:
    told = dict(_told(reading))
    pieces, end = [], 0
    for found in told.values():
        pieces += [(reading.text[end : found.start], False), (reading.text[found.start : found.end], True)]
        end = found.end
    pieces.append((reading.text[end:], False))
    notes = {
        (found.category, reading.text[found.start : found.end]): _note(
            reading, found, f"{address}-{n}-{_sum(reading.text)}", language
        )
        for n, found in told.items()
    }
    return Checked(tuple(piece for piece in pieces if piece[0]), tuple(notes.values()))


def _told(reading: Reading) -> list[tuple[int, Finding]]:
    """What is told of it, with the number of each: two acts are parted first, everything else comes after that."""
    every = list(enumerate(reading.findings))
    return [pair for pair in every if pair[1].category == "two"] or every[:MAX_NOTES]


def _note(reading: Reading, found: Finding, act: str, language: str) -> Note:
    why, question = _NOTES[found.category] if found.rule else _GAP
    better = rewritten(reading, found, language)
    words = reading.text[found.start : found.end]
    return Note(words, str(why), str(question), act if better else "", tuple(better.split("\n")) if better else ())
