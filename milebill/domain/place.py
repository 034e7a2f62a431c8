"""A milestone with what it belongs to, as every verb about it needs it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from milebill.domain.stored_files import Attached, attach
from milebill.domain.work import Actor, Work
from milebill.errors import NotFound
from milebill.models import Message, Milestone, Project, Quote, Submission


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


def say(
    work: Work,
    place: Place,
    kind: str,
    actor: Actor,
    words: str,
    once: str,
    person_id: int | None = None,
    files: Sequence[Attached] = (),
) -> None:
    """Put what was written about the milestone into the thread; `once` is what it belongs to."""
    work.session.add(
        Message(
            workspace_id=work.workspace.id,
            quote_id=place.quote.id,
            milestone_id=place.milestone.id,
            side=actor.side,
            kind=kind,
            person_id=person_id,
            user_id=actor.user_id,
            name=actor.name,
            text=words,
            files=attach(work, files),
            once=once,
            at=work.now,
        )
    )
