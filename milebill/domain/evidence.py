"""What the supplier shows with a submission, and the hash of all that the client sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from milebill.domain.place import Place
from milebill.domain.stored_files import claim_file
from milebill.domain.work import Work
from milebill.errors import Invalid
from milebill.models import Criterion, Deliverable

MAX_DELIVERABLES, MAX_NOTE = 20, 8000


@dataclass(frozen=True)
class Evidence:
    """A link (`url`) or a stored file (`sha256`, `size` in bytes) that shows that the milestone is reached."""

    url: str = ""
    file_name: str = ""
    media_type: str = ""
    sha256: str = ""
    size: int = 0

    def content(self) -> dict[str, Any]:
        """What is hashed of it."""
        if self.url:
            return {"kind": "link", "url": self.url}
        return {"kind": "file", "name": self.file_name, "sha256": self.sha256, "size": self.size}


def check_submission(note: str, evidence: Sequence[Evidence]) -> None:
    """Raises Invalid for "note" and "evidence"."""
    errors = {}
    if not note and not evidence:
        errors["note"] = "required"
    if len(note) > MAX_NOTE:
        errors["note"] = "too_long"
    if len(evidence) > MAX_DELIVERABLES:
        errors["evidence"] = "how_many"
    if any(item.url and not item.url.startswith(("https://", "http://")) for item in evidence):
        errors["evidence"] = "url"
    if errors:
        raise Invalid(errors)


def shown(work: Work, place: Place, number: int, note: str, evidence: Sequence[Evidence]) -> dict[str, Any]:
    """What the client is shown of the milestone and this submission, in the form that is hashed."""
    criteria = work.session.scalars(
        select(Criterion.text).where(Criterion.milestone_id == place.milestone.id).order_by(Criterion.position)
    )
    return {
        "version": 1,
        "quote": place.quote.number,
        "position": place.milestone.position,
        "title": place.milestone.title,
        "description": place.milestone.description,
        "criteria": list(criteria),
        "net": place.milestone.net,
        "tax": place.milestone.tax,
        "currency": place.project.currency,
        "submission": number,
        "note": note,
        "evidence": [item.content() for item in evidence],
    }


def keep_evidence(work: Work, submission_id: int, evidence: Sequence[Evidence]) -> None:
    """Keep links and files with the submission."""
    rows = []
    for position, item in enumerate(evidence, 1):
        if item.sha256:
            claim_file(work, item.sha256, item.size, item.media_type)
        rows.append(
            {
                "submission_id": submission_id,
                "position": position,
                "kind": "link" if item.url else "file",
                "url": item.url,
                "file_name": item.file_name[:255],
                "media_type": item.media_type[:100],
                "sha256": item.sha256,
                "size": item.size,
            }
        )
    work.append_all(Deliverable, rows)
