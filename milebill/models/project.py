from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from milebill.clock import now
from milebill.db import Id, Model, Moment


class Project(Model):
    """What an accepted quote became: the schedule, what was contracted and what of it is billed."""

    __tablename__ = "project"
    __table_args__ = (UniqueConstraint("quote_id"),)  # behind "accepted exactly once"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"), index=True)
    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    currency: Mapped[str] = mapped_column(String(3))
    payment_terms_days: Mapped[int] = mapped_column(Integer)
    buyer: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The buyer's snapshot as the approver gave it (see models/party.py)."""
    purchase_order_number: Mapped[str] = mapped_column(String(80), default="")
    buyer_reference: Mapped[str] = mapped_column(String(80), default="")
    cost_centre: Mapped[str] = mapped_column(String(80), default="")
    vendor_number: Mapped[str] = mapped_column(String(80), default="")
    final_invoice: Mapped[str] = mapped_column(String(10), default="own_share")
    """"own_share", or "deducts": the final invoice lists the whole contract less what was billed before."""
    second_approval: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Who has to approve what costs more, as the accepted quote names them (models/two_approvers.py)."""
    clauses: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """The clauses of the accepted quote, in the form of its content (domain/offer.py); empty of older ones."""
    net: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger)
    gross: Mapped[int] = mapped_column(BigInteger)
    billed_net: Mapped[int] = mapped_column(BigInteger, default=0)
    billed_tax: Mapped[int] = mapped_column(BigInteger, default=0)
    billed_gross: Mapped[int] = mapped_column(BigInteger, default=0)
    credited_net: Mapped[int] = mapped_column(BigInteger, default=0)
    credited_tax: Mapped[int] = mapped_column(BigInteger, default=0)
    credited_gross: Mapped[int] = mapped_column(BigInteger, default=0)
    """What of the billed sums was given back and may not be billed again: billed less credited is what is asked for."""
    accepted_at: Mapped[datetime] = mapped_column(Moment, default=now)

    def billed_with(self, net: int, tax: int) -> dict[str, int]:
        """The sums once an invoice of this net and tax (minor units) is counted."""
        return {
            "billed_net": self.billed_net + net,
            "billed_tax": self.billed_tax + tax,
            "billed_gross": self.billed_gross + net + tax,
        }

    def credited_with(self, net: int, tax: int) -> dict[str, int]:
        """The sums once a credit note over this net and tax (positive minor units) is counted."""
        return {
            "credited_net": self.credited_net + net,
            "credited_tax": self.credited_tax + tax,
            "credited_gross": self.credited_gross + net + tax,
        }


class TaxGroup(Model):
    """What of the accepted quote is taxed alike, by one tax or two of the same net; amounts are kept per milestone."""

    __tablename__ = "tax_group"
    __table_args__ = (UniqueConstraint("project_id", "position"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    position: Mapped[int] = mapped_column(Integer)
    """0 … n, the `group` of contents."""
    label: Mapped[str] = mapped_column(String(40))
    category: Mapped[str] = mapped_column(String(2))
    """EN 16931 BT-151: S standard, Z zero, E exempt, O outside of scope …"""
    rate: Mapped[int] = mapped_column(Integer)
    """Thousandths of a percent."""
    reason_code: Mapped[str] = mapped_column(String(30), default="")
    """BT-121, a code of the list VATEX, where no tax is charged."""
    reason: Mapped[str] = mapped_column(Text, default="")
    """BT-120, in words."""
    second_label: Mapped[str] = mapped_column(String(40), default="")
    second_rate: Mapped[int] = mapped_column(Integer, default=0)
    """Thousandths of a percent of the same net (PST beside GST); 0 if there is no second tax."""
