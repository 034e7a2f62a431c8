"""What EN 16931 cannot say, or what a paper lacks for it, as reason codes; sentences.py has the words."""

from collections.abc import Mapping
from typing import Any

from milebill.categories import Category
from milebill.money import exponent
from milebill.outbound.einvoice.identifiers import registration, vat_id
from milebill.outbound.einvoice.plain_text import one_line

Paper = Mapping[str, Any]

MAX_DECIMALS = 2
"""Of every amount on a document (BR-DEC-…)."""
UNLISTED = frozenset({"VED", "XAD", "XCG", "ZWG"})
"""Currencies that are younger than the rules' copy of ISO 4217 (BR-CL-04)."""
NO_ISO_CODE = frozenset({"XK"})
"""Countries whose code is in use without being in ISO 3166 (BR-CL-14)."""
_NEEDS_VAT_ID = frozenset({Category.INTRA_COMMUNITY, Category.EXPORT})


def why_not(paper: Paper) -> str | None:
    """Why there is no e-invoice at all, as a reason code; None if there is one."""
    return next((code for code, applies in _REASONS.items() if applies(paper)), None)


def _categories(paper: Paper) -> set[str]:
    return {tax["category"] for tax in paper["taxes"]}


def _has_too_many_decimals(paper: Paper) -> bool:
    return exponent(paper["currency"]) > MAX_DECIMALS


def _has_no_currency(paper: Paper) -> bool:
    return paper["currency"] in UNLISTED


def _has_no_country(paper: Paper) -> bool:
    return bool({paper["seller"]["country_code"], paper["buyer"]["country_code"]} & NO_ISO_CODE)


def _has_two_taxes(paper: Paper) -> bool:
    return any(tax.get("nth", 1) > 1 for tax in paper["taxes"])


def _has_sales_tax(paper: Paper) -> bool:
    """The breakdown (BG-23) is of VAT and taxes like it, which a buyer may deduct; a sales tax nobody may."""
    return paper["seller"]["country_code"] == "US" and Category.STANDARD in _categories(paper)


def _mixes_scopes(paper: Paper) -> bool:
    """BR-O-11: what is not subject to VAT stands alone."""
    return Category.OUT_OF_SCOPE in _categories(paper) and len(_categories(paper)) > 1


def _repeats_a_tax(paper: Paper) -> bool:
    """BR-CO-18 and BR-S-08: there is one entry for each category and rate, and two that were rounded by themselves
    cannot be made one without moving a cent."""
    found = [(tax["category"], tax["rate"]) for tax in paper["taxes"]]
    return len(set(found)) < len(found)


def _seller_is_unknown(paper: Paper) -> bool:
    """BR-S-02, BR-Z-02, BR-E-02 and BR-AE-02 want one of its tax ids, BR-IC-02 and BR-G-02 the VAT identifier,
    BR-CO-26 anything."""
    seller, categories = paper["seller"], _categories(paper)
    if categories & _NEEDS_VAT_ID:
        return not vat_id(seller)
    if categories == {Category.OUT_OF_SCOPE} and registration(seller) is not None:
        return False
    return not one_line(seller.get("tax_id"))


def _buyer_is_unknown(paper: Paper) -> bool:
    """BR-AE-02 wants the buyer's VAT identifier or its number of a register, BR-IC-02 the former."""
    buyer, categories = paper["buyer"], _categories(paper)
    if vat_id(buyer):
        return False
    nameless = Category.REVERSE_CHARGE in categories and registration(buyer) is None
    return nameless or Category.INTRA_COMMUNITY in categories


_REASONS = {
    "decimals": _has_too_many_decimals,
    "currency": _has_no_currency,
    "country": _has_no_country,
    "two_taxes": _has_two_taxes,
    "sales_tax": _has_sales_tax,
    "mixed_scope": _mixes_scopes,
    "same_tax": _repeats_a_tax,
    "seller_tax_id": _seller_is_unknown,
    "buyer_tax_id": _buyer_is_unknown,
}
"""Reason codes in the order in which they are asked."""
