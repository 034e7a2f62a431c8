from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from milebill.clock import now
from milebill.db import Id, Model, Moment


class InvoiceKind(StrEnum):
    """Why it was issued; final is the one that leaves nothing unbilled.

    A corrected one takes the place of an invoice that a credit note cancelled.
    """

    DEPOSIT = "deposit"
    MILESTONE = "milestone"
    FINAL = "final"
    CREDIT_NOTE = "credit_note"
    CORRECTED = "corrected"


class Invoice(Model):
    """What was issued stays: money, lines, number, dates and parties never change. Only `paid` and `credited` do.

    A credit note is a row too, with negative columns and the positive content that it prints (UNTDID 1001: 381), so
    that sums over the table are what is asked for.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        UniqueConstraint("workspace_id", "cause", name="uq_invoice_cause"),
        Index("ix_invoice_open", "workspace_id", "settled_on", "due_on", "currency", "gross", "paid", "credited"),
        Index("ix_invoice_workspace_id_id", "workspace_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestone.id"), index=True)
    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipt.id"))
    cause: Mapped[str] = mapped_column(String(60))
    """What issued it, once: "acceptance:<milestone>", "sign_off:<submission>", "credit:<invoice>:<key>" …"""
    number: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(12))
    currency: Mapped[str] = mapped_column(String(3))
    issued_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    net: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger)
    gross: Mapped[int] = mapped_column(BigInteger)
    paid: Mapped[int] = mapped_column(BigInteger, default=0)
    credited: Mapped[int] = mapped_column(BigInteger, default=0)
    """The gross of its credit notes, as a positive sum."""
    settled_on: Mapped[date | None] = mapped_column(Date)
    """The day of the payment or the credit note that left nothing open; a credit note's own day."""
    version: Mapped[int] = mapped_column(Integer, default=1)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    content_hash: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime] = mapped_column(Moment, default=now)

    @property
    def open_amount(self) -> int:
        """What is still to be paid, in minor units; negative when more came in than is asked for."""
        return self.gross - self.credited - self.paid

    def can_amend(self) -> bool:
        """Whether the fields that no total depends on may still be amended: once it is settled, nobody needs them."""
        return self.kind != InvoiceKind.CREDIT_NOTE and self.settled_on is None

    def receive(self, amount: int, received_on: date) -> None:
        """Count a payment of `amount` minor units (negative for money that went back)."""
        self.paid += amount
        self._settle(received_on)

    def credit(self, amount: int, credited_on: date) -> None:
        """Count a credit note over `amount` minor units (positive)."""
        self.credited += amount
        self._settle(credited_on)

    def _settle(self, day: date) -> None:
        if self.open_amount > 0:
            self.settled_on = None
        elif self.settled_on is None:  # a refund of what was too much does not make it paid later
            self.settled_on = day


def invoice_state(gross: int, paid: int, due_on: date, today: date, credited: int = 0) -> str:
    """ "credit_note", "credited", "paid", "overdue", "part_paid", "part_credited" or "open": derived, never stored."""
    if gross < 0:
        return "credit_note"
    if credited >= gross:
        return "credited"
    if paid + credited >= gross:
        return "paid"
    if due_on < today:
        return "overdue"
    if paid > 0:
        return "part_paid"
    return "part_credited" if credited > 0 else "open"


class InvoiceLine(Model):
    """One line per milestone and tax group (BG-25); a final one that deducts has the contract's lines besides."""

    __tablename__ = "invoice_line"
    __table_args__ = (UniqueConstraint("invoice_id", "position"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(10), default="share")
    """"share"; or "contract" and "deduction", which are told apart only on a final invoice that deducts."""
    tax_group: Mapped[int] = mapped_column(Integer, default=0)
    """TaxGroup.position."""
    description: Mapped[str] = mapped_column(Text)
    net: Mapped[int] = mapped_column(BigInteger)
    tax_label: Mapped[str] = mapped_column(String(40))
    tax_category: Mapped[str] = mapped_column(String(2))
    tax_rate: Mapped[int] = mapped_column(Integer)


class InvoiceTax(Model):
    """The tax breakdown (BG-23), an entry for each tax of a group: rounded once, by itself.

    Both entries of a group with two taxes state the same net: sums over `net` count those with `nth` 1.
    """

    __tablename__ = "invoice_tax"
    __table_args__ = (UniqueConstraint("invoice_id", "position"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    position: Mapped[int] = mapped_column(Integer)
    tax_group: Mapped[int] = mapped_column(Integer, default=0)
    """TaxGroup.position."""
    nth: Mapped[int] = mapped_column(Integer, default=1)
    """1, or 2 for the group's second tax."""
    label: Mapped[str] = mapped_column(String(40))
    category: Mapped[str] = mapped_column(String(2))
    rate: Mapped[int] = mapped_column(Integer)
    reason_code: Mapped[str] = mapped_column(String(30), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    net: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger)
