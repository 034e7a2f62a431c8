from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from milebill.clock import now
from milebill.db import Id, Model, Moment

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
