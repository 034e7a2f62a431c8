from datetime import date, datetime

from sqlalchemy import BigInteger, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from milebill.db import Id, Model, Moment


class BankLine(Model):
    """Money that came in by the bank. Which invoice it may be for is worked out when it is read, and never stored."""

    __tablename__ = "bank_line"
    __table_args__ = (UniqueConstraint("workspace_id", "fingerprint"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    import_id: Mapped[int] = mapped_column(ForeignKey("bank_import.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    """1 … n in its file."""
    booked_on: Mapped[date] = mapped_column(Date)
    amount: Mapped[int] = mapped_column(BigInteger)
    """Minor units, more than 0."""
    currency: Mapped[str] = mapped_column(String(3))
    reference: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(String(200))
    iban: Mapped[str] = mapped_column(String(34))
    fingerprint: Mapped[str] = mapped_column(String(64))
    """By which a line that comes again, in whatever file, is recognised."""
    booked: Mapped[int] = mapped_column(BigInteger, default=0)
    """What of it was booked as payments."""
    set_aside_at: Mapped[datetime | None] = mapped_column(Moment)
    """When somebody said that it is for no invoice."""

    @property
    def left(self) -> int:
        """What is still to be booked, in minor units."""
        return self.amount - self.booked
