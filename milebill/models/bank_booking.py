from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from milebill.db import Id, Model


class BankBooking(Model):
    """What of a bank line was booked as which payment."""

    __tablename__ = "bank_booking"
    __table_args__ = (UniqueConstraint("payment_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bank_line_id: Mapped[int] = mapped_column(ForeignKey("bank_line.id"), index=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"))
    amount: Mapped[int] = mapped_column(BigInteger)
