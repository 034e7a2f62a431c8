from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from milebill.clock import now
from milebill.db import Id, Model, Moment


class CorrectionState(StrEnum):
    """open → done · refused."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


class CorrectionRequest(Model):
    """What the client wants changed of an invoice's buyer, and what the supplier made of it."""

    __tablename__ = "correction_request"
    __table_args__ = (UniqueConstraint("invoice_id", "once"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    link_id: Mapped[int] = mapped_column(ForeignKey("link.id"))
    name: Mapped[str] = mapped_column(String(200))
    """Who asks, as typed."""
    wanted: Mapped[dict[str, str]] = mapped_column(JSON)
    """The fields of the party (models/party.py) that differ, as they should be."""
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default=CorrectionState.OPEN)
    answer: Mapped[str] = mapped_column(Text, default="")
    """Why it was refused."""
    once: Mapped[str] = mapped_column(String(40))
    """The form's own key: a double click asks once."""
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)

    def can_decide(self) -> bool:
        """Whether it still waits for the supplier."""
        return self.state == CorrectionState.OPEN
