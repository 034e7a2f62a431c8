import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from milebill.clock import now
from milebill.db import Id, Model, Moment

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: nothing that is read out wrongly


def new_receipt_number() -> str:
    """Ten signs that can be read out on the telephone: "7F3K2-M9QPX"."""
    signs = "".join(_SIGNS[byte % 32] for byte in secrets.token_bytes(10))
    return f"{signs[:5]}-{signs[5:]}"


class Receipt(Model):
    """The proof of an acceptance or a sign-off, with its place in the chain of events."""

    __tablename__ = "receipt"
    __table_args__ = (UniqueConstraint("approval_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"), index=True)
    approval_id: Mapped[int] = mapped_column(ForeignKey("approval.id"))
    number: Mapped[str] = mapped_column(String(16), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    event_sequence: Mapped[int] = mapped_column(BigInteger)
    chain_head: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    content_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
