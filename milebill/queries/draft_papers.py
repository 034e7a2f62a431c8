"""A draft's PDF, as far as it is made."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from milebill.models import DraftPaper, Quote, Revision


@dataclass(frozen=True)
class Paper:
    """How far it is, and of what it was made."""

    state: str
    content_hash: str


def _visitors(*columns: Any) -> Select[Any]:
    of_quote = select(*columns).join(Revision, Revision.id == DraftPaper.revision_id)
    return of_quote.join(Quote, Quote.id == Revision.quote_id).where(Quote.draft_link_id == bindparam("link_id"))


def _suppliers(*columns: Any) -> Select[Any]:
    of_quote = select(*columns).join(Revision, Revision.id == DraftPaper.revision_id)
    return of_quote.join(Quote, Quote.id == Revision.quote_id).where(
        Quote.workspace_id == bindparam("workspace_id"),
        Quote.id == bindparam("quote_id"),
        Revision.number == bindparam("number"),
    )


_HEAD = (DraftPaper.state, DraftPaper.content_hash)
_VISITORS, _VISITORS_PDF = _visitors(*_HEAD), _visitors(DraftPaper.pdf)
_SUPPLIERS, _SUPPLIERS_PDF = _suppliers(*_HEAD), _suppliers(DraftPaper.pdf)


def paper_of_visitor(connection: Connection, link_id: int) -> Paper | None:
    """That of a visitor's draft; None if none was asked for."""
    row = connection.execute(_VISITORS, {"link_id": link_id}).one_or_none()
    return Paper(*row) if row else None


def pdf_of_visitor(connection: Connection, link_id: int) -> bytes | None:
    """Its bytes, once it is made."""
    pdf: bytes | None = connection.scalar(_VISITORS_PDF, {"link_id": link_id})
    return pdf


def paper_of_supplier(connection: Connection, workspace_id: int, quote_id: int, number: int) -> Paper | None:
    """That of a revision; None if none was asked for, or it is somebody else's."""
    values = {"workspace_id": workspace_id, "quote_id": quote_id, "number": number}
    row = connection.execute(_SUPPLIERS, values).one_or_none()
    return Paper(*row) if row else None


def pdf_of_supplier(connection: Connection, workspace_id: int, quote_id: int, number: int) -> bytes | None:
    """Its bytes, once it is made."""
    values = {"workspace_id": workspace_id, "quote_id": quote_id, "number": number}
    pdf: bytes | None = connection.scalar(_SUPPLIERS_PDF, values)
    return pdf
