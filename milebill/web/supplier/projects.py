"""Projects: what accepted quotes became."""

from flask import Response

from milebill import clock
from milebill.db import reading
from milebill.domain.preflight import Situation
from milebill.queries.project import ProjectPage, load_project_page
from milebill.queries.projects import project_list
from milebill.web.access import for_suppliers, supplier
from milebill.web.client.wording import address_lines
from milebill.web.preflight import CheckRow, check_rows, tax_id_is_right
from milebill.web.security import once_key
from milebill.web.supplier.answers import AnswerForm
from milebill.web.supplier.blueprint import key_from_request, show, supplier_pages
from milebill.web.supplier.project_exposure import uncovered


@supplier_pages.get("/projects")
@for_suppliers
def projects() -> Response:
    """Every project, newest first."""
    with reading() as connection:
        shown = project_list(connection, supplier().workspace_id, key_from_request("before"), key_from_request("after"))
    return show("projects.html", page=shown)


@supplier_pages.get("/projects/<id:project_id>")
@for_suppliers
def project(project_id: int) -> Response:
    """The schedule, what it was billed, and what was said."""
    who = supplier()
    today = clock.today(who.time_zone)
    with reading() as connection:
        found = load_project_page(connection, who.workspace_id, project_id, today)
    form = AnswerForm(data={"once": once_key()})
    checks = () if found.invoices else _checks(found)
    at_stake = uncovered(found, clock.day_of(found.accepted_at, who.time_zone), today)
    buyer = address_lines(found.buyer)
    return show("project.html", project=found, form=form, buyer=buyer, checks=checks, uncovered=at_stake)


def _checks(found: ProjectPage) -> tuple[CheckRow, ...]:
    """The pre-flight of the first invoice."""
    return check_rows(
        Situation(
            buyer=found.buyer,
            purchase_order_number=found.purchase_order_number,
            po_required=found.needs.po_required,
            invoice_format=found.needs.invoice_format,
            categories=found.categories,
            tax_id_is_right=tax_id_is_right(found.buyer),
            has_twin=found.has_twin,
            buyer_reference=found.buyer_reference,
        )
    )
