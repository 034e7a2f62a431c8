"""Electronic addresses (BT-34, BT-49): what the parties gave, else what follows from their numbers, else e-mail."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from milebill.outbound.einvoice.identifiers import registration, vat_id
from milebill.outbound.einvoice.leitweg import is_leitweg_id
from milebill.outbound.einvoice.plain_text import one_line

EMAIL = "EM"
"""In the list of EN 16931, but no address in Peppol's network (PEPPOL-EN16931-CL008)."""
LEITWEG = "0204"

_VAT_SCHEMES = {
    "AD": "9922", "AL": "9923", "AT": "9914", "BA": "9924", "BE": "9925", "BG": "9926", "CH": "9927", "CY": "9928",
    "CZ": "9929", "DE": "9930", "EE": "9931", "ES": "9920", "FI": "0213", "FR": "9957", "GB": "9932", "GR": "9933",
    "HR": "9934", "HU": "9910", "IE": "9935", "IT": "0211", "LI": "9936", "LT": "9937", "LU": "9938", "LV": "9939",
    "MC": "9940", "ME": "9941", "MK": "9942", "MT": "9943", "NL": "9944", "PL": "9945", "PT": "9946", "RO": "9947",
    "RS": "9948", "SI": "9949", "SK": "9950", "SM": "9951", "TR": "9952", "VA": "9953",
}  # fmt: skip
"""The scheme of a country's VAT identifiers in the list "Electronic Address Scheme" (EAS)."""
_BY_REGISTER = frozenset({"DK", "NO", "SE"})
"""Where the number of the register is the address, not the VAT identifier."""


class Address(NamedTuple):
    """Where a party receives e-invoices: an identifier and its scheme of the list EAS."""

    scheme: str
    id: str

    @property
    def is_in_peppol(self) -> bool:
        """Whether Peppol's network knows addresses of this kind."""
        return self.scheme not in {EMAIL, "AN", "AQ", "AS", "AU"}


def seller_address(paper: Mapping[str, Any]) -> Address | None:
    """BT-34."""
    seller = paper["seller"]
    return _given(seller) or _derived(seller) or _by_mail(seller.get("email"))


def buyer_address(paper: Mapping[str, Any]) -> Address | None:
    """BT-49. A German public buyer's is its Leitweg-ID."""
    buyer, reference = paper["buyer"], one_line(paper.get("buyer_reference")).upper()
    routed = Address(LEITWEG, reference) if is_leitweg_id(reference) else None
    return _given(buyer) or routed or _derived(buyer) or _by_mail(paper.get("contact_email") or buyer.get("email"))


def _given(party: Mapping[str, Any]) -> Address | None:
    found = party.get("electronic_address") or {}
    scheme, own = one_line(found.get("scheme")), one_line(found.get("id"))
    return Address(scheme, own) if scheme and own else None


def _derived(party: Mapping[str, Any]) -> Address | None:
    country = party["country_code"]
    if country in _BY_REGISTER:
        return _registered(party)
    vat, scheme = vat_id(party), _VAT_SCHEMES.get(country)
    return Address(scheme, vat) if vat and scheme else None


def _registered(party: Mapping[str, Any]) -> Address | None:
    """The register's number as given, or as the country's VAT identifiers contain it."""
    inside = re.fullmatch(r"(?:SE([0-9]{10})01|DK([0-9]{8})|NO([0-9]{9})MVA)", vat_id(party), re.ASCII)
    number = next(filter(None, inside.groups())) if inside else ""
    for typed in (party.get("registration_id"), number):
        found = registration({**party, "registration_id": typed})
        if found is not None and found.scheme:
            return Address(found.scheme, found.id)
    return None


def _by_mail(email: str | None) -> Address | None:
    found = one_line(email)
    return Address(EMAIL, found) if found else None
