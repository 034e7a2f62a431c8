"""The versions of an invoice: what was amended, by whom, and each one's PDF."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, and_, bindparam, select

from milebill.models import Document, DocumentKind, InvoiceVersion
from milebill.models.invoice_version import AMENDABLE, Change, buyer_changes, changes, version_hash
from milebill.models.party import Snapshot
from milebill.queries.client_schedule import Paper, paper

_VERSIONS = (
    select(
        InvoiceVersion.number,
        *(getattr(InvoiceVersion, name) for name in AMENDABLE),
        InvoiceVersion.buyer,
        InvoiceVersion.restored_from,
        InvoiceVersion.side,
        InvoiceVersion.name,
        InvoiceVersion.created_at,
        Document.id.label("document_id"),
        Document.state.label("document_state"),
    )
    .outerjoin(Document, and_(Document.kind == DocumentKind.INVOICE.value, Document.subject_id == InvoiceVersion.id))
    .where(InvoiceVersion.invoice_id == bindparam("invoice_id"))
    .order_by(InvoiceVersion.number.desc())
)
_LAST_TWO = _VERSIONS.limit(2)


@dataclass(frozen=True, slots=True)
class Version:
    """One version, and how it differs from the one before it."""

    number: int
    fields: Mapping[str, str]
    buyer: Snapshot
    changes: tuple[Change, ...]
    restored_from: int | None
    side: str
    name: str
    """Who amended it, as typed; "" for the first, which nobody did."""
    at: datetime
    paper: Paper | None
    content_hash: str
    """What somebody has seen who amends it."""


def load_versions(
    connection: Connection, invoice_id: int, issued_to: Snapshot, only_latest: bool = False
) -> tuple[Version, ...]:
    """The versions of an invoice that was found before, newest first; `issued_to` is its content's buyer.

    `only_latest`: the one in force alone.
    """
    rows = connection.execute(_LAST_TWO if only_latest else _VERSIONS, {"invoice_id": invoice_id}).mappings().all()
    found = [_version(newer, older, issued_to) for newer, older in pairwise([*rows, None]) if newer is not None]
    return tuple(found[:1] if only_latest else found)


def _version(row: Any, older: Any, issued_to: Snapshot) -> Version:
    fields = {name: row[name] for name in AMENDABLE}
    buyer = row["buyer"] or issued_to
    differing: list[Change] = []
    if older is not None:
        differing = [*changes(older, row), *buyer_changes(older["buyer"] or issued_to, buyer)]
    return Version(
        number=row["number"],
        fields=fields,
        buyer=buyer,
        changes=tuple(differing),
        restored_from=row["restored_from"],
        side=row["side"],
        name=row["name"],
        at=row["created_at"],
        paper=paper(row["document_id"], row["document_state"]),
        content_hash=version_hash(row["number"], fields, row["buyer"]),
    )
