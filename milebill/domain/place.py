"""A milestone with what it belongs to, as every verb about it needs it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from milebill.domain.work import Work
from milebill.errors import NotFound
from milebill.models import Milestone, Project, Quote, Submission


@dataclass(frozen=True)
class Place:
    """A milestone with what it belongs to."""

    milestone: Milestone
    project: Project
    quote: Quote
    milestone_count: int
    last_submission: Submission | None

    @property
    def submission(self) -> Submission:
        """The one that waits for the client: a milestone in such a state has one."""
        if self.last_submission is None:
            raise LookupError("a milestone that was never submitted")
        return self.last_submission


_every = aliased(Milestone)
_PLACE = (
    select(
        Milestone,
        Project,
        Quote,
        select(func.count()).select_from(_every).where(_every.project_id == Project.id).scalar_subquery(),
        Submission,
    )
    .join(Project, Project.id == Milestone.project_id)
    .join(Quote, Quote.id == Project.quote_id)
    .outerjoin(Submission, (Submission.milestone_id == Milestone.id) & (Submission.number == Milestone.submissions))
    .where(
        Quote.id == bindparam("quote_id"),
        Quote.workspace_id == bindparam("workspace_id"),
        Milestone.position == bindparam("position"),
    )
)


def load_place(work: Work, quote_id: int, position: int) -> Place:
    """The workspace's milestone at `position` of the quote's project. Raises NotFound."""
    where = {"quote_id": quote_id, "workspace_id": work.workspace.id, "position": position}
    row = work.session.execute(_PLACE, where).one_or_none()
    if row is None:
        raise NotFound
    return Place(*row)


def named(place: Place, submission: int) -> dict[str, Any]:
    """What events and receipts call the milestone."""
    return {
        "milestone": place.milestone.position,
        "title": place.milestone.title,
        "project": place.project.title,
        "submission": submission,
    }
