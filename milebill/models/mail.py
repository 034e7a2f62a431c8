from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from milebill.clock import now
from milebill.db import Id, Model, Moment


class MailState(StrEnum):
    """queued → sending → sent · dead (with its reason)."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"


class MailKind(StrEnum):
    """One function and three templates each, see outbound/emails.py."""

    LOGIN = "login"
    CONFIRM_DRAFT = "confirm_draft"
    QUOTE_SENT = "quote_sent"
    QUOTE_EXTENDED = "quote_extended"
    QUOTE_WITHDRAWN = "quote_withdrawn"
    QUOTE_EXPIRED = "quote_expired"
    QUESTION_ASKED = "question_asked"
    QUESTION_ANSWERED = "question_answered"
    QUOTE_ACCEPTED_SUPPLIER = "quote_accepted_supplier"
    QUOTE_ACCEPTED_CLIENT = "quote_accepted_client"
    QUOTE_DECLINED = "quote_declined"
    MILESTONE_SUBMITTED = "milestone_submitted"
    CHANGES_REQUESTED = "changes_requested"
    MILESTONE_SIGNED_OFF_SUPPLIER = "milestone_signed_off_supplier"
    MILESTONE_SIGNED_OFF_CLIENT = "milestone_signed_off_client"
    INVOICE_ISSUED = "invoice_issued"
    INVOICE_AMENDED = "invoice_amended"
    CORRECTION_REQUESTED = "correction_requested"
    LINK_RENEWED = "link_renewed"
    LINK_FORWARDED = "link_forwarded"
    LINK_ASKED = "link_asked"
    LINK_SHARED = "link_shared"
    SECOND_APPROVAL = "second_approval"
    REVIEW_REMINDER = "review_reminder"
    REVIEW_PASSED = "review_passed"


LOGIN_MAILS = (MailKind.LOGIN, MailKind.CONFIRM_DRAFT)
"""To somebody who asked for them and may have no workspace yet; they carry a login link."""


class Mail(Model):
    """A mail to be sent at least once, always with the same Message-ID; written by the worker, not by the verb."""

    __tablename__ = "mail"
    __table_args__ = (
        Index(
            "ix_mail_due",
            "next_attempt_at",
            postgresql_where=text("state IN ('queued', 'sending')"),
            sqlite_where=text("state IN ('queued', 'sending')"),
        ),
        Index("ix_mail_workspace_id_state", "workspace_id", "state"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int | None] = mapped_column(ForeignKey("workspace.id"))
    """None for a login link and for a draft's confirmation."""
    quote_id: Mapped[int | None] = mapped_column(ForeignKey("quote.id"))
    kind: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str] = mapped_column(String(254))
    recipient_name: Mapped[str] = mapped_column(String(200), default="")
    link_id: Mapped[int | None] = mapped_column(ForeignKey("link.id"))
    """Whose link goes into the mail, if the reader is on the client's side."""
    cause: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The ids that the template needs: {"invoice_id": 7}."""
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    state: Mapped[str] = mapped_column(String(8), default=MailState.QUEUED)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(Moment, default=now)
    """Also the end of the lease while it is being sent."""
    lease: Mapped[str | None] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(Text, default="")
    raw: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """RFC 5322 bytes, written at the first attempt and sent unchanged ever after."""
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
