from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from milebill.canonical import digest
from milebill.clock import now
from milebill.db import Id, Model, Moment
from milebill.models.party import PARTY_FIELDS, Snapshot

AMENDABLE = ("purchase_order_number", "buyer_reference", "cost_centre", "contact_name", "contact_email")
"""BT-13, BT-10, BT-19 and the buyer's contact (BG-9): no total depends on them."""


class InvoiceVersion(Model):
    """The fields of an invoice that no total depends on and that accounts payable may amend, each time anew."""

    __tablename__ = "invoice_version"
    __table_args__ = (UniqueConstraint("invoice_id", "number"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    number: Mapped[int] = mapped_column(Integer, default=1)
    purchase_order_number: Mapped[str] = mapped_column(String(80), default="")
    buyer_reference: Mapped[str] = mapped_column(String(80), default="")
    cost_centre: Mapped[str] = mapped_column(String(80), default="")
    contact_name: Mapped[str] = mapped_column(String(200), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    buyer: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The buyer, where the seller's law lets it be amended; else None, and the frozen content's stands."""
    restored_from: Mapped[int | None] = mapped_column(Integer)
    """The number of the version whose fields it brought back."""
    side: Mapped[str] = mapped_column(String(10), default="supplier")
    """"client" or "supplier"."""
    name: Mapped[str] = mapped_column(String(200), default="")
    """Who amended it, as typed."""
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    """What the next one who amends has seen; "" for versions from before amendments."""
    amended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)

    def fields(self) -> dict[str, str]:
        """What can be amended, by the names of AMENDABLE."""
        return {name: getattr(self, name) for name in AMENDABLE}

    def shown_hash(self) -> str:
        """What somebody has seen who amends it or restores another."""
        return version_hash(self.number, self.fields(), self.buyer)


def version_hash(number: int, fields: Mapping[str, str], buyer: Snapshot | None) -> str:
    """The hash of a version's content; two versions that say the same differ by their number."""
    return digest({"number": number, "buyer": buyer, **fields})


Change = tuple[str, str, str]
"""A field's name, what it was, what it is."""


def changes(older: Mapping[str, Any], newer: Mapping[str, Any], names: tuple[str, ...] = AMENDABLE) -> list[Change]:
    """Which of the fields `names` differ, in their order."""
    return [(name, older[name], newer[name]) for name in names if older[name] != newer[name]]


def buyer_changes(older: Snapshot, newer: Snapshot) -> list[Change]:
    """Which fields of the buyer differ, of two whole snapshots."""
    pairs = ((name, older.get(name, ""), newer.get(name, "")) for name in PARTY_FIELDS)
    return [(name, old, new) for name, old, new in pairs if old != new]
