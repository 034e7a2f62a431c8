from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from milebill.clock import now
from milebill.db import Id, Model, Moment


class InvoiceKind(StrEnum):
    """Why it was issued; final is the one that leaves nothing unbilled."""

    DEPOSIT = "deposit"
    MILESTONE = "milestone"
    FINAL = "final"


class Invoice(Model):
    """What was issued stays: money, lines, number, dates and parties never change. Only `paid` grows."""

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        UniqueConstraint("workspace_id", "cause", name="uq_invoice_cause"),
        Index("ix_invoice_open", "workspace_id", "settled_on", "due_on", "currency", "gross", "paid"),
        Index("ix_invoice_workspace_id_id", "workspace_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestone.id"), index=True)
    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipt.id"))
    cause: Mapped[str] = mapped_column(String(60))
    """What issued it, once: "acceptance:<milestone>" or "sign_off:<submission>"."""
    number: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(12))
    currency: Mapped[str] = mapped_column(String(3))
    issued_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    net: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger)
    gross: Mapped[int] = mapped_column(BigInteger)
    paid: Mapped[int] = mapped_column(BigInteger, default=0)
    settled_on: Mapped[date | None] = mapped_column(Date)
    """The day of the payment that left nothing open."""
    version: Mapped[int] = mapped_column(Integer, default=1)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    content_hash: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime] = mapped_column(Moment, default=now)

    @property
    def open_amount(self) -> int:
        """What is still to be paid, in minor units; negative when more came in than was asked for."""
        return self.gross - self.paid

    def receive(self, amount: int, received_on: date) -> None:
        """Count a payment of `amount` minor units (negative for a reversal)."""
        self.paid += amount
        self.settled_on = received_on if self.paid >= self.gross else None


def invoice_state(gross: int, paid: int, due_on: date, today: date) -> str:
    """ "paid", "overdue", "part_paid" or "open": derived, never stored."""
    if paid >= gross:
        return "paid"
    if due_on < today:
        return "overdue"
    return "part_paid" if paid > 0 else "open"


class InvoiceLine(Model):
    """One line per milestone and tax group (BG-25)."""

    __tablename__ = "invoice_line"
    __table_args__ = (UniqueConstraint("invoice_id", "position"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    position: Mapped[int] = mapped_column(Integer)
    description: Mapped[str] = mapped_column(Text)
    net: Mapped[int] = mapped_column(BigInteger)
    tax_label: Mapped[str] = mapped_column(String(40))
    tax_category: Mapped[str] = mapped_column(String(2))
    tax_rate: Mapped[int] = mapped_column(Integer)


class InvoiceTax(Model):
    """The tax breakdown (BG-23): rounded once per group."""

    __tablename__ = "invoice_tax"
    __table_args__ = (UniqueConstraint("invoice_id", "position"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    position: Mapped[int] = mapped_column(Integer)
    label: Mapped[str] = mapped_column(String(40))
    category: Mapped[str] = mapped_column(String(2))
    rate: Mapped[int] = mapped_column(Integer)
    net: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger)
