"""What the pre-flight of an invoice looks up: what the client needs, and whether something alike was billed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, bindparam, select

from milebill.errors import NotFound
from milebill.models import Client, Invoice, InvoiceVersion, Project

ALIKE_FOR = timedelta(days=30)

_NEEDS = select(
    Client.id,
    Client.name,
    Client.po_required,
    Client.vendor_number,
    Client.cost_centre,
    Client.invoice_name,
    Client.invoice_email,
    Client.invoice_format,
    Client.electronic_scheme,
    Client.electronic_id,
).where(Client.id == bindparam("client_id"), Client.workspace_id == bindparam("workspace_id"))
_TWIN = (
    select(Invoice.id)
    .join(Project, Project.id == Invoice.project_id)
    .join(InvoiceVersion, (InvoiceVersion.invoice_id == Invoice.id) & (InvoiceVersion.number == Invoice.version))
    .where(
        Project.client_id == bindparam("client_id"),
        Project.quote_id != bindparam("quote_id"),
        Invoice.currency == bindparam("currency"),
        Invoice.gross.in_(bindparam("sums", expanding=True)),
        Invoice.credited == 0,
        Invoice.issued_on >= bindparam("since"),
        InvoiceVersion.purchase_order_number == bindparam("purchase_order_number"),
    )
    .limit(1)
)


@dataclass(frozen=True)
class KnownNeeds:
    """What a client's accounts department needs, as far as somebody said so."""

    id: int
    name: str
    po_required: bool
    vendor_number: str
    cost_centre: str
    invoice_name: str
    invoice_email: str
    invoice_format: str
    electronic_scheme: str
    electronic_id: str
    """Where e-invoices are delivered, see electronic_address.py."""


def load_needs(connection: Connection, workspace_id: int, client_id: int) -> KnownNeeds:
    """The workspace's client. Raises NotFound."""
    keys = {"client_id": client_id, "workspace_id": workspace_id}
    row = connection.execute(_NEEDS, keys).mappings().one_or_none()
    if row is None:
        raise NotFound
    return KnownNeeds(**row)


def has_twin(
    connection: Connection,
    client_id: int,
    quote_id: int,
    purchase_order_number: str,
    currency: str,
    sums: Collection[int],
    today: date,
) -> bool:
    """Whether another contract of the client billed one of these sums (minor units, gross) for the same purchase order.

    Within one contract each milestone is billed once. Without a number nothing can be told to be the same.
    """
    if not purchase_order_number:
        return False
    values = {
        "client_id": client_id,
        "quote_id": quote_id,
        "currency": currency,
        "sums": list(sums),
        "since": today - ALIKE_FOR,
        "purchase_order_number": purchase_order_number,
    }
    return connection.execute(_TWIN, values).first() is not None
