"""The list of invoices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from sqlalchemy import Connection, bindparam, select

from milebill.models import Client, Invoice, InvoiceKind, Project
from milebill.models.invoice import invoice_state
from milebill.queries.paging import Paged
from milebill.queries.rows import AnyRow

_INVOICES = (
    select(
        Invoice.id,
        Invoice.number,
        Invoice.currency,
        Invoice.gross,
        Invoice.paid,
        Invoice.credited,
        Invoice.issued_on,
        Invoice.due_on,
        Project.title,
        Client.name.label("client"),
    )
    .join(Project, Project.id == Invoice.project_id)
    .join(Client, Client.id == Project.client_id)
    .where(Invoice.workspace_id == bindparam("workspace_id"))
)
_OPEN = _INVOICES.where(Invoice.settled_on.is_(None))
_SETTLED = _INVOICES.where(Invoice.settled_on.is_not(None))
_KINDS: Mapping[str, Paged] = MappingProxyType(
    {
        "all": Paged(_INVOICES, Invoice.id),
        "open": Paged(_OPEN, Invoice.id),
        "overdue": Paged(_OPEN.where(Invoice.due_on < bindparam("today")), Invoice.id),
        "paid": Paged(_SETTLED.where(Invoice.credited < Invoice.gross), Invoice.id),
        "credits": Paged(_SETTLED.where(Invoice.kind == InvoiceKind.CREDIT_NOTE), Invoice.id),
    }
)

FILTERS = tuple(_KINDS)
"""all; open (overdue ones too); overdue; paid; credits (the credit notes)."""


@dataclass(frozen=True)
class ListedInvoice:
    """A row of the list. Amounts are minor units; a credit note's are negative, and it is never due."""

    id: int
    number: str
    title: str
    client: str
    currency: str
    gross: int
    open_amount: int
    issued_on: date
    due_on: date | None
    state: str


@dataclass(frozen=True)
class InvoiceList:
    """Some invoices, newest first, and the keys of the pages around them."""

    rows: Sequence[ListedInvoice]
    older: int | None
    newer: int | None


def invoice_list(
    connection: Connection,
    workspace_id: int,
    today: date,
    kind: str = "all",
    before: int | None = None,
    after: int | None = None,
) -> InvoiceList:
    """The workspace's invoices, newest first; `kind` is one of FILTERS. Their states are those of `today`."""
    values = {"workspace_id": workspace_id} | ({"today": today} if kind == "overdue" else {})
    page = _KINDS[kind].page(connection, values, before, after)
    return InvoiceList([_listed(row, today) for row in page.rows], page.older, page.newer)


def _listed(row: AnyRow, today: date) -> ListedInvoice:
    return ListedInvoice(
        id=row.id,
        number=row.number,
        title=row.title,
        client=row.client,
        currency=row.currency,
        gross=row.gross,
        open_amount=row.gross - row.credited - row.paid,
        issued_on=row.issued_on,
        due_on=row.due_on if row.gross > 0 else None,
        state=invoice_state(row.gross, row.paid, row.due_on, today, row.credited),
    )
