"""/i/<token>: one invoice for whoever pays it, and the thread with whoever sent it."""

from flask import Response

from milebill.db import reading
from milebill.errors import NotFound
from milebill.queries.client_papers import find_document
from milebill.queries.invoice_versions import load_versions
from milebill.web.client.blueprint import client_pages
from milebill.web.client.invoice_visit import invoice_visit
from milebill.web.client.papers import MAX_ID, being_prepared, send_stored
from milebill.web.client.version import is_unchanged, marked, tag_of, unchanged
from milebill.web.openings import note_opening


@client_pages.get("/i/<token>")
def invoice(token: str) -> Response:
    """The invoice, its state, how to pay it, what of it can be amended, and what proves it."""
    here = invoice_visit(token)
    note_opening(here.who.link_id)
    tag = f"i{here.invoice_id}-{tag_of(here.who)}"
    if is_unchanged(tag):
        return unchanged(tag)
    return marked(here.show(), tag) if here.may_pay else here.not_yours()


@client_pages.get("/i/<token>/document")
def invoice_document(token: str) -> Response:
    """The invoice as PDF, or a page that waits for it."""
    here = invoice_visit(token)
    if not here.may_pay:
        return here.not_yours()
    paper = here.page.paper
    if paper is None or not paper.ready:
        return being_prepared(here.base)
    return send_stored(find_document(here.who.quote_id, paper.id))


@client_pages.get(f"/i/<token>/versions/<int(max={MAX_ID}):version_number>/<any(cii,ubl,xrechnung):kind>.xml")
def e_invoice(token: str, version_number: int, kind: str) -> Response:
    """A version as an e-invoice, for accounting programs."""
    here = invoice_visit(token)
    if not here.may_pay:
        return here.not_yours()
    with reading() as connection:
        versions = load_versions(connection, here.invoice_id, here.page.content["buyer"])
    files = (file for version in versions if version.number == version_number for file in version.e_invoices)
    found = next((file for file in files if file.kind == kind and file.ready), None)
    if found is None:
        raise NotFound
    return send_stored(find_document(here.who.quote_id, found.id))
