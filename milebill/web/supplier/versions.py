"""The versions of an invoice on the supplier's side: what the client amended, and the one click that takes it back."""

from flask import Response
from flask_babel import lazy_gettext as _l

from milebill import clock
from milebill.db import reading
from milebill.domain.amendments import restore_version_by_supplier
from milebill.errors import Refused
from milebill.queries.invoice import load_invoice_place
from milebill.queries.invoice_page import load_invoice_page
from milebill.queries.invoice_versions import load_versions
from milebill.web.access import for_suppliers, supplier
from milebill.web.client.amendment_view import version_rows
from milebill.web.e_invoices import document_address
from milebill.web.responses import see_other
from milebill.web.supplier.blueprint import say, show, supplier_pages


@supplier_pages.get("/invoices/<id:invoice_id>/versions")
@for_suppliers
def versions(invoice_id: int) -> Response:
    """What was amended, by whom, and each version's PDF."""
    who = supplier()
    with reading() as connection:
        place = load_invoice_place(connection, who.workspace_id, invoice_id)
        page = load_invoice_page(place.quote_id, invoice_id, clock.today(who.time_zone))
        found = load_versions(connection, invoice_id, page.content["buyer"])
    rows = version_rows(page, found, document_address)
    return show("versions.html", invoice=page, owed=place, rows=rows)


@supplier_pages.post("/invoices/<id:invoice_id>/versions/<id:version_number>/restoration")
@for_suppliers
def restoration(invoice_id: int, version_number: int) -> Response:
    """Bring a version back; the one in force already changes nothing."""
    who = supplier()
    try:
        restore_version_by_supplier(who.workspace_id, who.actor(), invoice_id, version_number)
        say(_l("This is in force again, as a new version. Your client sees it on the invoice’s page."))
    except Refused:
        say(_l("The invoice is settled, so its details stay as they are."), "wait")
    return see_other(f"/invoices/{invoice_id}/versions")
