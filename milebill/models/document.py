from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from milebill.clock import now
from milebill.db import Id, Model, Moment


class DocumentState(StrEnum):
    """Rendered once, by the worker; the page says "being prepared" until it is ready."""

    QUEUED = "queued"
    RENDERING = "rendering"
    READY = "ready"
    FAILED = "failed"


class DocumentKind(StrEnum):
    """What it is a PDF (or an e-invoice) of; `subject_id` is the id of that record."""

    QUOTE = "quote"  # revision
    AGREEMENT = "agreement"  # receipt of the acceptance
    RECEIPT = "receipt"  # receipt of the sign-off
    INVOICE = "invoice"  # invoice version
    STATEMENT = "statement"  # project statement
    CII = "cii"  # and so on: the same version as an e-invoice
    UBL = "ubl"
    XRECHNUNG = "xrechnung"
    XRECHNUNG_CII = "xrechnung_cii"


E_INVOICES = (DocumentKind.CII, DocumentKind.UBL, DocumentKind.XRECHNUNG, DocumentKind.XRECHNUNG_CII)
"""Made along with the PDF of an invoice's version, from the same frozen content."""


class Document(Model):
    """A PDF or an e-invoice that is made once and never again: bytes and hash are kept."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id"),
        Index(
            "ix_document_due",
            "next_attempt_at",
            postgresql_where=text("state IN ('queued', 'rendering')"),
            sqlite_where=text("state IN ('queued', 'rendering')"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int] = mapped_column(Id)
    file_name: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(10), default=DocumentState.QUEUED)
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    has_facturx: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether a PDF carries its invoice as data (Factur-X)."""
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(Moment, default=now)
    """Also the end of the lease while it is being rendered."""
    lease: Mapped[str | None] = mapped_column(String(32))
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
