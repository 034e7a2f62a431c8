"""Receipts as files that prove themselves: the supplier holds the same as the client."""

from flask import Response

from milebill.queries.proof import receipt_of_workspace
from milebill.web.access import for_suppliers, supplier
from milebill.web.client.papers import send_receipt
from milebill.web.supplier.blueprint import supplier_pages


@supplier_pages.get("/receipts/<number>.json")
@for_suppliers
def receipt_file(number: str) -> Response:
    """A receipt of the workspace as JSON, see docs/proof.md."""
    return send_receipt(receipt_of_workspace(supplier().workspace_id, number.upper()))
