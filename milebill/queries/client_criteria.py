"""What was agreed of each milestone and what was handed over for it: criterion by criterion, and as a whole."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, exists, or_, select

from milebill.models import Criterion, CriterionDecision, Deliverable, Milestone, Submission
from milebill.models.submission import IS_ABOUT, Outcome
from milebill.prepared import Prepared, Reader

_CRITERIA = Prepared(
    select(
        Criterion.milestone_id,
        Criterion.position,
        Criterion.text,
        Criterion.checked_by,
        CriterionDecision.accepted,
        CriterionDecision.reason,
        CriterionDecision.name,
        CriterionDecision.at,
        Submission.number,
    )
    .select_from(Criterion)
    .join(Milestone, Milestone.id == Criterion.milestone_id)
    .outerjoin(Submission, Submission.milestone_id == Criterion.milestone_id)
    .outerjoin(CriterionDecision, IS_ABOUT)
    .where(Milestone.project_id == bindparam("project_id"))
    .order_by(Criterion.milestone_id, Criterion.position, Submission.number)
)

# The last submission of each milestone, and those in which something was accepted that stays accepted: the thread tells
# of the others.
_HANDED_OVER = Prepared(
    select(
        Submission.milestone_id,
        Submission.number,
        Milestone.submissions,
        Submission.note,
        Submission.content_hash,
        Submission.submitted_at,
        Submission.outcome,
        Submission.reason,
        Submission.decided_at,
        Submission.part,
        Submission.part_welcome,
        Submission.review_until,
        Deliverable.id,
        Deliverable.criterion,
        Deliverable.url,
        Deliverable.text,
        Deliverable.file_name,
        Deliverable.size,
        Deliverable.width,
        Deliverable.height,
    )
    .select_from(Submission)
    .join(
        Milestone,
        and_(
            Milestone.id == Submission.milestone_id,
            or_(
                Milestone.submissions == Submission.number,
                exists().where(CriterionDecision.submission_id == Submission.id, CriterionDecision.accepted),
            ),
        ),
    )
    .outerjoin(Deliverable, Deliverable.submission_id == Submission.id)
    .where(Milestone.project_id == bindparam("project_id"))
    .order_by(Submission.id, Deliverable.position)
)


class HandedOver(NamedTuple):
    """A link, a note, or a file that shows what is reached: `url` or `text` is given, or neither for a file.

    `size` is in bytes; `width` and `height` are those of a picture in pixels.
    """

    id: int
    url: str
    text: str
    file_name: str
    size: int
    width: int
    height: int


class AgreedStep(NamedTuple):
    """A criterion, the last decision about it (`accepted` is None before the first), and what was shown for it."""

    position: int
    text: str
    checked_by: str = ""
    """How it is checked and by what evidence, as it was agreed."""
    accepted: bool | None = None
    reason: str = ""
    name: str = ""
    at: datetime | None = None
    submission: int = 0
    """The number of the submission that was decided about."""
    evidence: tuple[HandedOver, ...] = ()


class LastSubmission(NamedTuple):
    """What the client is asked to sign off, or what became of it. `evidence` is for the milestone as a whole."""

    note: str
    content_hash: str
    submitted_at: datetime
    outcome: str | None
    reason: str
    decided_at: datetime | None
    part: Mapping[str, Any] | None
    """If only a part is done: see domain/parting.py."""
    part_welcome: bool
    review_until: date | None
    """The last day of the review, if that was agreed."""
    evidence: tuple[HandedOver, ...]


class _Given(NamedTuple):
    """Something that was handed over, in which submission, and whether that is the milestone's last one."""

    number: int
    is_last: bool
    item: HandedOver


_ByCriterion = dict[tuple[int, int], list[_Given]]
"""By milestone and criterion."""


def load_agreed(
    connection: Reader | Connection, project_id: int
) -> tuple[dict[int, tuple[AgreedStep, ...]], dict[int, LastSubmission]]:
    """By milestone: its criteria in their order, and its last submission unless the supplier took that back."""
    last, given = _handed_over(connection, project_id)
    criteria: dict[tuple[int, int], AgreedStep] = {}
    for milestone_id, position, text, checked_by, accepted, reason, name, at, number in _CRITERIA.all(
        connection, project_id=project_id
    ):
        agreed = criteria.setdefault((milestone_id, position), AgreedStep(position, text, checked_by))
        if accepted is not None:  # in the order of the submissions, so that the last decision stays
            decided = {"accepted": accepted, "reason": reason, "name": name, "at": at, "submission": number}
            criteria[milestone_id, position] = agreed._replace(**decided)
    found: dict[int, tuple[AgreedStep, ...]] = {}
    for (milestone_id, position), agreed in criteria.items():
        shown = tuple(
            one.item
            for one in given.get((milestone_id, position), ())
            if one.is_last or (agreed.accepted and one.number == agreed.submission)
        )
        found[milestone_id] = (*found.get(milestone_id, ()), agreed._replace(evidence=shown))
    return found, last


def _handed_over(connection: Reader | Connection, project_id: int) -> tuple[dict[int, LastSubmission], _ByCriterion]:
    last: dict[int, tuple[Any, ...]] = {}
    given: _ByCriterion = {}
    for (
        milestone_id,
        number,
        newest,
        *about,
        id_,
        criterion,
        url,
        text,
        file_name,
        size,
        width,
        height,
    ) in _HANDED_OVER.all(connection, project_id=project_id):
        if about[3] == Outcome.TAKEN_BACK:  # what the supplier took back is theirs again
            continue
        is_last = number == newest
        if is_last:
            last[milestone_id] = tuple(about)
        if id_ is not None and (criterion or is_last):
            item = HandedOver(id_, url, text, file_name, size, width, height)
            given.setdefault((milestone_id, criterion), []).append(_Given(number, is_last, item))
    return {
        milestone_id: LastSubmission._make((*about, tuple(one.item for one in given.get((milestone_id, 0), ()))))
        for milestone_id, about in last.items()
    }, given
