"""The languages that we speak: English is in the source, every other one is a folder of translations/.

Catalogues are read from their .po files, so that what a translator changed is what is shown, with nothing to compile
and nothing to forget. That takes some 30 ms for each language, once for each process.
"""

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

SOURCE = "en"
"""The language of the texts in the source."""
FOLDER = Path(__file__).resolve().parent.parent / "translations"


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The languages that have a catalogue, as Babel writes them ("de", "pt_BR"), by their own names."""
    found = {path.parts[-3] for path in FOLDER.glob("*/LC_MESSAGES/messages.po")}
    return tuple(sorted({SOURCE, *found}, key=lambda name: own_name(name).casefold()))


@lru_cache(maxsize=64)
def catalogue(locale: str) -> NullTranslations:
    """The translations for a locale: its own, then its language's ("de_CH" → "de"), then the English of the source."""
    found = NullTranslations()
    for name in reversed(_ways(locale)):
        own = _read(name)
        own.add_fallback(found)
        found = own
    return found


@lru_cache(maxsize=64)
def language_of(locale: str) -> str:
    """The language that a reader of this locale gets: the catalogue's, else English."""
    return next(iter(_ways(locale)), SOURCE)


@lru_cache(maxsize=256)
def is_spoken(locale: str) -> bool:
    """Whether a reader of this locale gets texts in their language, with dates and sums as CLDR knows them there."""
    return _is_known(locale) and locale.partition("_")[0] == language_of(locale).partition("_")[0]


@lru_cache(maxsize=64)
def in_region_of(language: str, locale: str) -> str:
    """The language as it is written where `locale` is from: "fr" and "de_CH" give "fr_CH", where CLDR knows that.

    So dates and sums keep the habits of the place when only the language is changed.
    """
    wanted = f"{language}_{locale.replace('-', '_').rpartition('_')[2]}"
    return wanted if "_" not in language and "_" in locale.replace("-", "_") and _is_known(wanted) else language


@lru_cache(maxsize=256)
def own_name(locale: str) -> str:
    """A locale in its own words: "de_CH" or "de-CH" → "Deutsch (Schweiz)"."""
    name = str(Locale.parse(locale.replace("-", "_")).get_display_name())
    return name[:1].upper() + name[1:]


@lru_cache(maxsize=64)
def tag(locale: str) -> str:
    """What `lang` says of a text for a reader of this locale (BCP 47): the region only where the language is theirs."""
    language = language_of(locale)
    same = locale.replace("-", "_").partition("_")[0] == language.partition("_")[0]
    return (locale if same else language).replace("_", "-")


@lru_cache(maxsize=64)
def direction(locale: str) -> str:
    """ "ltr" or "rtl": how the texts for a reader of this locale run."""
    return str(Locale.parse(language_of(locale)).text_direction)


def forget() -> None:
    """Look at the folder again."""
    for kept in (languages, catalogue, language_of, is_spoken, in_region_of, own_name, tag, direction):
        kept.cache_clear()


def _ways(locale: str) -> tuple[str, ...]:
    """The catalogues for a locale, the nearest first; none where English is as near."""
    name = locale.replace("-", "_")
    language = name.partition("_")[0]
    wanted = (name, language) if name != language else (name,)
    return tuple(way for way in wanted if way != SOURCE and way in languages())


def _read(name: str) -> NullTranslations:
    path = FOLDER / name / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as source:
        texts = read_po(source, locale=name)
    compiled = BytesIO()
    write_mo(compiled, texts)
    compiled.seek(0)
    return Translations(compiled)


def _is_known(name: str) -> bool:
    try:
        Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return False
    return True
