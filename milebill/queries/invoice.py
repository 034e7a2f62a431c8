"""One invoice on the supplier's side: where it belongs, and the payments for it. The sheet is invoice_page's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, bindparam, select

from milebill.errors import NotFound
from milebill.models import Client, Invoice, InvoiceKind, InvoiceVersion, Payment, PaymentKind, Project

_INVOICE = (
    select(
        Invoice.id,
        Invoice.kind,
        Invoice.number,
        Invoice.currency,
        Invoice.gross,
        Invoice.paid,
        Invoice.credited,
        Project.id.label("project_id"),
        Project.quote_id,
        Project.title.label("project"),
        Client.name.label("client"),
        InvoiceVersion.contact_name,
        InvoiceVersion.contact_email,
    )
    .join(Project, Project.id == Invoice.project_id)
    .join(Client, Client.id == Project.client_id)
    .join(InvoiceVersion, (InvoiceVersion.invoice_id == Invoice.id) & (InvoiceVersion.number == Invoice.version))
    .where(Invoice.id == bindparam("invoice_id"), Invoice.workspace_id == bindparam("workspace_id"))
)
_PAYMENTS = (
    select(Payment.id, Payment.kind, Payment.amount, Payment.received_on, Payment.reference, Payment.reverses_id)
    .where(Payment.invoice_id == bindparam("invoice_id"))
    .order_by(Payment.id)
)


@dataclass(frozen=True)
class InvoicePlace:
    """Where an invoice belongs, and what is still open, in minor units."""

    id: int
    kind: str
    number: str
    currency: str
    gross: int
    paid: int
    credited: int
    project_id: int
    quote_id: int
    project: str
    client: str
    contact_name: str
    contact_email: str

    @property
    def is_credit_note(self) -> bool:
        """Whether it takes something back, and asks for nothing."""
        return self.kind == InvoiceKind.CREDIT_NOTE

    @property
    def is_in_chain(self) -> bool:
        """Whether a credit note has to do with it, so that other documents belong to it."""
        return bool(self.credited) or self.kind in {InvoiceKind.CREDIT_NOTE, InvoiceKind.CORRECTED}

    @property
    def can_credit(self) -> bool:
        """Whether something of it is left to be credited."""
        return not self.is_credit_note and self.credited < self.gross

    @property
    def can_correct(self) -> bool:
        """Whether it may be reissued for another buyer: nothing of it was credited."""
        return not self.is_credit_note and not self.credited

    @property
    def open_amount(self) -> int:
        """What is still to be paid; never below nothing."""
        return max(self.gross - self.credited - self.paid, 0)

    @property
    def overpaid(self) -> int:
        """What came in beyond what is asked for; a credit note asks for nothing, and gets nothing."""
        return 0 if self.is_credit_note else max(self.paid + self.credited - self.gross, 0)


def load_invoice_place(connection: Connection, workspace_id: int, invoice_id: int) -> InvoicePlace:
    """The workspace's invoice. Raises NotFound."""
    keys = {"invoice_id": invoice_id, "workspace_id": workspace_id}
    row = connection.execute(_INVOICE, keys).mappings().one_or_none()
    if row is None:
        raise NotFound
    return InvoicePlace(**row)


@dataclass(frozen=True)
class ListedPayment:
    """Money that came in, or went back (negative)."""

    id: int
    kind: str
    amount: int
    received_on: date
    reference: str
    can_undo: bool


def load_payments(connection: Connection, invoice_id: int) -> Sequence[ListedPayment]:
    """The payments of an invoice that `load_invoice_place` found, oldest first."""
    rows = connection.execute(_PAYMENTS, {"invoice_id": invoice_id}).all()
    undone = {row.reverses_id for row in rows}
    return [
        ListedPayment(
            row.id, row.kind, row.amount, row.received_on, row.reference, row.kind in _UNDONE and row.id not in undone
        )
        for row in rows
    ]


_UNDONE = (PaymentKind.PAYMENT, PaymentKind.REFUND)
"""A reversal is final, and what a correction moved stays with it."""
