from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from milebill.clock import now
from milebill.db import Id, Model, Moment


class QuoteState(StrEnum):
    """draft → sent → accepted · declined · expired · withdrawn. Superseded is a revision's fate, see Revision."""

    DRAFT = "draft"
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Quote(Model):
    """An offer through all its revisions. Links, people, the thread and events hang on it for its whole life."""

    __tablename__ = "quote"
    __table_args__ = (
        CheckConstraint("(workspace_id IS NULL) <> (draft_link_id IS NULL)", name="one_owner"),
        UniqueConstraint("workspace_id", "number"),
        Index("ix_quote_workspace_id_state", "workspace_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int | None] = mapped_column(ForeignKey("workspace.id"))
    draft_link_id: Mapped[int | None] = mapped_column(ForeignKey("draft_link.id"), index=True)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"), index=True)
    number: Mapped[str | None] = mapped_column(String(40))
    """Given when it is sent; drafts have none."""
    state: Mapped[str] = mapped_column(String(12), default=QuoteState.DRAFT)
    revision_number: Mapped[int] = mapped_column(Integer, default=1)
    """The revision that is in force (the last one sent), or the first draft."""
    last_event_sequence: Mapped[int] = mapped_column(Integer, default=0)
    documents_ready: Mapped[int] = mapped_column(Integer, default=0)
    """With the last event, the version of everything that the client's page shows: an ETag costs one look-up."""
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)

    def can_edit(self) -> bool:
        """Only a draft is edited; what was sent is frozen."""
        return self.state == QuoteState.DRAFT

    def can_send(self) -> bool:
        """Whether it may go out."""
        return self.state == QuoteState.DRAFT

    def can_decide(self) -> bool:
        """Whether an approver may accept or decline it."""
        return self.state == QuoteState.SENT

    def can_revise(self) -> bool:
        """Whether a newer revision may take the place of what was sent: as long as nothing was agreed on."""
        return self.state not in {QuoteState.DRAFT, QuoteState.ACCEPTED}

    def can_extend(self) -> bool:
        """Whether it may be valid for longer: while it waits for a decision, or when nobody decided in time."""
        return self.state in {QuoteState.SENT, QuoteState.EXPIRED}

    def can_record_acceptance(self) -> bool:
        """Whether an acceptance that was given elsewhere may be recorded: it may have come before the quote ran out."""
        return self.state in {QuoteState.SENT, QuoteState.EXPIRED}

    def can_withdraw(self) -> bool:
        """Whether the supplier may still take it back."""
        return self.state == QuoteState.SENT
