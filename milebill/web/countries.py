"""The countries that an address can be in, named in the reader's language."""

import re
from functools import lru_cache

from babel import Locale

# What CLDR lists among its territories and nobody has a postal address in: unions, outliers, private codes.
_NO_ADDRESSES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"})
_HOME = {"en": "US", "de": "DE", "fr": "FR", "es": "ES"}


def country_choices(locale: Locale) -> list[tuple[str, str]]:
    """ISO 3166 codes with their names, for a select, in the order of the names; first the empty choice."""
    return [("", "–"), *_countries(str(locale))]


def is_country(code: str) -> bool:
    """Whether an address can be there."""
    return code in dict(_countries("en"))


@lru_cache(maxsize=64)
def _countries(locale: str) -> tuple[tuple[str, str], ...]:
    names = Locale.parse(locale).territories
    codes = (str(code) for code in names)
    found = [(code, str(names[code])) for code in codes if re.fullmatch("[A-Z]{2}", code) and code not in _NO_ADDRESSES]
    return tuple(sorted(found, key=lambda pair: pair[1].casefold()))


def country_of(locale: str) -> str:
    """Where a reader of that locale most likely is, as ISO 3166 has it; "" if nobody can say."""
    language, _sign, region = locale.partition("_")
    return region or _HOME.get(language, "")
