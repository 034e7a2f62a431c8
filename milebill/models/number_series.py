from sqlalchemy import BigInteger, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from milebill.db import Id, Model


class NumberSeries(Model):
    """A row that counts: numbers come from it under the workspace's lock, so they have no gaps and no twins."""

    __tablename__ = "number_series"
    __table_args__ = (UniqueConstraint("workspace_id", "kind", "year"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    kind: Mapped[str] = mapped_column(String(20))
    """"quote", "invoice" or "credit_note"."""
    year: Mapped[int] = mapped_column(Integer)
    """0 for a series that goes on from year to year."""
    pattern: Mapped[str] = mapped_column(String(60))
    """With {year} and {seq}, for example "{year}-{seq:04}"."""
    last: Mapped[int] = mapped_column(BigInteger, default=0)
