"""What /i/<token> shows: one invoice as it was issued, with what was amended and paid since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, select

from milebill.db import reading
from milebill.errors import NotFound
from milebill.models import Document, DocumentKind, Invoice, InvoiceVersion, Project, Workspace
from milebill.models.invoice import invoice_state
from milebill.queries.client_page import Supplier
from milebill.queries.client_schedule import Paper, paper

_INVOICE = (
    select(
        Invoice.number,
        Invoice.kind,
        Invoice.currency,
        Invoice.issued_on,
        Invoice.due_on,
        Invoice.gross,
        Invoice.paid,
        Invoice.credited,
        Invoice.settled_on,
        Invoice.content,
        Invoice.content_hash,
        InvoiceVersion.purchase_order_number,
        InvoiceVersion.buyer_reference,
        Workspace.name,
        Workspace.logo_sha256,
        Workspace.brand_colour,
        Workspace.country_code,
        Document.id.label("document_id"),
        Document.state.label("document_state"),
    )
    .join(Project, Project.id == Invoice.project_id)
    .join(Workspace, Workspace.id == Invoice.workspace_id)
    .join(InvoiceVersion, and_(InvoiceVersion.invoice_id == Invoice.id, InvoiceVersion.number == Invoice.version))
    .outerjoin(Document, and_(Document.kind == DocumentKind.INVOICE.value, Document.subject_id == InvoiceVersion.id))
    .where(Invoice.id == bindparam("invoice_id"), Project.quote_id == bindparam("quote_id"))
)


@dataclass(frozen=True, slots=True)
class InvoicePage:
    """An invoice. Amounts are minor units; `content` is what domain/invoicing.py froze and hashed."""

    number: str
    kind: str
    currency: str
    issued_on: date
    due_on: date
    gross: int
    paid: int
    credited: int
    settled_on: date | None
    state: str
    content: Mapping[str, Any]
    content_hash: str
    purchase_order_number: str
    buyer_reference: str
    supplier: Supplier
    paper: Paper | None

    @property
    def open_amount(self) -> int:
        """What is still to be paid; never below nothing."""
        return max(self.gross - self.credited - self.paid, 0)

    @property
    def overpaid(self) -> int:
        """What came in beyond what is asked for; a credit note asks for nothing, and gets nothing."""
        return max(self.paid + self.credited - self.gross, 0) if self.gross > 0 else 0


def load_invoice_page(quote_id: int, invoice_id: int, today: date) -> InvoicePage:
    """An invoice of this quote with its state on `today`. Raises NotFound."""
    with reading() as connection:
        row = connection.execute(_INVOICE, {"invoice_id": invoice_id, "quote_id": quote_id}).one_or_none()
    if row is None:
        raise NotFound
    return InvoicePage(
        number=row.number,
        kind=row.kind,
        currency=row.currency,
        issued_on=row.issued_on,
        due_on=row.due_on,
        gross=row.gross,
        paid=row.paid,
        credited=row.credited,
        settled_on=row.settled_on,
        state=invoice_state(row.gross, row.paid, row.due_on, today, row.credited),
        content=row.content,
        content_hash=row.content_hash,
        purchase_order_number=row.purchase_order_number,
        buyer_reference=row.buyer_reference,
        supplier=Supplier(row.name, row.logo_sha256, row.brand_colour, row.country_code),
        paper=paper(row.document_id, row.document_state),
    )
