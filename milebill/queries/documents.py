"""PDFs and handed-over files, found through their workspace."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from milebill.errors import NotFound
from milebill.models import Document, Message, Milestone, Submission
from milebill.models.submission import Deliverable
from milebill.queries.client_papers import StoredPaper, issued_paper, nth_attached

_DOCUMENT = select(
    Document.quote_id, Document.kind, Document.file_name, Document.state, Document.sha256, Document.size
).where(Document.id == bindparam("id"), Document.workspace_id == bindparam("workspace_id"))
_FILE = (
    select(Deliverable.file_name, Deliverable.media_type, Deliverable.sha256, Deliverable.size)
    .join(Submission, Submission.id == Deliverable.submission_id)
    .join(Milestone, Milestone.id == Submission.milestone_id)
    .where(
        Deliverable.id == bindparam("id"),
        Deliverable.kind == "file",
        Milestone.workspace_id == bindparam("workspace_id"),
    )
)
_ATTACHED = select(Message.files).where(
    Message.id == bindparam("id"),
    Message.quote_id == bindparam("quote_id"),
    Message.workspace_id == bindparam("workspace_id"),
)


@dataclass(frozen=True)
class FoundDocument:
    """A PDF or an e-invoice, and where it stands: its `stored` bytes once it is ready."""

    quote_id: int
    file_name: str
    state: str
    stored: StoredPaper


def load_document(connection: Connection, workspace_id: int, document_id: int) -> FoundDocument:
    """The workspace's PDF. Raises NotFound."""
    row = connection.execute(_DOCUMENT, {"id": document_id, "workspace_id": workspace_id}).one_or_none()
    if row is None:
        raise NotFound
    return FoundDocument(row.quote_id, row.file_name, row.state, issued_paper(row))


def load_file(connection: Connection, workspace_id: int, deliverable_id: int) -> StoredPaper:
    """A file that was handed over in one of the workspace's projects, taken back or not. Raises NotFound."""
    row = connection.execute(_FILE, {"id": deliverable_id, "workspace_id": workspace_id}).one_or_none()
    if row is None:
        raise NotFound
    return StoredPaper(row.file_name, row.media_type, row.sha256, row.size)


def load_attached(connection: Connection, workspace_id: int, quote_id: int, message_id: int, nth: int) -> StoredPaper:
    """The nth file (1 …) that went with a message of one of the workspace's quotes. Raises NotFound."""
    keys = {"id": message_id, "quote_id": quote_id, "workspace_id": workspace_id}
    return nth_attached(connection.scalar(_ATTACHED, keys), nth)
