"""What companies are known by: VAT identifiers with their country's prefix, and numbers of registers."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from milebill.electronic_address import BadElectronicAddress, checked
from milebill.outbound.einvoice.plain_text import one_line

_PREFIXES = {"GR": ("EL", "GR"), "GB": ("GB", "XI")}
"""Where a VAT identifier may begin otherwise than with the country (ISO 3166), BR-CO-09; XI is Northern Ireland."""
_REGISTERS = {
    "BE": "0208",
    "DK": "0184",
    "EE": "0191",
    "FR": "0002",
    "IS": "0196",
    "NL": "0106",
    "NO": "0192",
    "SE": "0007",
}
"""The ISO 6523 scheme (BT-30-1, BT-47-1) of a country's register of companies, whose numbers can be told by their form;
one with wrong check digits would be refused as a whole (PEPPOL-COMMON-R041 … R049), so it goes without its scheme."""


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
    return registered(party["country_code"], typed) or (Registration(typed, "") if typed else None)


def registered(country: str, number: str) -> Registration | None:
    """The number with its country's scheme; None if it can't be one of that register."""
    scheme = _REGISTERS.get(country)
    if not scheme or not number:
        return None
    try:
        return Registration(checked(scheme, number)[1], scheme)
    except BadElectronicAddress:
        return None
