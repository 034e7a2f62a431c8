from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from milebill.clock import now
from milebill.db import Id, Model, Moment


class Message(Model):
    """A line of the one thread that a quote and its project have."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("quote_id", "once"),
        Index("ix_message_quote_id", "quote_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"))
    milestone_id: Mapped[int | None] = mapped_column(ForeignKey("milestone.id"))
    side: Mapped[str] = mapped_column(String(10))
    """"client" or "supplier"."""
    kind: Mapped[str] = mapped_column(String(20))
    """"question", "answer", "decline", "submission", "changes_requested"."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """What was attached: name, media_type, sha256 and size (bytes) of each, as the file store keeps it."""
    once: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(Moment, default=now)
