"""The acceptance criteria of a milestone that goes before the client: which of them were accepted, when and by whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from milebill.domain.place import Place
from milebill.domain.work import Work
from milebill.models import Criterion, CriterionDecision, Milestone, Submission
from milebill.models.submission import IS_ABOUT


@dataclass(frozen=True)
class Accepted:
    """Where a criterion was accepted before: the submission's number and hash, who did it and when."""

    submission: int
    content_hash: str
    name: str
    at: datetime

    def content(self) -> dict[str, Any]:
        """What is hashed of it. The submission's hash holds the evidence that was accepted."""
        return {
            "submission": self.submission,
            "content_hash": self.content_hash,
            "name": self.name,
            "at": self.at.isoformat(timespec="microseconds"),
        }


@dataclass(frozen=True)
class Agreed:
    """A criterion of the accepted quote, and what the client has said about it."""

    position: int
    text: str
    checked_by: str = ""
    """How it is checked and by what evidence; "" if nothing was agreed about that."""
    accepted: Accepted | None = None


_CRITERIA = (
    select(
        Criterion.position,
        Criterion.text,
        Criterion.checked_by,
        Submission.number,
        CriterionDecision.content_hash,
        CriterionDecision.name,
        CriterionDecision.at,
    )
    .select_from(Criterion)
    .join(Milestone, Milestone.id == Criterion.milestone_id)
    .outerjoin(Submission, Submission.milestone_id == Criterion.milestone_id)
    .outerjoin(CriterionDecision, IS_ABOUT & CriterionDecision.accepted)
    .where(Criterion.milestone_id == bindparam("milestone_id"))
    .order_by(Criterion.position, Submission.number)
)


def load_criteria(work: Work, place: Place) -> list[Agreed]:
    """The milestone's criteria in their order, as they stand now."""
    found: dict[int, Agreed] = {}
    for position, words, checked_by, number, content_hash, name, at in work.session.execute(
        _CRITERIA, {"milestone_id": place.milestone.id}
    ):
        found.setdefault(position, Agreed(position, words, checked_by))
        if at is not None:  # a row for each submission; at most one of them has accepted it
            found[position] = Agreed(position, words, checked_by, Accepted(number, content_hash, name, at))
    return list(found.values())


def criteria_of(work: Work, place: Place) -> list[Agreed]:
    """The criteria that a sign-off of the waiting submission accepts; from what was hashed, without a statement."""
    content, part = place.submission.content, place.submission.part
    if content is None:  # submitted before that was kept
        return load_criteria(work, place)
    return [_agreed(item) for item in content["criteria"] if part is None or item["position"] in part["criteria"]]


def _agreed(item: dict[str, Any]) -> Agreed:
    earlier = item["accepted"]
    accepted = Accepted(**{**earlier, "at": datetime.fromisoformat(earlier["at"])}) if earlier else None
    return Agreed(item["position"], item["text"], item.get("checked_by", ""), accepted)


def in_receipt(criteria: Sequence[Agreed], submission: int, name: str, at: datetime) -> list[dict[str, Any]]:
    """What a receipt says of each criterion: what was still open is accepted by its own signature."""
    return [
        {
            "text": agreed.text,
            "checked_by": agreed.checked_by,
            "submission": agreed.accepted.submission if agreed.accepted else submission,
            "name": agreed.accepted.name if agreed.accepted else name,
            "at": (agreed.accepted.at if agreed.accepted else at).isoformat(timespec="microseconds"),
        }
        for agreed in criteria
    ]
