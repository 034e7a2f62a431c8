from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Date, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from milebill.clock import now
from milebill.db import Id, Model, Moment

Draft = dict[str, Any]
"""The builder's fields as they were typed."""


class Revision(Model):
    """R1, R2 … of a quote: a draft that is typed into, then, once sent, frozen content with its hash."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("quote_id", "number"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"))
    number: Mapped[int] = mapped_column(Integer, default=1)
    draft: Mapped[Draft] = mapped_column(JSON, default=dict)
    """So that nothing that was typed is lost; see domain/draft.py."""
    known_to: Mapped[str] = mapped_column(String(400), default="")
    """By names of saves, which pages know the draft as it stands; see domain/draft_pages.py."""
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What was offered, in the form that is hashed; see domain/offer.py."""
    content_hash: Mapped[str | None] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(200), default="")
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    net: Mapped[int] = mapped_column(BigInteger, default=0)
    tax: Mapped[int] = mapped_column(BigInteger, default=0)
    gross: Mapped[int] = mapped_column(BigInteger, default=0)
    valid_until: Mapped[date | None] = mapped_column(Date, index=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    superseded_at: Mapped[datetime | None] = mapped_column(Moment)

    def is_frozen(self) -> bool:
        """Whether it was sent."""
        return self.content is not None
