"""Who may see which content: a workspace's claim on a file that the store keeps under its hash."""

from sqlalchemy import select

from milebill.domain.work import Work
from milebill.models import StoredFile


def claim_file(work: Work, sha256: str, size: int, media_type: str) -> None:
    """Note that the workspace owns this content; a second time changes nothing. `size` is in bytes."""
    known = work.session.scalar(
        select(StoredFile.id).where(StoredFile.workspace_id == work.workspace.id, StoredFile.sha256 == sha256)
    )
    if known is None:
        work.session.add(StoredFile(workspace_id=work.workspace.id, sha256=sha256, size=size, media_type=media_type))
        work.session.flush()
