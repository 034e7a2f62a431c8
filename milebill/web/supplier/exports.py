"""CSV files for the bookkeeper."""

from collections.abc import Iterable, Sequence

from flask import Response

from milebill import clock, csv_cells
from milebill.db import reading
from milebill.queries.exports import EXPORTS, export_rows
from milebill.queries.year_archive import years_with_documents
from milebill.web.access import for_suppliers, supplier
from milebill.web.responses import private
from milebill.web.supplier.blueprint import show, supplier_pages
from milebill.web.supplier.periods import period_from_request


@supplier_pages.get("/exports")
@for_suppliers
def exports() -> Response:
    """The files, and the period that they are about."""
    who = supplier()
    with reading() as connection:
        years = years_with_documents(connection, who.workspace_id)
    return show("exports.html", period=period_from_request(clock.today(who.time_zone)), kinds=EXPORTS, years=years)


@supplier_pages.get("/exports/<any(invoices,lines,taxes,payments):kind>.csv")
@for_suppliers
def export(kind: str) -> Response:
    """One of the files."""
    who = supplier()
    period = period_from_request(clock.today(who.time_zone))
    with reading() as connection:
        rows = export_rows(connection, kind, who.workspace_id, period.first, period.last)
        return csv_file(rows, f"{kind}-{period.first.isoformat()}-{period.last.isoformat()}.csv")


def csv_file(rows: Iterable[Sequence[str]], name: str) -> Response:
    """A file to be saved; `name` is ours, of letters, digits and dashes.

    It is written before it is sent: a slow reader must not hold a connection of the database.
    """
    response = Response("".join(csv_cells.lines(rows)), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return private(response)
