from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from milebill.db import Id, Model, Moment


class MilestoneState(StrEnum):
    """planned → submitted → signed off · changes requested → submitted …; submitted → planned; planned → cancelled."""

    PLANNED = "planned"
    SUBMITTED = "submitted"
    CHANGES_REQUESTED = "changes_requested"
    SIGNED_OFF = "signed_off"
    CANCELLED = "cancelled"


class Trigger(StrEnum):
    """What makes the milestone fall due."""

    ACCEPTANCE = "acceptance"
    SIGN_OFF = "sign_off"


class Milestone(Model):
    """A step of the schedule with a price of its own."""

    __tablename__ = "milestone"
    __table_args__ = (
        UniqueConstraint("project_id", "position"),
        Index("ix_milestone_workspace_id_state", "workspace_id", "state", "submitted_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    position: Mapped[int] = mapped_column(Integer)
    """1 … n, also its address on the client's page."""
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    planned_on: Mapped[date | None] = mapped_column(Date)
    trigger: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(20), default=MilestoneState.PLANNED)
    net: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger)
    """All its taxes."""
    submissions: Mapped[int] = mapped_column(Integer, default=0)
    started_on: Mapped[date | None] = mapped_column(Date)
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    signed_off_at: Mapped[datetime | None] = mapped_column(Moment)
    reopened_at: Mapped[datetime | None] = mapped_column(Moment)
    """When it was planned again, after its invoice had been credited in full."""
    split_from: Mapped[int] = mapped_column(Integer, default=0)
    """The position of the milestone that it is the remainder of; 0 of one that was in the quote."""

    def can_submit(self) -> bool:
        """Whether the supplier may put it before the client. Milestones are worked on in any order.

        A deposit falls due without a sign-off, until it is reopened: it cannot be accepted twice.
        """
        due_by_sign_off = self.trigger == Trigger.SIGN_OFF or self.reopened_at is not None
        return due_by_sign_off and self.state in {MilestoneState.PLANNED, MilestoneState.CHANGES_REQUESTED}

    def can_reopen(self) -> bool:
        """Whether it may be planned, and billed, again, as far as it knows: its invoice has a say too."""
        return self.state == MilestoneState.SIGNED_OFF

    def can_sign_off(self) -> bool:
        """Whether the client may sign it off, or ask for changes."""
        return self.state == MilestoneState.SUBMITTED

    def can_take_back(self) -> bool:
        """Whether the supplier may withdraw the submission."""
        return self.state == MilestoneState.SUBMITTED

    @property
    def gross(self) -> int:
        """Minor units."""
        return self.net + self.tax


class MilestoneAmount(Model):
    """The milestone's share of one tax group, as the accepted split froze it."""

    __tablename__ = "milestone_amount"
    __table_args__ = (UniqueConstraint("milestone_id", "tax_group_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestone.id"))
    tax_group_id: Mapped[int] = mapped_column(ForeignKey("tax_group.id"))
    net: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger)
    """The group's first tax."""
    second_tax: Mapped[int] = mapped_column(BigInteger, default=0)


class Criterion(Model):
    """An acceptance criterion: "We agree that it is done when …"."""

    __tablename__ = "criterion"
    __table_args__ = (UniqueConstraint("milestone_id", "position"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestone.id"))
    position: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)
    checked_by: Mapped[str] = mapped_column(Text, default="")
    """How it is checked and by what evidence, as the quote said; "" if it did not."""
