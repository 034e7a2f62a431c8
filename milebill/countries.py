"""The countries that an address can be in, by their ISO 3166 codes."""

import re
from functools import lru_cache

from babel import Locale

# What CLDR lists among its territories and nobody has a postal address in: unions, outliers, private codes.
_NO_ADDRESSES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"})


@lru_cache(maxsize=1)
def country_codes() -> frozenset[str]:
    """All of them."""
    codes = {str(code) for code in Locale("en").territories if re.fullmatch("[A-Z]{2}", str(code))}
    return frozenset(codes - _NO_ADDRESSES)


def is_country(code: str) -> bool:
    """Whether an address can be there."""
    return code in country_codes()
