"""What came in by the bank, and which invoices it may be for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from milebill.errors import NotFound
from milebill.matching import OpenInvoice, Proposal, propose
from milebill.models import BankBooking, BankImport, BankLine, Client, Invoice, Project
from milebill.queries.paging import Paged
from milebill.queries.rows import AnyRow

MAX_OPEN, MAX_IMPORTS = 500, 10
"""Invoices that are looked through for each line (those that are due first), and files that are listed."""

_LINES = select(
    BankLine.id,
    BankLine.booked_on,
    BankLine.amount,
    BankLine.booked,
    BankLine.currency,
    BankLine.reference,
    BankLine.name,
    BankLine.set_aside_at,
    select(func.count())
    .where(BankBooking.bank_line_id == BankLine.id)
    .correlate(BankLine)
    .scalar_subquery()
    .label("bookings"),
).where(BankLine.workspace_id == bindparam("workspace_id"))
_LINE = _LINES.where(BankLine.id == bindparam("line_id"))
_WAITING = _LINES.where(BankLine.booked < BankLine.amount, BankLine.set_aside_at.is_(None))
_KINDS: Mapping[str, Paged] = MappingProxyType(
    {
        "open": Paged(_WAITING, BankLine.id),
        "booked": Paged(_LINES.where(BankLine.booked > 0), BankLine.id),
        "aside": Paged(_LINES.where(BankLine.set_aside_at.is_not(None)), BankLine.id),
    }
)
_OF_IMPORT = Paged(_LINES.where(BankLine.import_id == bindparam("import_id")), BankLine.id)
_OPEN = (
    select(
        Invoice.id,
        Invoice.number,
        Invoice.currency,
        (Invoice.gross - Invoice.credited - Invoice.paid).label("open_amount"),
        Client.name.label("client"),
    )
    .join(Project, Project.id == Invoice.project_id)
    .join(Client, Client.id == Project.client_id)
    .where(Invoice.workspace_id == bindparam("workspace_id"), Invoice.settled_on.is_(None))
    .order_by(Invoice.due_on, Invoice.id)
    .limit(MAX_OPEN)
)
_IMPORTS = (
    select(BankImport.id, BankImport.file_name, BankImport.lines, BankImport.created_at)
    .where(BankImport.workspace_id == bindparam("workspace_id"))
    .order_by(BankImport.id.desc())
    .limit(MAX_IMPORTS)
)
_IMPORT = select(BankImport.id, BankImport.file_name, BankImport.lines, BankImport.created_at).where(
    BankImport.id == bindparam("import_id"), BankImport.workspace_id == bindparam("workspace_id")
)

FILTERS = tuple(_KINDS)
"""open (to be booked); booked, whole or in part; aside."""


@dataclass(frozen=True)
class ListedLine:
    """Money that came in, in minor units, and what it is probably for."""

    id: int
    booked_on: date
    amount: int
    booked: int
    currency: str
    reference: str
    name: str
    is_aside: bool
    bookings: int
    proposal: Proposal | None

    @property
    def left(self) -> int:
        """What is still to be booked."""
        return self.amount - self.booked

    @property
    def proposed(self) -> int:
        """What the proposal would book: no more than is open, and than is left."""
        return min(self.left, self.proposal.invoice.open_amount) if self.proposal else 0


@dataclass(frozen=True)
class BankPage:
    """Some lines, newest first, with the keys of the pages around them, and the files that they came with."""

    lines: Sequence[ListedLine]
    older: int | None
    newer: int | None
    imports: Sequence[AnyRow]


@dataclass(frozen=True)
class LineToBook:
    """A line with every open invoice of its currency."""

    line: ListedLine
    invoices: Sequence[OpenInvoice]


def load_bank(
    connection: Connection, workspace_id: int, kind: str = "open", before: int | None = None, after: int | None = None
) -> BankPage:
    """The workspace's bank lines; `kind` is one of FILTERS."""
    keys = {"workspace_id": workspace_id}
    page = _KINDS[kind].page(connection, keys, before, after)
    lines = _listed(page.rows, _open_invoices(connection, workspace_id))
    return BankPage(lines, page.older, page.newer, connection.execute(_IMPORTS, keys).all())


def load_import(
    connection: Connection, workspace_id: int, import_id: int, before: int | None = None, after: int | None = None
) -> BankPage:
    """The lines of one file of the workspace, which stands first in `imports`. Raises NotFound."""
    keys = {"workspace_id": workspace_id, "import_id": import_id}
    found = connection.execute(_IMPORT, keys).one_or_none()
    if found is None:
        raise NotFound
    page = _OF_IMPORT.page(connection, keys, before, after)
    return BankPage(_listed(page.rows, _open_invoices(connection, workspace_id)), page.older, page.newer, [found])


def load_line(connection: Connection, workspace_id: int, line_id: int) -> LineToBook:
    """A line of the workspace, to be booked. Raises NotFound."""
    row = connection.execute(_LINE, {"workspace_id": workspace_id, "line_id": line_id}).one_or_none()
    if row is None:
        raise NotFound
    invoices = _open_invoices(connection, workspace_id)
    (line,) = _listed([row], invoices)
    return LineToBook(line, [invoice for invoice in invoices if invoice.currency == line.currency])


def _open_invoices(connection: Connection, workspace_id: int) -> list[OpenInvoice]:
    return [OpenInvoice(**row) for row in connection.execute(_OPEN, {"workspace_id": workspace_id}).mappings()]


def _listed(rows: Sequence[Any], invoices: Sequence[OpenInvoice]) -> list[ListedLine]:
    return [
        ListedLine(
            row.id,
            row.booked_on,
            row.amount,
            row.booked,
            row.currency,
            row.reference,
            row.name,
            row.set_aside_at is not None,
            row.bookings,
            _proposal(row, invoices),
        )
        for row in rows
    ]


def _proposal(row: Any, invoices: Sequence[OpenInvoice]) -> Proposal | None:
    left = row.amount - row.booked
    if not left or row.set_aside_at is not None:
        return None
    return propose(f"{row.reference} {row.name}", left, row.currency, invoices)
