from datetime import datetime, timedelta

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from milebill.clock import now
from milebill.db import Id, Model, Moment

LIFETIME = timedelta(minutes=15)
MAX_CODE_ATTEMPTS = 5


class LoginLink(Model):
    """One request to sign in: the mailed link works in the browser that asked, or with the mailed code elsewhere."""

    __tablename__ = "login_link"
    __table_args__ = (Index("ix_login_link_address_created_at", "address", "created_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    browser_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the secret in the cookie of the browser that asked."""
    code: Mapped[str] = mapped_column(String(12))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    address: Mapped[str] = mapped_column(String(64), default="")
    """The network that it was asked for from, for the limits; "" if nobody asked over one."""
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    redeemed_at: Mapped[datetime | None] = mapped_column(Moment)
    draft_link_id: Mapped[int | None] = mapped_column(ForeignKey("draft_link.id"), index=True)
    """The draft that is claimed with it: such a link is no way to sign in without claiming."""
    claims: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether it was asked for to claim a draft, which may be gone by now."""

    def is_expired(self) -> bool:
        """Whether its 15 minutes are over."""
        return now() >= self.expires_at

    def takes_codes(self) -> bool:
        """Whether a typed code is still looked at; five wrong ones end it."""
        return self.attempts < MAX_CODE_ATTEMPTS
