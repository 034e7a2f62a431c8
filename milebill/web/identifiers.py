"""Numbers that name an account or a taxpayer, checked as far as their own check digits go."""

from stdnum import bic as bic_numbers
from stdnum import iban as iban_numbers
from stdnum.de import stnr
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError
from stdnum.util import get_cc_module

MAX_TAX_ID = 40

_PREFIXES = {"GR": "EL"}
"""Greece's VAT numbers begin with the language's code, not the country's."""


class BadIdentifier(ValueError):
    """The number can't be right."""


def iban(text: str) -> str:
    """The IBAN without its spaces, or "". Raises BadIdentifier."""
    try:
        return str(iban_numbers.validate(text)) if text.strip() else ""
    except ValidationError as error:
        raise BadIdentifier from error


def bic(text: str) -> str:
    """The BIC without its spaces, or "". Raises BadIdentifier."""
    try:
        return str(bic_numbers.validate(text)) if text.strip() else ""
    except ValidationError as error:
        raise BadIdentifier from error


def tax_id(text: str, country_code: str) -> str:
    """The tax id as documents show it, or "": an EU VAT number with its prefix; elsewhere as it was typed.

    Checked where its country's rules are known; for Germany, the national tax number will do too (UStG § 14 (4) 2).
    Raises BadIdentifier.
    """
    text = " ".join(text.split())
    if not text:
        return ""
    if len(text) > MAX_TAX_ID:
        raise BadIdentifier
    country = country_code.lower()
    if country in eu_vat.MEMBER_STATES:
        return _in_the_eu(text, country_code)
    rules = get_cc_module(country, "vat") if country else None
    if rules is not None and not rules.is_valid(text):
        raise BadIdentifier
    return text


def _in_the_eu(text: str, country_code: str) -> str:
    prefix = _PREFIXES.get(country_code, country_code)
    typed = text.upper().replace(" ", "")
    for candidate in (typed, prefix + typed):
        if candidate.startswith(prefix) and eu_vat.is_valid(candidate):
            return str(eu_vat.compact(candidate))
    if country_code == "DE" and stnr.is_valid(text):
        return text
    raise BadIdentifier
