from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from milebill.db import Id, Model, Moment


class EventKind(StrEnum):
    """Everything that either side can do."""

    WORKSPACE_CREATED = "workspace_created"
    SETTINGS_CHANGED = "settings_changed"
    QUOTE_CREATED = "quote_created"
    QUOTE_SENT = "quote_sent"
    QUOTE_ACCEPTED = "quote_accepted"
    QUOTE_DECLINED = "quote_declined"
    QUOTE_REVISED = "quote_revised"
    QUOTE_EXTENDED = "quote_extended"
    QUOTE_WITHDRAWN = "quote_withdrawn"
    QUOTE_EXPIRED = "quote_expired"
    QUESTION_ASKED = "question_asked"
    QUESTION_ANSWERED = "question_answered"
    MILESTONE_SUBMITTED = "milestone_submitted"
    MILESTONE_TAKEN_BACK = "milestone_taken_back"
    MILESTONE_SIGNED_OFF = "milestone_signed_off"
    CHANGES_REQUESTED = "changes_requested"
    INVOICE_ISSUED = "invoice_issued"
    PAYMENT_RECORDED = "payment_recorded"
    PAYMENT_REVERSED = "payment_reversed"
    INVOICE_AMENDED = "invoice_amended"
    CORRECTION_REQUESTED = "correction_requested"
    CORRECTION_REFUSED = "correction_refused"
    CLIENT_CHANGED = "client_changed"
    CREDIT_NOTE_ISSUED = "credit_note_issued"
    MILESTONE_REOPENED = "milestone_reopened"
    REFUND_RECORDED = "refund_recorded"
    PAYMENT_MOVED = "payment_moved"
    BANK_IMPORTED = "bank_imported"
    BANK_LINE_SET_ASIDE = "bank_line_set_aside"
    LINK_RENEWED = "link_renewed"
    LINK_FORWARDED = "link_forwarded"
    LINK_ASKED = "link_asked"
    LINK_REPEATED = "link_repeated"
    LINK_REVOKED = "link_revoked"
    QUOTE_APPROVED = "quote_approved"
    MILESTONE_APPROVED = "milestone_approved"
    PEPPOL_QUEUED = "peppol_queued"
    PEPPOL_SENT = "peppol_sent"
    PEPPOL_REFUSED = "peppol_refused"
    PEPPOL_UNKNOWN = "peppol_unknown"
    STATEMENT_MADE = "statement_made"
    PLAN_SAVED = "plan_saved"
    PLAN_RENAMED = "plan_renamed"
    PLAN_DELETED = "plan_deleted"
    REVIEW_REMINDED = "review_reminded"
    REVIEW_PASSED = "review_passed"


ABOUT_LINKS = frozenset(
    {
        EventKind.LINK_RENEWED,
        EventKind.LINK_FORWARDED,
        EventKind.LINK_ASKED,
        EventKind.LINK_REPEATED,
        EventKind.LINK_REVOKED,
    }
)
"""What happens to ways in. It is told to whoever looks for it, and is no news on anybody's page."""

NO_NEWS = ABOUT_LINKS | {
    EventKind.PEPPOL_QUEUED,
    EventKind.PEPPOL_SENT,
    EventKind.PEPPOL_REFUSED,
    EventKind.PEPPOL_UNKNOWN,
    EventKind.REVIEW_REMINDED,
    EventKind.REVIEW_PASSED,
}
"""What changes nothing that a client sees."""


class Event(Model):
    """A line of the history. `commitment` and `hash` stay when `content` and `salt` are erased."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("workspace_id", "sequence"),
        Index("ix_event_quote_id_sequence", "quote_id", "sequence"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    sequence: Mapped[int] = mapped_column(BigInteger)
    """1, 2, 3 … without gaps in a workspace."""
    version: Mapped[int] = mapped_column(Integer, default=1)
    """The version of the canonical form, see domain/chain.py."""
    kind: Mapped[str] = mapped_column(String(30))
    at: Mapped[datetime] = mapped_column(Moment)
    quote_id: Mapped[int | None] = mapped_column(ForeignKey("quote.id"))
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Who, what, from where and the hash of what was shown."""
    salt: Mapped[str | None] = mapped_column(String(64))
    commitment: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
