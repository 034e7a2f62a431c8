from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from milebill.clock import now
from milebill.db import Id, Model, Moment


class TransmissionState(StrEnum):
    """queued → sending → sent · refused · unknown, when nobody answered for days."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Transmission(Model):
    """An e-invoice on its way to an access point, which hands it to the buyer's: once, whatever breaks meanwhile."""

    __tablename__ = "transmission"
    __table_args__ = (
        Index(
            "uq_transmission_document",
            "document_id",
            unique=True,
            postgresql_where=text("state <> 'refused'"),
            sqlite_where=text("state <> 'refused'"),
        ),
        Index(
            "ix_transmission_due",
            "next_attempt_at",
            postgresql_where=text("state IN ('queued', 'sending')"),
            sqlite_where=text("state IN ('queued', 'sending')"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"))
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    document_id: Mapped[int] = mapped_column(Id)
    """The UBL document whose bytes are sent."""
    key: Mapped[str] = mapped_column(String(36), unique=True)
    """The same at each attempt, so that the access point knows what it has already."""
    state: Mapped[str] = mapped_column(String(8), default=TransmissionState.QUEUED)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(Moment, default=now)
    """Also the end of the lease while it is being sent."""
    lease: Mapped[str | None] = mapped_column(String(32))
    error: Mapped[str] = mapped_column(Text, default="")
    """What the access point said last."""
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
