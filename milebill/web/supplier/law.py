"""Where the law has a word, in the reader's language: the notes that stand beside a draft's fields."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from babel.dates import format_skeleton

from milebill.domain.draft import ReadDraft
from milebill.domain.law import NOWHERE, Place, notes_for, situation
from milebill.law import TOPICS, Note
from milebill.models import Workspace
from milebill.reader import reader_locale
from milebill.web.translations import gettext as _


@dataclass(frozen=True)
class Word:
    """One note as it is printed."""

    topic: str
    ask: str
    says: str
    language: str
    act: str
    section: str
    source: str
    as_of: str


@dataclass(frozen=True)
class Law:
    """What concerns a draft."""

    notes: tuple[Word, ...] = ()
    topics: tuple[str, ...] = TOPICS

    def about(self, topic: str) -> tuple[Word, ...]:
        """Those that stand beside one part of the form."""
        return tuple(note for note in self.notes if note.topic == topic)


def law_of(read: ReadDraft, seller: Workspace | None, client: Place = NOWHERE) -> Law:
    """Nothing as long as nobody knows where the seller is."""
    if seller is None or not seller.country_code:
        return Law()
    here = Place(seller.country_code, seller.country_subdivision or "")
    locale = reader_locale()
    return Law(tuple(_word(note, locale) for note in notes_for(situation(read, here, client))))


def _word(note: Note, locale: str) -> Word:
    ask, says, language = note.text(locale)
    as_of = _("As of %(month)s", month=_month(note.as_of, locale))
    return Word(note.topic, ask, says, language, note.act, note.section, note.source, as_of)


@lru_cache(maxsize=64)
def _month(as_of: str, locale: str) -> str:
    year, month = as_of.split("-")
    return str(format_skeleton("yMMMM", date(int(year), int(month), 1), locale=locale.replace("-", "_")))
