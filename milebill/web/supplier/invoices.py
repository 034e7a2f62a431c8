"""Invoices: what was issued, and what of it was paid."""

from flask import Response, request

from milebill import clock
from milebill.db import reading
from milebill.queries.credits import load_chain
from milebill.queries.invoice import load_invoice_place, load_payments
from milebill.queries.invoice_page import load_invoice_page
from milebill.queries.invoices import FILTERS, invoice_list
from milebill.web.access import for_suppliers, supplier
from milebill.web.client.amendment_view import details_view
from milebill.web.client.invoice_view import invoice_view
from milebill.web.e_invoices import document_address, files_view
from milebill.web.supplier.blueprint import key_from_request, show, supplier_pages
from milebill.web.supplier.transmissions import transmission_view


@supplier_pages.get("/invoices")
@for_suppliers
def invoices() -> Response:
    """Every invoice, newest first; or the open, overdue or paid ones, or the credit notes."""
    who, kind = supplier(), request.args.get("state", "all")
    kind = kind if kind in FILTERS else "all"
    with reading() as connection:
        shown = invoice_list(
            connection,
            who.workspace_id,
            clock.today(who.time_zone),
            kind,
            key_from_request("before"),
            key_from_request("after"),
        )
    return show("invoices.html", page=shown, kind=kind)


@supplier_pages.get("/invoices/<id:invoice_id>")
@for_suppliers
def invoice(invoice_id: int) -> Response:
    """The sheet as it was issued, and its payments."""
    who = supplier()
    with reading() as connection:
        place = load_invoice_place(connection, who.workspace_id, invoice_id)
        payments = load_payments(connection, invoice_id)
        chain = load_chain(connection, invoice_id) if place.is_in_chain else ()
    found = load_invoice_page(place.quote_id, invoice_id, clock.today(who.time_zone))
    return show(
        "invoice.html",
        owed=place,
        invoice=found,
        shown=invoice_view(found),
        details=details_view(found),
        files=files_view(found, document_address),
        transmission=transmission_view(found),
        payments=payments,
        chain=chain,
    )
