"""What companies are known by: VAT identifiers with their country's prefix, and numbers of registers."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from milebill.outbound.einvoice.plain_text import one_line

_PREFIXES = {"GR": ("EL", "GR"), "GB": ("GB", "XI")}
"""Where a VAT identifier may begin otherwise than with the country (ISO 3166), BR-CO-09; XI is Northern Ireland."""
_REGISTERS = {
    "BE": ("0208", 10),
    "DK": ("0184", 8),
    "EE": ("0191", 8),
    "FI": ("0212", 8),
    "FR": ("0002", 9),
    "IS": ("0196", 10),
    "LT": ("0200", 9),
    "LV": ("0218", 11),
    "NL": ("0106", 8),
    "NO": ("0192", 9),
    "SE": ("0007", 10),
}
"""The ISO 6523 scheme (BT-30-1, BT-47-1) of a country's register, and how many digits its numbers have: then a
number can be told from any other."""


class Registration(NamedTuple):
    """BT-30 or BT-47 with its scheme, "" if it can't be told."""

    id: str
    scheme: str


def vat_id(party: Mapping[str, Any]) -> str:
    """The party's VAT identifier as BT-31 and BT-48 want it, "DE811907980"; "" if its tax id is none."""
    compact = re.sub(r"[\s.\-/]", "", one_line(party.get("tax_id"))).upper()
    country = party["country_code"]
    prefixes = _PREFIXES.get(country, (country,))
    return compact if re.fullmatch(rf"(?:{'|'.join(prefixes)})[0-9A-Z+*]{{2,14}}", compact, re.ASCII) else ""


def registration(party: Mapping[str, Any]) -> Registration | None:
    """The party's number in its country's register of companies, if it gave one."""
    typed = one_line(party.get("registration_id"))
    if not typed:
        return None
    country = party["country_code"]
    scheme, length = _REGISTERS.get(country, ("", 0))
    digits = re.sub(r"[\s.\-]", "", typed)
    if scheme and re.fullmatch(rf"[0-9]{{{length}}}", digits, re.ASCII) and _CHECKS.get(country, bool)(digits):
        return Registration(digits, scheme)
    return Registration(typed, "")


def _luhn(digits: str) -> bool:
    """PEPPOL-COMMON-R049: Sweden's organisationsnummer."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def _mod_11(digits: str) -> bool:
    """PEPPOL-COMMON-R041: Norway's organisasjonsnummer."""
    weights = (3, 2, 7, 6, 5, 4, 3, 2, 1)
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11 == 0


def _mod_97(digits: str) -> bool:
    """PEPPOL-COMMON-R043: Belgium's ondernemingsnummer."""
    return int(digits[:8]) % 97 + int(digits[8:]) == 97


_CHECKS: Mapping[str, Callable[[str], bool]] = {"BE": _mod_97, "NO": _mod_11, "SE": _luhn}
"""A number with other check digits is refused as a whole: then it goes without its scheme."""
