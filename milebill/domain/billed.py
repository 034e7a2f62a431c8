"""An issued document with what it belongs to, as every verb about it needs it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from milebill.domain.work import Work
from milebill.errors import NotFound
from milebill.models import Client, Invoice, InvoiceKind, InvoiceVersion, Project, Quote
from milebill.models.invoice_version import AMENDABLE
from milebill.models.party import Snapshot


@dataclass(frozen=True)
class Billed:
    """An invoice or a credit note with its project and quote."""

    invoice: Invoice
    project: Project
    quote: Quote


_BILLED = (
    select(Invoice, Project, Quote)
    .join(Project, Project.id == Invoice.project_id)
    .join(Quote, Quote.id == Project.quote_id)
    .where(Invoice.id == bindparam("invoice_id"), Invoice.workspace_id == bindparam("workspace_id"))
)
_VERSION = select(*(getattr(InvoiceVersion, name) for name in AMENDABLE), InvoiceVersion.buyer).where(
    InvoiceVersion.invoice_id == bindparam("invoice_id"), InvoiceVersion.number == bindparam("number")
)


def load_billed(work: Work, invoice_id: int) -> Billed:
    """The workspace's invoice or credit note. Raises NotFound."""
    row = work.session.execute(_BILLED, {"invoice_id": invoice_id, "workspace_id": work.workspace.id}).one_or_none()
    if row is None:
        raise NotFound
    return Billed(*row)


def load_invoice(work: Work, invoice_id: int) -> Billed:
    """The workspace's invoice; a credit note, which asks for nothing, is NotFound too."""
    billed = load_billed(work, invoice_id)
    if billed.invoice.kind == InvoiceKind.CREDIT_NOTE:
        raise NotFound
    return billed


def client_of(work: Work, billed: Billed) -> Client:
    """Whose it is, in the supplier's book."""
    return work.session.get_one(Client, billed.project.client_id)


@dataclass(frozen=True)
class Amended:
    """What the current version of an invoice says that no total depends on."""

    fields: dict[str, str]
    """AMENDABLE of models/invoice_version.py."""
    buyer: Snapshot


def as_amended(work: Work, invoice: Invoice) -> Amended:
    """The fields and the buyer of an invoice as they are now, after whatever was amended."""
    key = {"invoice_id": invoice.id, "number": invoice.version}
    row: Any = work.session.execute(_VERSION, key).mappings().one()
    return Amended({name: row[name] for name in AMENDABLE}, row["buyer"] or invoice.content["buyer"])
