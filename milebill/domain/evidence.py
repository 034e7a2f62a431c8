"""What the supplier shows with a submission, and the hash of all that the client sees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from milebill.domain.criteria import Agreed
from milebill.domain.place import Place
from milebill.domain.stored_files import claim_file
from milebill.domain.work import Work
from milebill.models import Deliverable

VERSION = 3
"""2 holds evidence by criterion, and names what was accepted in earlier submissions; 3 says how each is checked."""

MAX_DELIVERABLES, MAX_NOTE = 20, 8000
"""Links and files of one criterion, or of the milestone as a whole; signs of a note."""


@dataclass(frozen=True)
class Evidence:
    """A link (`url`), a stored file (`sha256`, `size` in bytes) or a note that shows what is reached.

    `criterion` is the position of the criterion that it is for, 0 for the milestone as a whole; `width` and `height`
    are those of a picture in pixels.
    """

    url: str = ""
    file_name: str = ""
    media_type: str = ""
    sha256: str = ""
    size: int = 0
    text: str = ""
    criterion: int = 0
    width: int = 0
    height: int = 0

    @property
    def kind(self) -> str:
        """Deliverable.kind"""
        return "link" if self.url else "file" if self.sha256 else "note"

    def content(self) -> dict[str, Any]:
        """What is hashed of it."""
        if self.kind == "link":
            return {"kind": "link", "url": self.url}
        if self.kind == "note":
            return {"kind": "note", "text": self.text}
        return {"kind": "file", "name": self.file_name, "sha256": self.sha256, "size": self.size}


def submission_errors(note: str, evidence: Sequence[Evidence], criteria: Sequence[Agreed]) -> dict[str, str]:
    """What is wrong with "note" and "evidence", and with "note-<n>" and "evidence-<n>" of the criterion at n."""
    errors = {}
    if not note and not evidence:
        errors["note"] = "required"
    if len(note) > MAX_NOTE:
        errors["note"] = "too_long"
    known = {0, *(agreed.position for agreed in criteria)}
    for place in sorted({item.criterion for item in evidence}):
        items = [item for item in evidence if item.criterion == place]
        shown, ending = [item for item in items if item.kind != "note"], f"-{place}" if place else ""
        if len(shown) > MAX_DELIVERABLES:
            errors[f"evidence{ending}"] = "how_many"
        if any(item.url and not item.url.startswith(("https://", "http://")) for item in shown):
            errors[f"evidence{ending}"] = "url"
        if any(len(item.text) > MAX_NOTE for item in items):
            errors[f"note{ending}"] = "too_long"
        if place not in known:
            errors["evidence"] = "unknown"
    return errors


def shown(
    place: Place,
    number: int,
    note: str,
    evidence: Sequence[Evidence],
    criteria: Sequence[Agreed],
    part: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What the client is shown of the milestone and this submission, in the form that is hashed.

    `part` is in it if only a part is done (domain/parting.py); net and tax are those of the whole milestone.
    """
    return {
        "version": VERSION,
        "quote": place.quote.number,
        "position": place.milestone.position,
        "title": place.milestone.title,
        "description": place.milestone.description,
        "criteria": [
            {
                "position": agreed.position,
                "text": agreed.text,
                "checked_by": agreed.checked_by,
                "accepted": agreed.accepted.content() if agreed.accepted else None,
                "evidence": _of(agreed.position, evidence),
            }
            for agreed in criteria
        ],
        "net": place.milestone.net,
        "tax": place.milestone.tax,
        "currency": place.project.currency,
        "submission": number,
        "note": note,
        "evidence": _of(0, evidence),
        **({"part": part} if part else {}),
    }


def _of(criterion: int, evidence: Sequence[Evidence]) -> list[dict[str, Any]]:
    return [item.content() for item in evidence if item.criterion == criterion]


def keep_evidence(work: Work, submission_id: int, evidence: Sequence[Evidence]) -> None:
    """Keep links, files and notes with the submission."""
    rows = []
    for position, item in enumerate(evidence, 1):
        if item.sha256:
            claim_file(work, item.sha256, item.size, item.media_type)
        rows.append(
            {
                "submission_id": submission_id,
                "position": position,
                "criterion": item.criterion,
                "kind": item.kind,
                "text": item.text,
                "url": item.url,
                "file_name": item.file_name[:255],
                "media_type": item.media_type[:100],
                "sha256": item.sha256,
                "size": item.size,
                "width": item.width,
                "height": item.height,
            }
        )
    work.append_all(Deliverable, rows)
