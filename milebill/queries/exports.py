"""What a bookkeeper takes along: invoices, their lines and taxes, and payments of a period, as rows for a file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, case, null, select
from sqlalchemy.orm import aliased

from milebill.csv_cells import percent, text
from milebill.models import Client, Credit, Invoice, InvoiceLine, InvoiceTax, InvoiceVersion, Payment, Project, Quote
from milebill.money import plain
from milebill.queries.rows import AnyRow, AnySelect

Cells = Sequence[str]

IN_FORCE = (InvoiceVersion.invoice_id == Invoice.id) & (InvoiceVersion.number == Invoice.version)


def buyer_in_force(name: str) -> ColumnElement[str]:
    """A field of the buyer as the version in force has it: amended, or else as it was frozen."""
    frozen = Invoice.content["buyer"][name].as_string()
    return case((InvoiceVersion.buyer.is_(null()), frozen), else_=InvoiceVersion.buyer[name].as_string())


_credited = aliased(Invoice)
_ISSUED = (
    Invoice.workspace_id == bindparam("workspace_id"),
    Invoice.issued_on >= bindparam("first"),
    Invoice.issued_on <= bindparam("last"),
)
_INVOICES = (
    select(
        Invoice.number,
        Invoice.kind,
        Invoice.issued_on,
        Invoice.due_on,
        Invoice.currency,
        Invoice.net,
        Invoice.tax,
        Invoice.gross,
        Invoice.credited,
        Invoice.paid,
        Invoice.settled_on,
        _credited.number.label("credits"),
        Client.name.label("client"),
        buyer_in_force("legal_name").label("buyer"),
        buyer_in_force("tax_id").label("buyer_tax_id"),
        Project.title.label("project"),
        Quote.number.label("quote"),
        InvoiceVersion.purchase_order_number,
        InvoiceVersion.buyer_reference,
        InvoiceVersion.cost_centre,
    )
    .join(Project, Project.id == Invoice.project_id)
    .join(Quote, Quote.id == Project.quote_id)
    .join(Client, Client.id == Project.client_id)
    .join(InvoiceVersion, IN_FORCE)
    .outerjoin(Credit, Credit.invoice_id == Invoice.id)
    .outerjoin(_credited, _credited.id == Credit.credited_id)
    .where(*_ISSUED)
    .order_by(Invoice.id)
)
_LINES = (
    select(
        Invoice.number,
        Invoice.issued_on,
        InvoiceLine.position,
        InvoiceLine.kind,
        InvoiceLine.description,
        InvoiceLine.tax_label,
        InvoiceLine.tax_category,
        InvoiceLine.tax_rate,
        Invoice.currency,
        InvoiceLine.net,
    )
    .join(InvoiceLine, InvoiceLine.invoice_id == Invoice.id)
    .where(*_ISSUED)
    .order_by(Invoice.id, InvoiceLine.position)
)
_TAXES = (
    select(
        Invoice.number,
        Invoice.issued_on,
        InvoiceTax.tax_group,
        InvoiceTax.nth,
        InvoiceTax.label,
        InvoiceTax.category,
        InvoiceTax.rate,
        InvoiceTax.reason_code,
        InvoiceTax.reason,
        Invoice.currency,
        InvoiceTax.net,
        InvoiceTax.tax,
    )
    .join(InvoiceTax, InvoiceTax.invoice_id == Invoice.id)
    .where(*_ISSUED)
    .order_by(Invoice.id, InvoiceTax.position)
)
_PAYMENTS = (
    select(
        Payment.received_on,
        Payment.kind,
        Invoice.number.label("invoice"),
        Client.name.label("client"),
        Invoice.currency,
        Payment.amount,
        Payment.reference,
    )
    .join(Invoice, Invoice.id == Payment.invoice_id)
    .join(Project, Project.id == Invoice.project_id)
    .join(Client, Client.id == Project.client_id)
    .where(
        Payment.workspace_id == bindparam("workspace_id"),
        Payment.received_on >= bindparam("first"),
        Payment.received_on <= bindparam("last"),
    )
    .order_by(Payment.id)
)

_FILES: Mapping[str, AnySelect] = {"invoices": _INVOICES, "lines": _LINES, "taxes": _TAXES, "payments": _PAYMENTS}
EXPORTS = tuple(_FILES)
"""The files; credit notes are rows with negative amounts, as money that goes back is."""

_MONEY = frozenset({"net", "tax", "gross", "credited", "paid", "amount"})
_RATES = frozenset({"rate", "tax_rate"})


def export_rows(connection: Connection, kind: str, workspace_id: int, first: date, last: date) -> Iterator[Cells]:
    """The heads and then the rows of one of EXPORTS, from the day `first` to the day `last`, ready as cells.

    Amounts are decimal numbers with a point, dates ISO 8601.
    """
    keys = {"workspace_id": workspace_id, "first": first, "last": last}
    result = connection.execute(_FILES[kind], keys)
    heads = tuple(result.keys())
    yield heads
    place = heads.index("currency")
    write = [_writer(head) for head in heads]
    for row in result:
        yield _cells(row, write, row[place])


Writer = Callable[[Any, str], str]


def _writer(head: str) -> Writer:
    if head in _MONEY:
        return plain
    if head in _RATES:
        return lambda thousandths, _currency: percent(thousandths)
    return lambda value, _currency: _plain_text(value)


def _plain_text(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else text(str(value))


def _cells(row: AnyRow, write: Sequence[Writer], currency: str) -> Cells:
    return [writer(value, currency) for writer, value in zip(write, row, strict=True)]
