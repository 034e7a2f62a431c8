from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    and_,
    or_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from milebill.clock import now
from milebill.db import Id, Model, Moment
from milebill.models.milestone import Criterion, Milestone


class Outcome(StrEnum):
    """How a submission ended."""

    SIGNED_OFF = "signed_off"
    CHANGES_REQUESTED = "changes_requested"
    TAKEN_BACK = "taken_back"


_WAITS_FOR_THE_CLOCK = text("outcome IS NULL AND remind_at IS NOT NULL")


class Submission(Model):
    """One time that a milestone was put before the client, and what came of it."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("milestone_id", "number"),
        Index(
            "ix_submission_remind_at",
            "remind_at",
            postgresql_where=_WAITS_FOR_THE_CLOCK,
            sqlite_where=_WAITS_FOR_THE_CLOCK,
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestone.id"))
    number: Mapped[int] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(Text, default="")
    content_hash: Mapped[str] = mapped_column(String(64))
    """The hash of the milestone, its criteria and this submission as the client is shown them."""
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What was hashed (domain/evidence.py); None of what was submitted before it was kept."""
    part: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """If only a part is done: what is billed of it now, and what becomes of the rest (domain/parting.py)."""
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime] = mapped_column(Moment, default=now)
    outcome: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")
    part_welcome: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether the client, who sent it back, would accept the finished part by itself."""
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    review_until: Mapped[date | None] = mapped_column(Date)
    """The last day of the review, as the client was told; None where nothing was agreed on that (models/review.py)."""
    reminded: Mapped[int] = mapped_column(Integer, default=0)
    """The number of the review's day up to which the clock has done what was due."""
    remind_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the clock has to look at it again; None when nothing is left."""


class Deliverable(Model):
    """Evidence with a submission, for one criterion or for the milestone as a whole: a link, a file or a note."""

    __tablename__ = "deliverable"
    __table_args__ = (UniqueConstraint("submission_id", "position"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    position: Mapped[int] = mapped_column(Integer)
    criterion: Mapped[int] = mapped_column(Integer, default=0)
    """The position of the milestone's criterion that it is for; 0 is the milestone as a whole."""
    kind: Mapped[str] = mapped_column(String(8))
    """"link", "file" or "note"."""
    text: Mapped[str] = mapped_column(Text, default="")
    """A note's."""
    url: Mapped[str] = mapped_column(Text, default="")
    file_name: Mapped[str] = mapped_column(String(255), default="")
    media_type: Mapped[str] = mapped_column(String(100), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    """Bytes."""
    width: Mapped[int] = mapped_column(Integer, default=0)
    """Of a picture that a browser may show, in pixels; 0 of anything else."""
    height: Mapped[int] = mapped_column(Integer, default=0)


class CriterionDecision(Model):
    """What the client decided about one criterion when they sent a submission back.

    What was accepted stays accepted, until the milestone is reopened. Signing off accepts all that is still open.
    """

    __tablename__ = "criterion_decision"
    __table_args__ = (UniqueConstraint("submission_id", "criterion"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    criterion: Mapped[int] = mapped_column(Integer)
    """The criterion's position in its milestone."""
    accepted: Mapped[bool] = mapped_column(Boolean)
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why not yet; empty where it was accepted."""
    content_hash: Mapped[str] = mapped_column(String(64))
    """The submission's, as it was shown."""
    link_id: Mapped[int] = mapped_column(ForeignKey("link.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(200))
    """As it was typed."""
    at: Mapped[datetime] = mapped_column(Moment, default=now)


IS_ABOUT = and_(
    CriterionDecision.submission_id == Submission.id,
    CriterionDecision.criterion == Criterion.position,
    # What is reopened is billed, and so looked at, anew.
    or_(Milestone.reopened_at.is_(None), CriterionDecision.at > Milestone.reopened_at),
)
"""Joins a decision that counts to a criterion of its milestone and to one of its submissions."""
