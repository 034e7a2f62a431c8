"""Everything that was issued in a calendar year, for the tax adviser: documents, and which files each of them has."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, select

from milebill.models import Document, Invoice, InvoiceVersion
from milebill.models.document import E_INVOICES, DocumentKind, DocumentState
from milebill.queries.exports import IN_FORCE, buyer_in_force

_OF_YEAR = (
    Invoice.workspace_id == bindparam("workspace_id"),
    Invoice.issued_on >= bindparam("first"),
    Invoice.issued_on <= bindparam("last"),
)
_ISSUED = (
    select(
        Invoice.id,
        Invoice.number,
        Invoice.kind,
        Invoice.issued_on,
        Invoice.currency,
        Invoice.gross,
        buyer_in_force("legal_name").label("buyer"),
    )
    .join(InvoiceVersion, IN_FORCE)
    .where(*_OF_YEAR)
    .order_by(Invoice.id)
)
_FILES = (
    select(
        InvoiceVersion.invoice_id,
        Document.kind,
        Document.state,
        Document.file_name,
        Document.sha256,
    )
    .join(Invoice, Invoice.id == InvoiceVersion.invoice_id)
    .join(Document, Document.subject_id == InvoiceVersion.id)
    .where(*_OF_YEAR, Document.kind.in_([DocumentKind.INVOICE.value, *(kind.value for kind in E_INVOICES)]))
    .order_by(InvoiceVersion.invoice_id, InvoiceVersion.number, Document.id)
)
_DAYS = select(func.min(Invoice.issued_on), func.max(Invoice.issued_on)).where(
    Invoice.workspace_id == bindparam("workspace_id")
)


class IssuedFile(NamedTuple):
    """A PDF or an e-invoice that is there."""

    file_name: str
    sha256: str


@dataclass
class Issued:
    """An invoice or a credit note (its amount is negative) with the files of all its versions."""

    id: int
    number: str
    kind: str
    issued_on: date
    currency: str
    gross: int
    """Minor units."""
    buyer: str
    files: list[IssuedFile] = field(default_factory=list)
    waits: bool = False
    """Whether a PDF of it is still being made."""
    failed: bool = False
    """Whether one of its files could not be made."""


def years_with_documents(connection: Connection, workspace_id: int) -> Sequence[int]:
    """The calendar years from the first document to the last, newest first; none without documents."""
    first, last = connection.execute(_DAYS, {"workspace_id": workspace_id}).one()
    return range(last.year, first.year - 1, -1) if first is not None else ()


def issued_in(connection: Connection, workspace_id: int, year: int) -> list[Issued]:
    """What was issued in the year, by the workspace's calendar, in the order of issue."""
    keys = {"workspace_id": workspace_id, "first": date(year, 1, 1), "last": date(year, 12, 31)}
    found = {row["id"]: Issued(**row) for row in connection.execute(_ISSUED, keys).mappings()}
    for row in connection.execute(_FILES, keys):
        document = found[row.invoice_id]
        if row.state == DocumentState.READY and row.sha256:
            document.files.append(IssuedFile(row.file_name, row.sha256))
        elif row.state == DocumentState.FAILED:
            document.failed = True
        else:
            document.waits = True
    return list(found.values())
