"""The versions of an invoice: what was amended, by whom, and each one's PDF."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, func, select

from milebill.models import Document, DocumentKind, InvoiceVersion, Transmission
from milebill.models.document import E_INVOICES, DocumentState
from milebill.models.invoice_version import AMENDABLE, Change, buyer_changes, changes, version_hash
from milebill.models.party import Snapshot
from milebill.models.transmission import TransmissionState
from milebill.queries.client_schedule import Paper, paper

_VERSIONS = (
    select(
        InvoiceVersion.id,
        InvoiceVersion.number,
        *(getattr(InvoiceVersion, name) for name in AMENDABLE),
        InvoiceVersion.buyer,
        InvoiceVersion.restored_from,
        InvoiceVersion.side,
        InvoiceVersion.name,
        InvoiceVersion.created_at,
        Document.id.label("document_id"),
        Document.state.label("document_state"),
        Document.has_facturx,
    )
    .outerjoin(Document, and_(Document.kind == DocumentKind.INVOICE.value, Document.subject_id == InvoiceVersion.id))
    .where(InvoiceVersion.invoice_id == bindparam("invoice_id"))
    .order_by(InvoiceVersion.number.desc())
)
_LAST_TWO = _VERSIONS.limit(2)
_E_INVOICES = (
    select(
        Document.subject_id,
        Document.id,
        Document.kind,
        Document.state,
        Transmission.state.label("sent_state"),
        Transmission.error,
        func.coalesce(Transmission.sent_at, Transmission.created_at).label("sent_at"),
    )
    .join(InvoiceVersion, InvoiceVersion.id == Document.subject_id)
    .outerjoin(Transmission, Transmission.document_id == Document.id)
    .where(InvoiceVersion.invoice_id == bindparam("invoice_id"), Document.kind.in_([kind.value for kind in E_INVOICES]))
    .order_by(Transmission.id)
)


class Transmitted(NamedTuple):
    """How it stands with an access point."""

    state: str
    error: str
    at: datetime


class EInvoice(NamedTuple):
    """An e-invoice of a version, and whether it could be made."""

    id: int
    kind: str
    ready: bool
    transmitted: Transmitted | None = None
    """The last time that it was to be sent."""


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
    has_facturx: bool
    """Whether its PDF carries the invoice as data."""
    e_invoices: tuple[EInvoice, ...]
    """Beside the PDF, in the order of E_INVOICES; none until it is ready, or if EN 16931 can't express it."""
    content_hash: str
    """What somebody has seen who amends it."""
    sent_before: datetime | None = None
    """When an earlier version last went out through an access point."""


def load_versions(
    connection: Connection, invoice_id: int, issued_to: Snapshot, only_latest: bool = False
) -> tuple[Version, ...]:
    """The versions of an invoice that was found before, newest first; `issued_to` is its content's buyer.

    `only_latest`: the one in force alone.
    """
    rows = connection.execute(_LAST_TWO if only_latest else _VERSIONS, {"invoice_id": invoice_id}).mappings().all()
    beside: dict[int, dict[str, EInvoice]] = defaultdict(dict)
    for row in connection.execute(_E_INVOICES, {"invoice_id": invoice_id}):
        sent = None if row.sent_state is None else Transmitted(row.sent_state, row.error, row.sent_at)
        beside[row.subject_id][row.kind] = EInvoice(row.id, row.kind, row.state == DocumentState.READY, sent)
    found = [_version(newer, older, issued_to, beside) for newer, older in pairwise([*rows, None]) if newer is not None]
    return tuple(found[:1] if only_latest else found)


def _version(row: Any, older: Any, issued_to: Snapshot, beside: Mapping[int, Mapping[str, EInvoice]]) -> Version:
    fields, files = {name: row[name] for name in AMENDABLE}, beside.get(row["id"], {})
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
        has_facturx=bool(row["has_facturx"]),
        e_invoices=tuple(files[kind] for kind in E_INVOICES if kind in files),
        content_hash=version_hash(row["number"], fields, row["buyer"]),
        sent_before=_sent_before(row["id"], beside),
    )


def _sent_before(version_id: int, beside: Mapping[int, Mapping[str, EInvoice]]) -> datetime | None:
    older = (file.transmitted for other, files in beside.items() if other < version_id for file in files.values())
    return max((sent.at for sent in older if sent and sent.state != TransmissionState.REFUSED), default=None)
