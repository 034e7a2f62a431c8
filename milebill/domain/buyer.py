"""Who is invoiced, as the approver gives it with an acceptance."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from milebill.categories import BETWEEN_TAX_IDS, is_untaxed_between
from milebill.domain.billing_needs import Needs
from milebill.errors import Invalid
from milebill.models.party import PARTY_FIELDS, Snapshot

LIMITS = {"post_code": 40, "city": 120, "country_subdivision": 120, "country_code": 2, "tax_id": 40}
"""Signs in a party's fields; 200 in the others."""
REQUIRED_OF_BUYER = ("legal_name", "address_line_1", "city", "country_code")
"""Directive 2006/112/EC, art. 226 (5): the customer's full name and address."""


@dataclass(frozen=True)
class Buyer:
    """Who is invoiced, as the approver gives it with the acceptance."""

    party: Snapshot
    purchase_order_number: str = ""
    buyer_reference: str = ""
    needs: Needs = field(default_factory=Needs)

    def check(self, offer: Mapping[str, Any]) -> None:
        """Raises Invalid for what the offer's invoices could not be issued without.

        Reverse charge and intra-community supplies need the buyer's tax id, in another country of the EU (BR-AE-02,
        BR-IC-02): nothing is taxed anew here, the supplier has to offer it anew.
        """
        errors = {name: "required" for name in REQUIRED_OF_BUYER if not str(self.party.get(name, "")).strip()}
        long = (name for name in PARTY_FIELDS if len(self.party.get(name, "")) > LIMITS.get(name, 200))
        errors |= dict.fromkeys(long, "too_long")
        if any(tax["category"] in BETWEEN_TAX_IDS for tax in offer["taxes"]):
            country = str(self.party.get("country_code", "")).strip()
            if not str(self.party.get("tax_id", "")).strip():
                errors["tax_id"] = "required"
            if country and not is_untaxed_between(offer["seller"]["country_code"], country):
                errors["country_code"] = "category"
        try:
            self.needs.read()
        except Invalid as error:
            errors |= error.errors
        if errors:
            raise Invalid(errors)

    def snapshot(self) -> Snapshot:
        """Every field of a party, stripped."""
        return {name: str(self.party.get(name, "")).strip() for name in PARTY_FIELDS}

    def terms(self) -> dict[str, Any]:
        """As the first of two signatures keeps it, for the second to sign; read by `buyer_of`."""
        return {
            "buyer": self.snapshot(),
            "purchase_order_number": self.purchase_order_number.strip(),
            "buyer_reference": self.buyer_reference.strip(),
            "needs": asdict(self.needs),
        }


def buyer_of(terms: Mapping[str, Any]) -> Buyer:
    """What the first of two gave with their signature."""
    needs = Needs(**terms["needs"])
    return Buyer(terms["buyer"], terms["purchase_order_number"], terms["buyer_reference"], needs)
