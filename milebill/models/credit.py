from datetime import datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint, bindparam, func, select
from sqlalchemy.orm import Mapped, mapped_column

from milebill.clock import now
from milebill.db import Id, Model, Moment
from milebill.models.invoice import InvoiceTax


class Credit(Model):
    """What a credit note takes back, and the corrected invoice, if one takes the place of what was taken back."""

    __tablename__ = "credit"
    __table_args__ = (UniqueConstraint("invoice_id"), UniqueConstraint("corrected_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    """The credit note."""
    credited_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    """The invoice that it credits, whole or in part."""
    corrected_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"))
    """The invoice that takes its place."""
    reason: Mapped[str] = mapped_column(Text)
    """As it is printed on the credit note."""
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


_TAXED = (
    InvoiceTax.tax_group,
    InvoiceTax.nth,
    InvoiceTax.label,
    InvoiceTax.category,
    InvoiceTax.rate,
    InvoiceTax.reason_code,
    InvoiceTax.reason,
)
LEFT_OF_INVOICE = (
    select(*_TAXED, func.sum(InvoiceTax.net).label("net"), func.sum(InvoiceTax.tax).label("tax"))
    .where(
        (InvoiceTax.invoice_id == bindparam("invoice_id"))
        | InvoiceTax.invoice_id.in_(select(Credit.invoice_id).where(Credit.credited_id == bindparam("invoice_id")))
    )
    .group_by(*_TAXED)
    .having(func.sum(InvoiceTax.net) > 0)
    .order_by(InvoiceTax.tax_group, InvoiceTax.nth)
)
"""What its credit notes have left of an invoice: a row for each tax of each group of which something is left."""
