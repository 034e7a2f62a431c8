from datetime import datetime
from functools import cache
from typing import Any, Self, TypeVar

from sqlalchemy import JSON, BigInteger, Boolean, Integer, Select, String, Text, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from milebill.clock import now
from milebill.db import Id, Model, Moment
from milebill.errors import NotFound
from milebill.models.party import PARTY_FIELDS, PartyColumns, Snapshot

W = TypeVar("W", bound="Workspace")

GENESIS = "0" * 64
"""The hash before the first event of a workspace."""


@cache  # built once: building a statement costs more than running it
def _lock_statement(model: type[W]) -> Select[W]:
    return select(model).where(model.id == bindparam("id")).with_for_update()


SETTINGS = (
    *PARTY_FIELDS,
    "electronic_scheme",
    "electronic_id",
    "name",
    "email",
    "sender_name",
    "reply_to",
    "phone",
    "tax_registered",
    "currency",
    "locale",
    "time_zone",
    "payment_terms_days",
    "final_invoice",
    "account_name",
    "iban",
    "bic",
    "payment_text",
    "brand_colour",
)
"""What the supplier may change about itself."""


class Workspace(PartyColumns, Model):
    """A supplier's house: who sells, how they bill, and the counters that its events and numbers come from."""

    __tablename__ = "workspace"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    """Where notices go, and the seller's address on documents (BT-43)."""
    sender_name: Mapped[str] = mapped_column(String(100), default="")
    """In whose name clients get mail, such as "Ana at Studio North"; "" for the business's own."""
    reply_to: Mapped[str] = mapped_column(String(254), default="")
    """Where clients' answers to mails go; "" for `email`."""
    phone: Mapped[str] = mapped_column(String(40), default="")
    """Whom to call about an invoice (BT-42); XRechnung asks for it."""
    tax_registered: Mapped[bool] = mapped_column(Boolean, default=True)
    """Whether the seller charges tax, so that an invoice must show a tax id."""
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    locale: Mapped[str] = mapped_column(String(16), default="en")
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    payment_terms_days: Mapped[int] = mapped_column(Integer, default=14)
    account_name: Mapped[str] = mapped_column(String(70), default="")
    iban: Mapped[str] = mapped_column(String(34), default="")
    bic: Mapped[str] = mapped_column(String(11), default="")
    payment_text: Mapped[str] = mapped_column(Text, default="")
    logo_sha256: Mapped[str | None] = mapped_column(String(64))
    brand_colour: Mapped[str] = mapped_column(String(7), default="#1f3a5f")
    numbering: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What was chosen per kind (quote, invoice, credit_note): {"invoice": {"pattern": "…", "first": 1}}.

    What is missing follows domain/numbering.py; `first` waits for the next series that begins.
    """
    final_invoice: Mapped[str] = mapped_column(String(10), default="")
    """How a final invoice is written: "deducts", "own_share", or "" for what is usual in the country."""
    papers: Mapped[int] = mapped_column(Integer, default=0)
    """PDFs of drafts that were asked for since `papers_from`."""
    papers_from: Mapped[datetime | None] = mapped_column(Moment)
    event_sequence: Mapped[int] = mapped_column(BigInteger, default=0)
    event_head: Mapped[str] = mapped_column(String(64), default=GENESIS)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)

    @classmethod
    def lock(cls, session: Session, workspace_id: int) -> Self:
        """The row, held until the transaction ends: on PostgreSQL this is the workspace's queue."""
        workspace: Self | None = session.scalar(_lock_statement(cls), {"id": workspace_id})
        if workspace is None:
            raise NotFound
        return workspace

    def missing_for_an_invoice(self, *, needs_tax_id: bool = False) -> list[str]:
        """The fields that an invoice must state about its seller and that are still empty.

        Directive 2006/112/EC, art. 226 (3) and (5): VAT number, full name and address of the taxable person. Some taxes
        need the number of a seller who charges none, too.
        """
        needed = ["name", "legal_name", "address_line_1", "city", "country_code"]
        if self.tax_registered or needs_tax_id:
            needed.append("tax_id")
        return [name for name in needed if not getattr(self, name)]

    def can_issue(self, *, needs_tax_id: bool = False) -> bool:
        """Whether a quote may be sent: its acceptance can issue an invoice at once."""
        return not self.missing_for_an_invoice(needs_tax_id=needs_tax_id)

    def sender(self) -> tuple[str, str]:
        """In whose name clients get mail, and where their answers go."""
        return self.sender_name or self.name, self.reply_to or self.email

    def seller(self) -> Snapshot:
        """The seller as documents show it."""
        reached = {"name": self.name, "email": self.email} | ({"phone": self.phone} if self.phone else {})
        return self.addressed(self.party() | reached)

    def payment_details(self) -> Snapshot:
        """How to pay (BG-16), as documents show it."""
        return {
            "account_name": self.account_name or self.legal_name,
            "iban": self.iban,
            "bic": self.bic,
            "text": self.payment_text,
        }
