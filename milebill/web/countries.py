"""The countries that an address can be in, named in the reader's language."""

from functools import lru_cache

from babel import Locale

from milebill.countries import is_country

_HOME = {"en": "US", "de": "DE", "fr": "FR", "es": "ES"}


def country_choices(locale: Locale) -> list[tuple[str, str]]:
    """ISO 3166 codes with their names, for a select, in the order of the names; first the empty choice."""
    return [("", "–"), *_countries(str(locale))]


@lru_cache(maxsize=64)
def _countries(locale: str) -> tuple[tuple[str, str], ...]:
    names = Locale.parse(locale).territories
    found = [(str(code), str(name)) for code, name in names.items() if is_country(str(code))]
    return tuple(sorted(found, key=lambda pair: pair[1].casefold()))


def country_of(locale: str) -> str:
    """Where a reader of that locale most likely is, as ISO 3166 has it; "" if nobody can say."""
    language, _sign, region = locale.partition("_")
    return region or _HOME.get(language, "")
