"""The five reasons for which accounts departments send an invoice back, each looked at before there is one."""

from dataclasses import dataclass
from enum import StrEnum

from milebill.categories import BETWEEN_TAX_IDS, EU
from milebill.electronic_address import is_leitweg_id
from milebill.models.party import Snapshot

ENTITY = ("legal_name", "address_line_1", "city", "country_code")


class Reason(StrEnum):
    """Why an invoice comes back."""

    PURCHASE_ORDER = "purchase_order"
    ENTITY = "entity"
    TAX_ID = "tax_id"
    FORMAT = "format"
    DUPLICATE = "duplicate"


@dataclass(frozen=True)
class Check:
    """One reason, and whether it is out of the way; nothing is refused over one that is not."""

    reason: Reason
    ok: bool


@dataclass(frozen=True)
class Situation:
    """What an invoice would be issued with."""

    buyer: Snapshot
    purchase_order_number: str
    po_required: bool
    invoice_format: str
    categories: frozenset[str]
    """Tax categories (BT-151) of the contract."""
    tax_id_is_right: bool
    """Whether the check digits are, as far as they are known; an empty one is right."""
    has_twin: bool
    """Whether something alike was billed not long ago."""
    buyer_reference: str = ""

    @property
    def needs_tax_id(self) -> bool:
        """Within the EU a buyer's accounts expect theirs; without it nothing moves untaxed (BR-AE-02, BR-IC-02)."""
        return self.buyer.get("country_code") in EU or bool(self.categories & BETWEEN_TAX_IDS)


def checks(found: Situation) -> tuple[Check, ...]:
    """All five, in the order in which they are read."""
    tax_id = str(found.buyer.get("tax_id", "")).strip()
    return (
        Check(Reason.PURCHASE_ORDER, bool(found.purchase_order_number.strip()) or not found.po_required),
        Check(Reason.ENTITY, all(str(found.buyer.get(name, "")).strip() for name in ENTITY)),
        Check(Reason.TAX_ID, found.tax_id_is_right and (bool(tax_id) or not found.needs_tax_id)),
        Check(Reason.FORMAT, found.invoice_format != "xrechnung" or is_leitweg_id(found.buyer_reference)),
        Check(Reason.DUPLICATE, not found.has_twin),
    )
