"""/i/<token>: one invoice for whoever pays it, and nothing else."""

from flask import Response

from milebill.models import Role
from milebill.queries.client_page import deciders
from milebill.queries.client_papers import find_document
from milebill.queries.invoice_page import InvoicePage, load_invoice_page
from milebill.web import responses
from milebill.web.access import LinkHolder, invoice_holder
from milebill.web.client.blueprint import client_pages
from milebill.web.client.invoice_view import invoice_view
from milebill.web.client.papers import being_prepared, send_stored
from milebill.web.client.version import is_unchanged, marked, tag_of, unchanged
from milebill.web.client.view import brand_of
from milebill.web.openings import note_opening
from milebill.web.responses import private


@client_pages.get("/i/<token>")
def invoice(token: str) -> Response:
    """The invoice, its state, how to pay it, and what proves it."""
    who, invoice_id = invoice_holder(token)
    note_opening(who.link_id)
    tag = f"i{invoice_id}-{tag_of(who)}"
    if is_unchanged(tag):
        return unchanged(tag)
    if not _may_pay(who):
        return _not_yours(who)
    found = load_invoice_page(who.quote_id, invoice_id, who.today)
    response = responses.page(
        "client/invoice.html",
        invoice=found,
        content=found.content,
        shown=invoice_view(found),
        brand=brand_of(found.supplier),
        base=f"/i/{token}",
    )
    return marked(response, tag)


@client_pages.get("/i/<token>/document")
def invoice_document(token: str) -> Response:
    """The invoice as PDF, or a page that waits for it."""
    who, invoice_id = invoice_holder(token)
    if not _may_pay(who):
        return _not_yours(who)
    found: InvoicePage = load_invoice_page(who.quote_id, invoice_id, who.today)
    if found.paper is None or not found.paper.ready:
        return being_prepared(f"/i/{token}")
    return send_stored(find_document(who.quote_id, found.paper.id))


def _may_pay(who: LinkHolder) -> bool:
    return who.may(Role.ACCOUNTS_PAYABLE) or who.may(Role.APPROVE)


def _not_yours(who: LinkHolder) -> Response:
    return private(responses.page("errors/not_a_decider.html", 403, names=deciders(who.quote_id), back=""))
