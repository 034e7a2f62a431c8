"""One document for the command line: whose it is, which version, and the file in the wanted format."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, or_, select

from milebill.errors import NotFound
from milebill.models import Document, DocumentKind, Invoice, InvoiceVersion, Workspace

_WORKSPACES = (
    select(Workspace.id, Workspace.name)
    .where(
        or_(
            Workspace.id == bindparam("id"),
            Workspace.public_id == bindparam("text"),
            Workspace.name == bindparam("text"),
        )
    )
    .order_by(Workspace.id)
)
_VERSION = (
    select(InvoiceVersion.id)
    .join(Invoice, Invoice.id == InvoiceVersion.invoice_id)
    .where(Invoice.workspace_id == bindparam("workspace_id"), Invoice.number == bindparam("number"))
)
_INVOICE = select(InvoiceVersion.invoice_id).where(InvoiceVersion.id == bindparam("version_id"))
_FILE = select(Document.file_name, Document.state, Document.sha256, Document.error).where(
    Document.kind == bindparam("kind"), Document.subject_id == bindparam("version_id")
)
MAX_ID = 2**63 - 1


@dataclass(frozen=True)
class ExportedFile:
    """A document as it is stored; `error` says why there is none, for those who run the installation."""

    file_name: str
    state: str
    sha256: str | None
    error: str


def find_workspaces(connection: Connection, text: str) -> list[tuple[int, str]]:
    """The id and the name of each workspace that `text` can mean: by its id, its public id or its whole name."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else 0
    keys = {"id": number if number <= MAX_ID else 0, "text": text}
    return [(row.id, row.name) for row in connection.execute(_WORKSPACES, keys)]


def find_version(connection: Connection, workspace_id: int, number: str, version: int | None = None) -> int:
    """The id of a version of an invoice or a credit note; of the one in force without `version`. Raises NotFound."""
    wanted = InvoiceVersion.number == (Invoice.version if version is None else version)
    keys = {"workspace_id": workspace_id, "number": number}
    found = connection.scalar(_VERSION.where(wanted), keys)
    if found is None:
        raise NotFound
    return int(found)


def invoice_of(connection: Connection, version_id: int) -> int:
    """The id of the invoice that a version was found of."""
    return int(connection.execute(_INVOICE, {"version_id": version_id}).scalar_one())


def find_file(connection: Connection, version_id: int, kind: DocumentKind) -> ExportedFile | None:
    """The version's file of this kind, or None if there is none."""
    row = connection.execute(_FILE, {"kind": kind.value, "version_id": version_id}).one_or_none()
    return None if row is None else ExportedFile(*row)
