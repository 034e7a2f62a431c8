from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from milebill.clock import now
from milebill.db import Id, Model, Moment
from milebill.models.document import DocumentState


class DraftPaper(Model):
    """A revision that is still being written as a PDF marked DRAFT: one at most, made when it is asked for.

    No document: it has no number, belongs to no workspace, and is forgotten after a day or with its revision.
    """

    __tablename__ = "draft_paper"
    __table_args__ = (
        Index(
            "ix_draft_paper_due",
            "next_attempt_at",
            postgresql_where=text("state IN ('queued', 'rendering')"),
            sqlite_where=text("state IN ('queued', 'rendering')"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), unique=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What is printed, see domain/draft_papers.py."""
    content_hash: Mapped[str] = mapped_column(String(64))
    """By which a draft that was changed since is known, and one that was not is printed once."""
    state: Mapped[str] = mapped_column(String(10), default=DocumentState.QUEUED)
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(Moment, default=now)
    lease: Mapped[str | None] = mapped_column(String(32))
    error: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime] = mapped_column(Moment, default=now, index=True)
