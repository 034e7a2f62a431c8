"""A client's statement of account, as a page and as a file."""

from collections.abc import Iterator, Sequence

from flask import Response
from flask_babel import gettext as _

from milebill import clock, csv_cells
from milebill.db import reading
from milebill.models import InvoiceKind, PaymentKind
from milebill.money import plain
from milebill.queries.statement import Statement, StatementLine, load_statement
from milebill.web.access import for_suppliers, supplier
from milebill.web.client.invoice_standing import name_of
from milebill.web.supplier.blueprint import show, supplier_pages
from milebill.web.supplier.exports import csv_file
from milebill.web.supplier.periods import period_from_request


@supplier_pages.get("/clients/<id:client_id>/statement")
@for_suppliers
def statement(client_id: int) -> Response:
    """What was asked for, credited and paid, with the balance after each."""
    found = _statement(client_id)
    period = period_from_request(found.last)
    return show("statement.html", client_id=client_id, statement=found, period=period, words=line_in_words)


@supplier_pages.get("/clients/<id:client_id>/statement.csv")
@for_suppliers
def statement_file(client_id: int) -> Response:
    """The same for a spreadsheet."""
    found = _statement(client_id)
    return csv_file(_rows(found), f"statement-{found.first.isoformat()}-{found.last.isoformat()}.csv")


def line_in_words(line: StatementLine) -> str:
    """What a line is: "Invoice 2027-0001", "Payment for 2027-0001"."""
    if line.kind == PaymentKind.PAYMENT:
        return str(_("Payment for %(number)s", number=line.number))
    if line.kind == PaymentKind.REFUND:
        return str(_("Refund for %(number)s", number=line.number))
    if line.kind == PaymentKind.REVERSAL:
        return str(_("Undone, for %(number)s", number=line.number))
    return name_of(InvoiceKind(line.kind), line.number)


def _statement(client_id: int) -> Statement:
    who = supplier()
    period = period_from_request(clock.today(who.time_zone))
    with reading() as connection:
        return load_statement(connection, who.workspace_id, client_id, period.first, period.last)


def _rows(found: Statement) -> Iterator[Sequence[str]]:
    yield ("date", "kind", "number", "text", "currency", "amount", "balance")
    for account in found.accounts:
        currency = account.currency
        yield (found.first.isoformat(), "opening", "", "", currency, "", plain(account.opening, currency))
        for line in account.lines:
            yield (
                line.day.isoformat(),
                line.kind,
                csv_cells.text(line.number),
                csv_cells.text(line.text),
                currency,
                plain(line.amount, currency),
                plain(line.balance, currency),
            )
        yield (found.last.isoformat(), "closing", "", "", currency, "", plain(account.closing, currency))
