"""Seller (BG-4) and buyer (BG-7) as factur-x names their terms."""

from collections.abc import Mapping
from typing import Any

from milebill.categories import Category
from milebill.outbound.einvoice.addresses import Address, buyer_address, seller_address
from milebill.outbound.einvoice.identifiers import registration, vat_id
from milebill.outbound.einvoice.plain_text import NAMELESS, one_line

Terms = dict[str, Any]


def seller_terms(paper: Mapping[str, Any]) -> Terms:
    """BG-4 with its address (BG-5) and contact (BG-6)."""
    seller = paper["seller"]
    terms = _company(seller, seller_address(paper))
    tax_id = one_line(seller.get("tax_id"))
    if vat_id(seller) and not is_out_of_scope(paper):
        terms["vat_identifier"] = vat_id(seller)  # BT-31
    elif tax_id and seller["country_code"] != "SE":  # SE-R-005 keeps BT-32 for "Godkänd för F-skatt"
        terms["tax_identifier"] = tax_id  # BT-32; BR-O-02 forbids BT-31
    known_as = one_line(paper.get("vendor_number"))
    if not known_as and "vat_identifier" not in terms:
        known_as = tax_id  # BR-CO-26: something that the buyer knows the seller by
    if known_as and not both_in(paper, "DK"):  # DK-R-013 wants a scheme, and the number has none
        terms["identifiers"] = {None: known_as}  # BT-29
    name = one_line(seller.get("name"))
    if name and name != terms["name"]:
        terms["biz_name"] = name  # BT-28
    contact = {
        "name": name or terms["name"],
        "phone": one_line(seller.get("phone")),
        "email": one_line(seller.get("email")),
    }
    terms["contacts"] = [_filled(contact)]  # BT-41, BT-42, BT-43
    return terms


def buyer_terms(paper: Mapping[str, Any]) -> Terms:
    """BG-7 with its address (BG-8) and contact (BG-9)."""
    buyer = paper["buyer"]
    terms = _company(buyer, buyer_address(paper))
    vat, tax_id = vat_id(buyer), one_line(buyer.get("tax_id"))
    if vat and not is_out_of_scope(paper):
        terms["vat_identifier"] = vat  # BT-48
    elif tax_id and not both_in(paper, "DK"):
        terms["identifiers"] = {None: tax_id}  # BT-46: BR-O-02, BR-CO-09 leave no better place
    contact = {"name": one_line(paper.get("contact_name")), "email": one_line(paper.get("contact_email"))}
    if any(contact.values()):
        terms["contacts"] = [_filled(contact)]  # BT-56, BT-58
    return terms


def delivery_terms(paper: Mapping[str, Any]) -> Terms:
    """BG-13 and BG-15: an intra-community supply has to say where it went, BR-IC-12."""
    buyer = paper["buyer"]
    return {"name": name_of(buyer), **_postal(buyer)}


def name_of(party: Mapping[str, Any]) -> str:
    """BT-27, BT-44."""
    return one_line(party["legal_name"]) or NAMELESS


def is_out_of_scope(paper: Mapping[str, Any]) -> bool:
    """Whether it is not subject to VAT: then it names nobody's VAT identifier (BR-O-02)."""
    return any(tax["category"] == Category.OUT_OF_SCOPE for tax in paper["taxes"])


def both_in(paper: Mapping[str, Any], country: str) -> bool:
    """Whether seller and buyer are in this country (ISO 3166): then its own rules hold."""
    return {paper["seller"]["country_code"], paper["buyer"]["country_code"]} == {country}


def _company(party: Mapping[str, Any], address: Address | None) -> Terms:
    terms: Terms = {"name": name_of(party), **_postal(party)}
    found = registration(party)
    if found is not None:
        terms["legal_identifier"] = found.id
        if found.scheme:
            terms["legal_identifier_schemeid"] = found.scheme
    if address is not None:
        terms |= {"einvoicing_addr": address.id, "einvoicing_addr_schemeid": address.scheme}
    return terms


def _postal(party: Mapping[str, Any]) -> Terms:
    return _filled(
        {
            "addr_l1": one_line(party.get("address_line_1")),
            "addr_l2": one_line(party.get("address_line_2")),
            "city": one_line(party.get("city")),
            "postcode": one_line(party.get("post_code")),
            "country_subdivision": one_line(party.get("country_subdivision")),
            "country_code": party["country_code"],
        }
    )


def _filled(terms: Terms) -> Terms:
    """An empty element is none (PEPPOL-EN16931-R008)."""
    return {name: value for name, value in terms.items() if value}
