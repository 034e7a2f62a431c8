"""PDFs and handed-over files, to be saved."""

from flask import Response

from milebill.db import reading
from milebill.models.document import DocumentState
from milebill.queries.documents import load_document, load_file
from milebill.web.access import for_suppliers, supplier
from milebill.web.client.papers import send_stored
from milebill.web.responses import partial, private, wants_partial
from milebill.web.supplier.blueprint import show, supplier_pages


@supplier_pages.get("/documents/<id:document_id>")
@for_suppliers
def document(document_id: int) -> Response:
    """A PDF; until the worker has made it, a page that asks again by itself."""
    with reading() as connection:
        found = load_document(connection, supplier().workspace_id, document_id)
    if wants_partial():
        return private(partial("supplier/document_state.html", document=found, document_id=document_id))
    if found.state == DocumentState.READY:
        return send_stored(found.stored)
    return show("document.html", 202, document=found, document_id=document_id)


@supplier_pages.get("/files/<id:deliverable_id>")
@for_suppliers
def file(deliverable_id: int) -> Response:
    """A file that was handed over with a milestone."""
    with reading() as connection:
        found = load_file(connection, supplier().workspace_id, deliverable_id)
    return send_stored(found)
