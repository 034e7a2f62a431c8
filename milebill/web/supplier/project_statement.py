"""A project's statement as a document."""

from flask import Response

from milebill.domain.project_statement import make_statement
from milebill.web.access import for_suppliers, supplier
from milebill.web.responses import see_other
from milebill.web.supplier.blueprint import supplier_pages


@supplier_pages.post("/projects/<id:project_id>/statement")
@for_suppliers
def make_project_statement(project_id: int) -> Response:
    """Its PDF: the same one all day, as long as nothing has happened since it was made."""
    who = supplier()
    document_id = make_statement(who.workspace_id, who.actor(), project_id)
    return see_other(f"/documents/{document_id}")
