"""The VAT categories of EN 16931 (BT-151): what is proposed for two countries, and the reasons they need.

A proposal for services, and always overridable: goods, exemptions and the seller's own registrations abroad are what
only the seller knows.
"""

from enum import StrEnum
from typing import NamedTuple


class Category(StrEnum):
    """BT-151, the codes of UNTDID 5305 that EN 16931 allows. A reduced rate is S with another rate."""

    STANDARD = "S"
    ZERO = "Z"
    EXEMPT = "E"
    REVERSE_CHARGE = "AE"
    INTRA_COMMUNITY = "K"
    EXPORT = "G"
    OUT_OF_SCOPE = "O"


class Reason(NamedTuple):
    """Why no tax is charged: BT-121, a code of the list VATEX, and BT-120, its words. Both may be empty."""

    code: str = ""
    text: str = ""


class Proposal(NamedTuple):
    """A category with the reason that it needs."""

    category: Category
    reason: Reason


REASONS = {
    Category.REVERSE_CHARGE: Reason("VATEX-EU-AE", "Reverse charge"),
    Category.INTRA_COMMUNITY: Reason("VATEX-EU-IC", "Intra-Community supply"),
    Category.EXPORT: Reason("VATEX-EU-G", "Export outside the EU"),
    Category.OUT_OF_SCOPE: Reason("VATEX-EU-O", "Not subject to VAT"),
}
"""What is printed unless somebody words it in another way. S and Z have none (BR-S-10, BR-Z-10)."""

SMALL_BUSINESS = {
    "AT": "No VAT is charged: small business, § 6 (1) no. 27 UStG",
    "DE": "No VAT is charged: small business, § 19 UStG",
    "FR": "TVA non applicable, art. 293 B du CGI",
}
"""The words that a seller below the threshold must print; where we do not know them, they are typed."""

WITHOUT_TAX = frozenset(Category) - {Category.STANDARD}
"""Categories whose rate is 0 and that have no second tax."""

BETWEEN_TAX_IDS = frozenset({Category.REVERSE_CHARGE, Category.INTRA_COMMUNITY})
"""Both parties must state their tax ids (BR-AE-02, BR-IC-02), and be in different countries of the EU."""

EU = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip
_TAXED_AT_HOME = frozenset({"CH", "GB", "NO"})

DEDUCTS, OWN_SHARE = "deducts", "own_share"
_DEDUCT = frozenset({"AT", "DE", "FR", "LU"})


def final_invoice_of(country: str) -> str:
    """How a final invoice is usually written in the seller's country: "deducts" (Schlussrechnung, facture de solde)
    or "own_share"."""
    return DEDUCTS if country in _DEDUCT else OWN_SHARE


def proposed(seller: str, buyer: str, *, registered: bool, buyer_tax_id: str) -> Proposal:
    """The category to begin with for services between two countries (ISO 3166 codes; buyer "" if nobody knows yet).

    Directive 2006/112/EC, art. 44 and 196: services to a business abroad are taxed there, by the reverse charge
    within the EU. S says "taxed as usual"; with a rate of 0 it becomes Z.
    """
    category = _between(seller, buyer or seller, business=bool(buyer_tax_id))
    if not registered:
        category = Category.EXEMPT if seller in EU or seller == "GB" else Category.OUT_OF_SCOPE
    return Proposal(category, default_reason(category, seller))


def _between(seller: str, buyer: str, *, business: bool) -> Category:
    if seller in (buyer, "US"):
        return Category.STANDARD
    if seller in EU:
        if buyer in EU:
            return Category.REVERSE_CHARGE if business else Category.STANDARD
        return Category.OUT_OF_SCOPE
    return Category.OUT_OF_SCOPE if seller in _TAXED_AT_HOME else Category.ZERO


def default_reason(category: Category, seller: str = "") -> Reason:
    """The reason that the category is printed with if nobody gave another one; empty where it needs none or is
    the seller's to word."""
    if category == Category.EXEMPT:
        return Reason(text=SMALL_BUSINESS.get(seller, ""))
    return REASONS.get(category, Reason())


def is_untaxed_between(seller: str, buyer: str) -> bool:
    """Whether AE and K are possible at all: two different countries of the EU."""
    return seller in EU and buyer in EU and seller != buyer


def buyer_is_amendable(seller: str) -> bool:
    """Whether a new name or address of the buyer may be an amendment, because they are no statutory content there."""
    return seller == "US"
