"""The book of clients."""

from urllib.parse import quote

from flask import Response, request

from milebill.db import reading
from milebill.queries.clients import client_list, load_client
from milebill.web.access import for_suppliers, supplier
from milebill.web.client.wording import invoiced_lines
from milebill.web.preflight import needs_in_words
from milebill.web.supplier.blueprint import key_from_request, show, supplier_pages
from milebill.web.supplier.client_language import LanguageForm

MAX_SOUGHT = 100


@supplier_pages.get("/clients")
@for_suppliers
def clients() -> Response:
    """Everybody whom a quote was sent to, or those whom somebody looks for."""
    sought = request.args.get("q", "").replace("\0", "").strip()[:MAX_SOUGHT]
    with reading() as connection:
        page, sums = client_list(
            connection, supplier().workspace_id, key_from_request("before"), key_from_request("after"), sought
        )
    return show("clients.html", page=page, sums=sums, sought=sought, also=f"&q={quote(sought)}" if sought else "")


@supplier_pages.get("/clients/<id:client_id>")
@for_suppliers
def client(client_id: int) -> Response:
    """One company: its people, its quotes and projects, and what it owes."""
    with reading() as connection:
        found = load_client(
            connection, supplier().workspace_id, client_id, key_from_request("before"), key_from_request("after")
        )
    form = LanguageForm(formdata=None, data={"locale": found.locale})
    return show(
        "client.html", client=found, form=form, address=invoiced_lines(found.party), needs=needs_in_words(found.needs)
    )
