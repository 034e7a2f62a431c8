from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from milebill.clock import now
from milebill.db import Id, Model, Moment


class PaymentKind(StrEnum):
    """Money that came in; its reversal; money given back; money that a correction carries from invoice to invoice."""

    PAYMENT = "payment"
    REVERSAL = "reversal"
    REFUND = "refund"
    MOVED = "moved"


class Payment(Model):
    """Money that came in for an invoice, or went back. Never edited: a wrong entry is undone by a reversing one."""

    __tablename__ = "payment"
    __table_args__ = (UniqueConstraint("invoice_id", "once"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    kind: Mapped[str] = mapped_column(String(10), default=PaymentKind.PAYMENT)
    amount: Mapped[int] = mapped_column(BigInteger)
    """Minor units; negative for what went back."""
    received_on: Mapped[date] = mapped_column(Date)
    reference: Mapped[str] = mapped_column(String(140), default="")
    once: Mapped[str] = mapped_column(String(40))
    """The form's own key: a double click books once."""
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime] = mapped_column(Moment, default=now)
