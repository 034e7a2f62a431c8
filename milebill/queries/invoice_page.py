"""What /i/<token> shows: one invoice as it was issued, with what was amended and paid since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from milebill.db import reading
from milebill.errors import NotFound
from milebill.models import Client, Credit, Invoice, Project, Workspace
from milebill.models.invoice import invoice_state
from milebill.queries.client_page import Supplier
from milebill.queries.client_schedule import Paper
from milebill.queries.client_thread import Said, load_thread
from milebill.queries.corrections import Requested, load_last_request
from milebill.queries.invoice_versions import Version, load_versions

_SUCCESSOR = aliased(Invoice)
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
        _SUCCESSOR.id.label("successor_id"),
        _SUCCESSOR.number.label("successor"),
        Project.gross.label("contracted"),
        Project.billed_gross,
        Client.invoice_format,
        Workspace.name,
        Workspace.logo_sha256,
        Workspace.brand_colour,
        Workspace.country_code,
    )
    .join(Project, Project.id == Invoice.project_id)
    .join(Client, Client.id == Project.client_id)
    .outerjoin(Credit, (Credit.credited_id == Invoice.id) & Credit.corrected_id.is_not(None))
    .outerjoin(_SUCCESSOR, _SUCCESSOR.id == Credit.corrected_id)
    .join(Workspace, Workspace.id == Invoice.workspace_id)
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
    version: Version
    """The one in force: what was amended last."""
    can_amend: bool
    more_to_come: bool
    """Whether the project has something left to bill."""
    supplier: Supplier
    thread: tuple[Said, ...]
    successor: tuple[int, str] | None
    """Id and number of the corrected invoice that takes its place."""
    request: Requested | None
    """What the client asked last to be corrected."""
    wanted: str
    """The format that the client's book says they want, see domain/billing_needs.py."""

    @property
    def can_request(self) -> bool:
        """Whether accounts payable may ask for a correction: one at a time, and not once it is settled."""
        return self.can_amend and not (self.request and self.request.is_open)

    @property
    def paper(self) -> Paper | None:
        """The PDF of the version in force."""
        return self.version.paper

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
        thread = load_thread(connection, quote_id)
        request = load_last_request(connection, invoice_id)
        version = load_versions(connection, invoice_id, row.content["buyer"], only_latest=True)[0]
    here = Invoice(kind=row.kind, settled_on=row.settled_on)
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
        version=version,
        can_amend=here.can_amend(),
        more_to_come=row.contracted > row.billed_gross,
        supplier=Supplier(row.name, row.logo_sha256, row.brand_colour, row.country_code),
        thread=thread,
        successor=None if row.successor_id is None else (row.successor_id, row.successor),
        request=request,
        wanted=row.invoice_format,
    )
