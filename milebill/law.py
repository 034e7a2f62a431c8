"""Where the law has a word: notes from a folder of files, one for each country or state, see docs/law.md.

A note says in plain words what a named act says, with its section, the official text and as of when the
note was written. It warns and decides nothing. A file with a mistake in it is refused as a whole when it is read.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from milebill.catalogues import SOURCE, language_of

FOLDER = Path(__file__).resolve().parent.parent / "law"
LANGUAGES = ("en", "de", "fr", "es")
"""In which every note must be written."""
TOPICS = ("milestones", "terms", "tax", "review", "agreement")
"""What a note stands beside; the last is the offer as a whole."""
HOW = ("text", "authority", "others")
_AS_OF = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
_PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
ANYWHERE = "*"
"""Where the supplier is when an act only asks where the client is."""


@dataclass(frozen=True)
class When:
    """What a quote must be like for the note; what is None or False asks for nothing. Money is in minor units."""

    terms_over: int | None = None
    """Days."""
    deposit_over_share: tuple[int, int] | None = None
    """Numerator and denominator; with an amount, whichever is less."""
    deposit_over_amount: int | None = None
    price_from: int | None = None
    """Net."""
    currency: str = ""
    """Of the amounts. A deposit in another currency is measured by its share alone; a price in one is no obstacle."""
    milestones_under: int | None = None
    before_last_over_share: tuple[int, int] | None = None
    """What is billed before the last milestone, of the whole."""
    taxed: bool = False
    """Some tax of more than 0 % is charged."""


@dataclass(frozen=True)
class Checked:
    """When a note's figures, sections and conditions were last compared with something, and with what."""

    on: date
    how: str
    """"text": the act's own words, whoever prints them; "authority": who applies it; "others": who writes about it."""
    by: str
    """Where that was read."""


@dataclass(frozen=True)
class Note:
    """One rule of one place."""

    key: str
    """The file's name and its own, such as "us-ca/deposit"."""
    topic: str
    supplier: str
    client: str
    """Where both must be: a country ("DE"), a state ("US-CA") or "EU"; the supplier may be ANYWHERE."""
    names: tuple[str, ...]
    """What people type for the state."""
    when: When
    instead_of: tuple[str, ...]
    """Keys of notes that say less than this one."""
    act: str
    """As it is officially called, in its own language."""
    section: str
    source: str
    """The official text, or the authority's own page of it."""
    as_of: str
    """Year and month as of which the note was written, or last compared with that: "2026-11"."""
    checked: Checked
    texts: Mapping[str, tuple[str, str]]
    """By language: for whom it is, as a question, and what the act says."""

    def text(self, locale: str) -> tuple[str, str, str]:
        """For whom and what, and the language of both: a reader's own if it is there, else English."""
        language = language_of(locale).partition("_")[0]
        language = language if language in self.texts else SOURCE
        return (*self.texts[language], language)


@lru_cache(maxsize=1)
def notes() -> tuple[Note, ...]:
    """Every note, by file and in the order in which the file has them. Raises ValueError for a file with a mistake."""
    found = [note for path in sorted(FOLDER.glob("*.toml")) for note in read(path.stem, path.read_text("utf-8"))]
    known = {note.key for note in found}
    for note in found:
        _require(set(note.instead_of) <= known, note.key, "instead_of")
    return tuple(found)


@lru_cache(maxsize=1)
def divided() -> frozenset[str]:
    """The countries of whose states or regions some note tells."""
    places = (place for note in notes() for place in (note.supplier, note.client))
    return frozenset(place.partition("-")[0] for place in places if "-" in place)


def read(name: str, text: str) -> list[Note]:
    """The notes of one file. Raises ValueError that says which note is wrong, and where."""
    source = tomllib.loads(text)
    _require(set(source) <= {"names", "notes"}, name, "unknown fields")
    names = tuple(str(one).casefold() for one in source.get("names", ()))
    found = [_note(name, names, given) for given in source["notes"]]
    _require(len({note.key for note in found}) == len(found), name, "two of one name")
    return found


def _note(name: str, names: tuple[str, ...], given: Mapping[str, Any]) -> Note:
    key = f"{name}/{given.get('key', '')}"
    wanted = {"key", "topic", "supplier", "client", "act", "section", "source", "as_of", "checked", *LANGUAGES}
    _require(set(given) - {"when", "instead_of"} == wanted, key, "its fields")
    _require(given["topic"] in TOPICS, key, "topic")
    for place in (given["client"], *({given["supplier"]} - {ANYWHERE})):
        _require(_PLACE.fullmatch(place) is not None, key, "place")
    _require(all(str(given[field]).strip() for field in ("key", "act", "section")), key, "an empty field")
    _require(given["source"].startswith("https://"), key, "source")
    _require(_AS_OF.fullmatch(given["as_of"]) is not None, key, "as_of")
    texts = {language: (given[language].get("ask", ""), given[language].get("says", "")) for language in LANGUAGES}
    _require(all(part.strip() for pair in texts.values() for part in pair), key, "a text")
    same = {field: given[field] for field in ("topic", "supplier", "client", "act", "section", "source", "as_of")}
    instead_of = tuple(given.get("instead_of", ()))
    return Note(
        key=key,
        names=names,
        when=_when(key, given.get("when", {})),
        instead_of=instead_of,
        checked=_checked(key, given["checked"]),
        texts=texts,
        **same,
    )


def _checked(key: str, given: Mapping[str, Any]) -> Checked:
    _require(set(given) == {field.name for field in fields(Checked)}, key, "checked")
    _require(type(given["on"]) is date and given["how"] in HOW and bool(given["by"].strip()), key, "checked")
    return Checked(**given)


def _when(key: str, given: Mapping[str, Any]) -> When:
    _require(set(given) <= {field.name for field in fields(When)}, key, "when")
    values: dict[str, Any] = {field: tuple(is_) if isinstance(is_, list) else is_ for field, is_ in given.items()}
    for field, value in values.items():
        if field.endswith("share"):
            _require(len(value) == 2 and all(type(part) is int for part in value), key, field)
            _require(0 < value[0] < value[1], key, field)
        elif field not in ("currency", "taxed"):
            _require(type(value) is int and value > 0, key, field)
    money = "deposit_over_amount" in values or "price_from" in values
    _require(money == bool(values.get("currency")), key, "currency")
    return When(**values)


def _require(condition: bool, key: str, what: str) -> None:
    if not condition:
        raise ValueError(f"law/{key}: {what}")
