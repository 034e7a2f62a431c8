from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from milebill.clock import now
from milebill.db import Id, Model, Moment


class ApprovalKind(StrEnum):
    """What was signed with a typed name and a ticked box."""

    ACCEPTANCE = "acceptance"
    DECLINE = "decline"
    SIGN_OFF = "sign_off"


class Approval(Model):
    """A signature: who, by which link, under which words, on exactly what, from where."""

    __tablename__ = "approval"
    __table_args__ = (
        Index(
            "uq_approval_revision",
            "revision_id",
            "person_id",
            "kind",  # whoever accepted first of two may still decline
            unique=True,
            postgresql_where=text("kind <> 'sign_off'"),
            sqlite_where=text("kind <> 'sign_off'"),
        ),
        Index("uq_approval_submission", "submission_id", "person_id", unique=True),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    kind: Mapped[str] = mapped_column(String(12))
    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    milestone_id: Mapped[int | None] = mapped_column(ForeignKey("milestone.id"))
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"))
    link_id: Mapped[int] = mapped_column(ForeignKey("link.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(200))
    """As it was typed."""
    job_title: Mapped[str] = mapped_column(String(200), default="")
    consent: Mapped[str] = mapped_column(Text)
    """The words beside the box that was ticked."""
    reason: Mapped[str] = mapped_column(Text, default="")
    terms: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Of a first signature of two: what was given with it, until the second one signs the same."""
    on_behalf: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Of an acceptance that the supplier recorded (domain/behalf.py); it names the link and did not use it."""
    content_hash: Mapped[str] = mapped_column(String(64))
    link_held_by_supplier: Mapped[bool] = mapped_column(Boolean, default=False)
    address: Mapped[str] = mapped_column(String(64))
    user_agent: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime] = mapped_column(Moment, default=now)
