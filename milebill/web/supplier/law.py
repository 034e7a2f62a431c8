"""Where the law has a word, in the reader's language: the notes that stand beside a draft's fields."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from babel.dates import format_skeleton

from milebill.domain.draft import ReadDraft
from milebill.domain.draft_places import NOWHERE, Place
from milebill.domain.law import notes_for, situation
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


def law_of(read: ReadDraft, seller: Workspace | None, known: Place = NOWHERE) -> Law:
    """By where the draft says that the parties are, and where it says nothing by the settings and the client's book.

    `known` is the client's place in that book. Nothing as long as nobody knows where either of them is.
    """
    settled = Place(seller.country_code or "", seller.country_subdivision or "") if seller else NOWHERE
    here, there = settled if settled.country else read.seller_at, read.client_at.or_else(known)
    locale = reader_locale()
    return Law(tuple(_word(note, locale) for note in notes_for(situation(read, here, there))))


def _word(note: Note, locale: str) -> Word:
    ask, says, language = note.text(locale)
    as_of = _("As of %(month)s", month=_month(note.as_of, locale))
    return Word(note.topic, ask, says, language, note.act, note.section, note.source, as_of)


@lru_cache(maxsize=64)
def _month(as_of: str, locale: str) -> str:
    year, month = as_of.split("-")
    return str(format_skeleton("yMMMM", date(int(year), int(month), 1), locale=locale.replace("-", "_")))
