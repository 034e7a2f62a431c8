"""What can be fetched from a client's page, looked up through the quote that its link belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from milebill.db import reading
from milebill.errors import NotFound
from milebill.models import Client, Deliverable, Document, Message, Milestone, Project, Receipt, Submission
from milebill.models.document import E_INVOICES, DocumentState
from milebill.models.party import PARTY_FIELDS
from milebill.models.submission import Outcome

_DOCUMENT = select(Document.kind, Document.file_name, Document.state, Document.sha256, Document.size).where(
    Document.id == bindparam("document_id"), Document.quote_id == bindparam("quote_id")
)

_FILE = (
    select(Deliverable.file_name, Deliverable.media_type, Deliverable.sha256, Deliverable.size)
    .join(Submission, Submission.id == Deliverable.submission_id)
    .join(Milestone, Milestone.id == Submission.milestone_id)
    .join(Project, Project.id == Milestone.project_id)
    .where(
        Deliverable.id == bindparam("deliverable_id"),
        Deliverable.kind == "file",
        Project.quote_id == bindparam("quote_id"),
        # What the supplier took back is theirs again.
        (Submission.outcome.is_(None)) | (Submission.outcome != Outcome.TAKEN_BACK.value),
    )
)

_ATTACHED = select(Message.files).where(
    Message.id == bindparam("message_id"), Message.quote_id == bindparam("quote_id")
)

_RECEIPT = select(
    Receipt.number, Receipt.kind, Receipt.event_sequence, Receipt.chain_head, Receipt.content, Receipt.content_hash
).where(Receipt.number == bindparam("number"), Receipt.quote_id == bindparam("quote_id"))

_BUYER = select(*(getattr(Client, name) for name in PARTY_FIELDS), Client.name).where(
    Client.id == bindparam("client_id")
)


@dataclass(frozen=True, slots=True)
class StoredPaper:
    """A file to be sent; without a hash it is still being prepared. `size` is in bytes."""

    file_name: str
    media_type: str
    sha256: str | None
    size: int
    is_ours: bool = False
    """Made by us, so that it is what its type says."""


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """A receipt with its place in the chain; `content` is what domain/receipts.py hashed."""

    number: str
    kind: str
    event_sequence: int
    chain_head: str
    content: Mapping[str, Any]
    content_hash: str


def find_document(quote_id: int, document_id: int) -> StoredPaper:
    """A PDF or an e-invoice of this quote. Raises NotFound."""
    with reading() as connection:
        row = connection.execute(_DOCUMENT, {"document_id": document_id, "quote_id": quote_id}).one_or_none()
    if row is None:
        raise NotFound
    return issued_paper(row)


def issued_paper(row: Any) -> StoredPaper:
    """One of our own documents, from a row of `document`."""
    media_type = "application/xml" if row.kind in E_INVOICES else "application/pdf"
    sha256 = row.sha256 if row.state == DocumentState.READY else None
    return StoredPaper(row.file_name, media_type, sha256, row.size, is_ours=True)


def find_attached(quote_id: int, message_id: int, nth: int) -> StoredPaper:
    """The nth file (1 …) that went with a message of the quote's thread. Raises NotFound."""
    with reading() as connection:
        files = connection.scalar(_ATTACHED, {"message_id": message_id, "quote_id": quote_id})
    return nth_attached(files, nth)


def nth_attached(files: list[dict[str, Any]] | None, nth: int) -> StoredPaper:
    """The nth of a message's files. Raises NotFound."""
    if not files or not 1 <= nth <= len(files):
        raise NotFound
    file = files[nth - 1]
    return StoredPaper(file["name"], file["media_type"], file["sha256"], file["size"])


def find_file(quote_id: int, deliverable_id: int) -> StoredPaper:
    """A file that was handed over with a milestone of this quote. Raises NotFound."""
    with reading() as connection:
        row = connection.execute(_FILE, {"deliverable_id": deliverable_id, "quote_id": quote_id}).one_or_none()
    if row is None:
        raise NotFound
    return StoredPaper(row.file_name, row.media_type, row.sha256, row.size)


def load_receipt(quote_id: int, number: str) -> ReceiptPage:
    """A receipt of this quote. Raises NotFound."""
    with reading() as connection:
        row = connection.execute(_RECEIPT, {"number": number, "quote_id": quote_id}).one_or_none()
    if row is None:
        raise NotFound
    return ReceiptPage(*row)


def known_buyer(client_id: int) -> dict[str, str]:
    """What the client gave with an earlier acceptance, by the names of a party's fields; "name" is the supplier's."""
    with reading() as connection:
        row = connection.execute(_BUYER, {"client_id": client_id}).mappings().one()
    return {name: value or "" for name, value in row.items()}
