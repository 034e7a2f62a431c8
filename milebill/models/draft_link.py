from datetime import datetime

from sqlalchemy import Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from milebill.clock import now
from milebill.db import Id, Model, Moment


class DraftLink(Model):
    """The secret link of a visitor with no account; a draft belongs to it or to a workspace, never to both."""

    __tablename__ = "draft_link"
    __table_args__ = (Index("ix_draft_link_address_created_at", "address", "created_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    once_key: Mapped[str | None] = mapped_column(String(40), unique=True)
    """Of the page that began it, so that two edits in quick succession begin one draft."""
    browser_hash: Mapped[str] = mapped_column(String(64), default="", index=True)
    """SHA-256 of the secret in the cookie of the browser that began it."""
    address: Mapped[str] = mapped_column(String(64), default="")
    """The network that it was begun from, for the limits; it goes with the row."""
    locale: Mapped[str] = mapped_column(String(16), default="en")
    """In whose habits its amounts are written."""
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    saves: Mapped[int] = mapped_column(Integer, default=0)
    """Within the minute that began at `saves_from`, for the limits."""
    saves_from: Mapped[datetime | None] = mapped_column(Moment)
    papers: Mapped[int] = mapped_column(Integer, default=0)
    """PDFs that were asked for within the hour that began at `papers_from`, for the limits."""
    papers_from: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    used_at: Mapped[datetime] = mapped_column(Moment, default=now, index=True)
    claimed_at: Mapped[datetime | None] = mapped_column(Moment)
    """From then on its draft belongs to a workspace, and the link opens nothing any more."""

    def opens(self) -> bool:
        """Whether its draft can still be read and written by it."""
        return self.claimed_at is None
