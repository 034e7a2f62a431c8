"""Electronic addresses (BT-34, BT-49): what the parties gave, else what follows from their numbers, else e-mail."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from milebill.electronic_address import SCHEMES, VAT, BadElectronicAddress, checked, is_leitweg_id
from milebill.outbound.einvoice.identifiers import registered, vat_id
from milebill.outbound.einvoice.plain_text import one_line

EMAIL = "EM"
"""In the list of EN 16931, but no address in Peppol's network (PEPPOL-EN16931-CL008)."""
LEITWEG = "0204"

_BY_REGISTER = {"DK": r"DK([0-9]{8})", "NO": r"NO([0-9]{9})MVA", "SE": r"SE([0-9]{10})01"}
"""Where the number of the register is the address, and how a VAT identifier contains it."""
_BY_VAT_ID = {"IT": "0211"} | {scheme.country: code for code, scheme in SCHEMES.items() if scheme.name == VAT}
"""The scheme of each other country's VAT identifiers."""


class Address(NamedTuple):
    """Where a party receives e-invoices: an identifier and its scheme of the list EAS."""

    scheme: str
    id: str

    @property
    def is_in_peppol(self) -> bool:
        """Whether Peppol's network knows addresses of this kind."""
        return self.scheme != EMAIL


def seller_address(paper: Mapping[str, Any]) -> Address | None:
    """BT-34."""
    seller = paper["seller"]
    return _given(seller) or _derived(seller) or _by_mail(seller.get("email"))


def buyer_address(paper: Mapping[str, Any]) -> Address | None:
    """BT-49. A German public buyer's is its Leitweg-ID."""
    buyer, reference = paper["buyer"], one_line(paper.get("buyer_reference"))
    routed = _checked(LEITWEG, reference) if is_leitweg_id(reference) else None
    return _given(buyer) or routed or _derived(buyer) or _by_mail(paper.get("contact_email") or buyer.get("email"))


def _given(party: Mapping[str, Any]) -> Address | None:
    found = party.get("electronic_address") or {}
    scheme, own = one_line(found.get("scheme")), one_line(found.get("id"))
    return Address(scheme, own) if scheme and own else None


def _derived(party: Mapping[str, Any]) -> Address | None:
    country, vat = party["country_code"], vat_id(party)
    if country not in _BY_REGISTER:
        return _checked(_BY_VAT_ID.get(country, ""), vat)
    inside = re.fullmatch(_BY_REGISTER[country], vat, re.ASCII)
    found = registered(country, one_line(party.get("registration_id"))) or (
        registered(country, inside[1]) if inside else None
    )
    return Address(found.scheme, found.id) if found else None


def _checked(scheme: str, number: str) -> Address | None:
    """None for a number that can't be one: nobody would be found there."""
    try:
        found = Address(*checked(scheme, number))
    except BadElectronicAddress:
        return None
    return found if found.id else None


def _by_mail(email: str | None) -> Address | None:
    found = one_line(email)
    return Address(EMAIL, found) if found else None
