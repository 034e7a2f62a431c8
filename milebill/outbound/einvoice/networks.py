"""What Peppol BIS Billing 3 and XRechnung ask for beyond EN 16931, as reason codes; sentences.py has the words."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from milebill.categories import Category
from milebill.electronic_address import is_leitweg_id
from milebill.models.invoice import InvoiceKind
from milebill.outbound.einvoice.addresses import buyer_address, seller_address
from milebill.outbound.einvoice.expressible import why_not
from milebill.outbound.einvoice.identifiers import registration, vat_id
from milebill.outbound.einvoice.parties import both_in, is_out_of_scope
from milebill.outbound.einvoice.plain_text import one_line

Paper = Mapping[str, Any]

NOT_IN_PEPPOL = frozenset({"MRU", "SLE", "VES"})
"""Currencies that are younger than Peppol's copy of ISO 4217 (PEPPOL-EN16931-CL007)."""
SWEDISH_RATES = frozenset({6_000, 12_000, 25_000})


def why_not_peppol(paper: Paper) -> str | None:
    """Why its UBL cannot travel through Peppol, as a reason code; None if it can."""
    addresses = seller_address(paper), buyer_address(paper)
    if not all(address and address.is_in_peppol for address in addresses):
        return why_not(paper) or "electronic_address"  # PEPPOL-EN16931-R010, R020, CL008
    if paper["currency"] in NOT_IN_PEPPOL:
        return why_not(paper) or "newer_currency"
    rule = _NATIONAL.get(paper["seller"]["country_code"])
    return why_not(paper) or ("national" if rule and not rule(paper) else None)


def why_not_xrechnung(paper: Paper) -> str | None:
    """Why there is no XRechnung, as a reason code; None if there is one."""
    seller, buyer = paper["seller"], paper["buyer"]
    if why_not(paper):
        return why_not(paper)
    if not is_leitweg_id(one_line(paper.get("buyer_reference"))):  # BR-DE-15
        return "leitweg"
    if not _has(seller, "phone", "email"):  # BR-DE-5 to BR-DE-7
        return "seller_contact"
    if not _has(seller, "post_code", "city"):  # BR-DE-3, BR-DE-4
        return "seller_address"
    return None if _has(buyer, "post_code", "city") else "buyer_address"  # BR-DE-8, BR-DE-9


def _has(party: Mapping[str, Any], *names: str) -> bool:
    return all(one_line(party.get(name)) for name in names)


def _is_registered(party: Mapping[str, Any]) -> bool:
    """Whether its number of the register is one that its country's rules would take."""
    found = registration(party)
    return found is not None and bool(found.scheme)


def _german(paper: Paper) -> bool:
    """DE-R-002 to DE-R-009, between Germans, from Peppol's release 3.0.18 on."""
    reached = _has(paper["seller"], "phone", "email", "city", "post_code") and _has(paper["buyer"], "city", "post_code")
    return reached or not both_in(paper, "DE")


def _danish(paper: Paper) -> bool:
    """DK-R-002, DK-R-014; DK-R-005 takes no transfer but SEPA between Danes."""
    transfer = paper["currency"] == "EUR" or paper["kind"] == InvoiceKind.CREDIT_NOTE
    return _is_registered(paper["seller"]) and (transfer or not both_in(paper, "DK"))


def _icelandic(paper: Paper) -> bool:
    """IS-R-002 to IS-R-005."""
    parties = [paper["seller"], *([paper["buyer"]] if both_in(paper, "IS") else [])]
    return all(_is_registered(party) and _has(party, "address_line_1", "post_code") for party in parties)


def _italian(paper: Paper) -> bool:
    """IT-R-001 to IT-R-004."""
    seller = paper["seller"]
    registered = (bool(vat_id(seller)) and not is_out_of_scope(paper)) or 11 <= len(
        one_line(seller.get("tax_id"))
    ) <= 16
    return registered and _has(seller, "address_line_1", "city", "post_code")


def _dutch(paper: Paper) -> bool:
    """NL-R-002 to NL-R-005, NL-R-008; a number of another register must not stand there."""
    parties = [paper["seller"], *([paper["buyer"]] if both_in(paper, "NL") else [])]
    payable = paper["kind"] == InvoiceKind.CREDIT_NOTE or bool(one_line(paper["payment"].get("iban")))
    return payable and all(
        _has(party, "address_line_1", "city", "post_code") and _is_registered(party) for party in parties
    )


def _norwegian(paper: Paper) -> bool:
    """NO-R-001."""
    found = vat_id(paper["seller"])
    return not found or bool(re.fullmatch(r"NO[0-9]{9}MVA", found, re.ASCII))


def _swedish(paper: Paper) -> bool:
    """SE-R-001, SE-R-002, SE-R-006."""
    found = vat_id(paper["seller"])
    rates = {tax["rate"] for tax in paper["taxes"] if tax["category"] == Category.STANDARD}
    return not found or (bool(re.fullmatch(r"SE[0-9]{12}", found, re.ASCII)) and rates <= SWEDISH_RATES)


def _greek(_paper: Paper) -> bool:
    """GR-R-001 and GR-R-004 want a number that the Greek tax authority gives to each invoice."""
    return False


_NATIONAL: Mapping[str, Callable[[Paper], bool]] = {
    "DE": _german,
    "DK": _danish,
    "GR": _greek,
    "IS": _icelandic,
    "IT": _italian,
    "NL": _dutch,
    "NO": _norwegian,
    "SE": _swedish,
}
"""Peppol's fatal rules for sellers of one country; whether the paper keeps them."""
