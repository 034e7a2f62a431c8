"""Who may see which content: a workspace's claim on a file that the store keeps under its hash."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from milebill.domain.work import Work
from milebill.models import StoredFile

MAX_FILES = 5
"""Files that go with one message."""


@dataclass(frozen=True)
class Attached:
    """A stored file that goes with a message; `size` is in bytes."""

    name: str
    media_type: str
    sha256: str
    size: int


def attach(work: Work, files: Sequence[Attached]) -> list[dict[str, Any]]:
    """What the message keeps of its files, which are the workspace's from now on."""
    for file in files:
        claim_file(work, file.sha256, file.size, file.media_type)
    return [asdict(file) for file in files]


def told_of(files: Sequence[Attached]) -> dict[str, Any]:
    """What the event says of them: nothing if there are none."""
    return {"files": [{"name": file.name, "sha256": file.sha256, "size": file.size} for file in files]} if files else {}


def claim_file(work: Work, sha256: str, size: int, media_type: str) -> None:
    """Note that the workspace owns this content; a second time changes nothing. `size` is in bytes."""
    known = work.session.scalar(
        select(StoredFile.id).where(StoredFile.workspace_id == work.workspace.id, StoredFile.sha256 == sha256)
    )
    if known is None:
        work.session.add(StoredFile(workspace_id=work.workspace.id, sha256=sha256, size=size, media_type=media_type))
        work.session.flush()
