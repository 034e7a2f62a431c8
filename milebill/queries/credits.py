"""What credit notes take back: what is left of an invoice to be credited, and the documents that belong together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import aliased

from milebill.errors import NotFound
from milebill.models import CorrectionRequest, Credit, Invoice, InvoiceVersion
from milebill.models.credit import LEFT_OF_INVOICE

_note, _credited, _corrected = aliased(Invoice), aliased(Invoice), aliased(Invoice)
_CHAIN = (
    select(
        _note.id,
        _note.number,
        _note.gross,
        _note.issued_on,
        _credited.id.label("credited_id"),
        _credited.number.label("credited_number"),
        _corrected.id.label("corrected_id"),
        _corrected.number.label("corrected_number"),
    )
    .select_from(Credit)
    .join(_note, _note.id == Credit.invoice_id)
    .join(_credited, _credited.id == Credit.credited_id)
    .outerjoin(_corrected, _corrected.id == Credit.corrected_id)
    .where(
        (Credit.credited_id == bindparam("invoice_id"))
        | (Credit.invoice_id == bindparam("invoice_id"))
        | (Credit.corrected_id == bindparam("invoice_id"))
    )
    .order_by(Credit.id)
)

_BUYER = (
    select(Invoice.content, InvoiceVersion.buyer, CorrectionRequest.wanted, CorrectionRequest.text)
    .join(InvoiceVersion, (InvoiceVersion.invoice_id == Invoice.id) & (InvoiceVersion.number == Invoice.version))
    .outerjoin(
        CorrectionRequest,
        (CorrectionRequest.invoice_id == Invoice.id) & (CorrectionRequest.id == bindparam("request_id")),
    )
    .where(Invoice.id == bindparam("invoice_id"), Invoice.workspace_id == bindparam("workspace_id"))
)


@dataclass(frozen=True)
class WantedBuyer:
    """Whom an invoice is made out to, with what the client asks to be changed, and why."""

    party: dict[str, str]
    text: str


@dataclass(frozen=True)
class LeftOfGroup:
    """What is left of a tax group: net and tax in minor units; `taxes` are (label, rate) of its one or two."""

    group: int
    net: int
    tax: int
    taxes: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Linked:
    """A credit note (its gross is negative), what it credits, and what takes the place of that."""

    id: int
    number: str
    gross: int
    issued_on: date
    credited_id: int
    credited_number: str
    corrected_id: int | None
    corrected_number: str | None


def load_left(connection: Connection, invoice_id: int) -> tuple[LeftOfGroup, ...]:
    """What earlier credit notes have left of an invoice of the workspace, group by group."""
    rows = connection.execute(LEFT_OF_INVOICE, {"invoice_id": invoice_id}).all()
    groups = [list(found) for _, found in groupby(rows, key=lambda row: row.tax_group)]
    return tuple(
        LeftOfGroup(
            group=found[0].tax_group,
            net=int(found[0].net),
            tax=sum(int(row.tax) for row in found),
            taxes=tuple((row.label, row.rate) for row in found),
        )
        for found in groups
    )


def load_chain(connection: Connection, invoice_id: int) -> Sequence[Linked]:
    """The credit notes that an invoice, a credit note or a corrected invoice has to do with, oldest first."""
    return [Linked(**row) for row in connection.execute(_CHAIN, {"invoice_id": invoice_id}).mappings()]


def load_wanted_buyer(
    connection: Connection, workspace_id: int, invoice_id: int, request_id: int | None = None
) -> WantedBuyer:
    """The buyer as the invoice's correction begins, with the wishes of a request of the client. Raises NotFound."""
    keys = {"invoice_id": invoice_id, "workspace_id": workspace_id, "request_id": request_id}
    row: Any = connection.execute(_BUYER, keys).one_or_none()
    if row is None or (request_id is not None and row.wanted is None):
        raise NotFound
    return WantedBuyer({**(row.buyer or row.content["buyer"]), **(row.wanted or {})}, row.text or "")
