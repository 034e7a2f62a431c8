"""Beside each milestone's criteria: the words that two people could understand differently, why, and a better way.

How each is checked stands there too (how_checked.py)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from milebill.agreed_criteria import AgreedCriterion
from milebill.domain.draft_criteria import TypedCriterion, language_of_draft, typed_criteria
from milebill.models.revision import Draft
from milebill.testability.reading import Finding, Reading, read
from milebill.testability.rewriting import rewritten
from milebill.testability.rules import has_rules
from milebill.web.supplier.criterion_acts import Meant, address_of, field_of, meant_by, with_instead
from milebill.web.supplier.how_checked import ProofView, proof_of, proved

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
    proofs: tuple[ProofView, ...] = ()
    """How each criterion is checked, or what could be said of that."""


def checks_of(draft: Draft, locale: str, *, typing: bool = False) -> tuple[Check, ...]:
    """For each milestone in turn. While somebody is `typing`, nothing is said of what is only begun."""
    language, left = language_of_draft(draft, locale), MAX_CRITERIA
    found = []
    for place, row in enumerate(draft["milestones"]):
        typed = typed_criteria(field_of(row))[:left]
        left -= len(typed)
        found.append(_check(place, typed, language, typing=typing) if has_rules(language) else Check("", ()))
    return tuple(found)


def rewritten_draft(draft: Draft, act: str) -> tuple[Draft, int] | None:
    """The draft after a button of this panel, and the milestone; None for another button, the draft as it is if the
    line was changed meanwhile."""
    meant = meant_by(draft, act)
    if meant is None:
        return None
    better = _better(meant) if meant.typed else ()
    if meant.typed is None or not better:
        return draft, meant.place
    return with_instead(draft, meant.place, meant.typed, better), meant.place


def _better(meant: Meant) -> Sequence[AgreedCriterion]:
    """What the button writes; its evidence stays with the last of two that become of one."""
    if meant.typed is None:
        return ()
    if meant.verb == "prove":
        return proved(meant)
    known = read(meant.typed.text, meant.language)
    finding = known.findings[meant.which] if meant.which < len(known.findings) else None
    texts = rewritten(known, finding, meant.language).splitlines() if finding else []
    return [AgreedCriterion(text) for text in texts[:-1]] + [
        AgreedCriterion(text, meant.typed.agreed.checked_by) for text in texts[-1:]
    ]


def _check(place: int, typed: tuple[TypedCriterion, ...], language: str, *, typing: bool) -> Check:
    last = typed[-1] if typing and typed else None
    readings = [(one, read(one.text, language)) for one in typed]
    shown = [
        (one, reading)
        for one, reading in readings
        if reading.findings and not (typing and _is_begun(reading, is_last=one is last))
    ]
    open_checks = [reading for one in typed for reading in _unsettled(one, language)]
    proofs = tuple(
        proof_of(place, one, language)
        for one, reading in readings
        if not (reading.findings or _unsettled(one, language))
        and (one.checks or not typing or len(one.text.split()) >= TYPED)
    )
    if not shown and not open_checks:
        return Check("", (), proofs)
    said = _(
        "Two people could judge %(count)s of these %(all)s differently. It is only a hint.",
        count=len(shown),
        all=len(typed),
    )
    if open_checks or any(reading.blocks for _one, reading in shown):
        said = _("Something here is still open, so the quote can't be sent yet.")
    found = [_checked(reading, language, place, one) for one, reading in shown]
    return Check(str(said), (*found, *(_checked(reading, language, place) for reading in open_checks)), proofs)


def _unsettled(typed: TypedCriterion, language: str) -> list[Reading]:
    """Of how it is checked, the lines that say themselves that they are not agreed yet, and nothing else about them."""
    readings = [read(text, language) for _line, text in typed.checks]
    return [replace(reading, findings=reading.unsettled) for reading in readings if reading.blocks]


def _is_begun(reading: Reading, *, is_last: bool) -> bool:
    """Only some words so far, or a last line of which no word is at fault: what makes it testable may be on its way."""
    if reading.blocks:
        return False
    whole = all(found.end - found.start >= len(reading.text.rstrip(" .")) for found in reading.findings)
    return len(reading.text.split()) < TYPED or (is_last and whole)


def _checked(reading: Reading, language: str, place: int, typed: TypedCriterion | None = None) -> Checked:
    told = dict(_told(reading))
    pieces, end = [], 0
    for found in told.values():
        pieces += [(reading.text[end : found.start], False), (reading.text[found.start : found.end], True)]
        end = found.end
    pieces.append((reading.text[end:], False))
    notes = {
        (found.category, reading.text[found.start : found.end]): _note(
            reading, found, address_of("fix", language, place, typed, n) if typed else "", language
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
    better = rewritten(reading, found, language) if act else ""
    words = reading.text[found.start : found.end]
    return Note(words, str(why), str(question), act if better else "", tuple(better.split("\n")) if better else ())
