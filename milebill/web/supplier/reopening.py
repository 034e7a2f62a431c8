"""A milestone whose invoice was credited in full is opened again."""

from flask import Response
from flask_babel import gettext as _

from milebill.db import reading
from milebill.domain.reopening import reopen_milestone
from milebill.errors import Refused
from milebill.queries.project import load_stage
from milebill.web.access import for_suppliers, supplier
from milebill.web.responses import see_other
from milebill.web.supplier.blueprint import say, supplier_pages


@supplier_pages.post("/projects/<id:project_id>/milestones/<id:position>/reopening")
@for_suppliers
def reopening(project_id: int, position: int) -> Response:
    """The milestone is planned again; a second click changes nothing."""
    who = supplier()
    with reading() as connection:
        stage = load_stage(connection, who.workspace_id, project_id, position)
    try:
        reopen_milestone(who.workspace_id, who.actor(), stage.quote_id, position)
    except Refused:
        say(_("A milestone can be opened again once its invoice is credited in full. Here is how it stands."), "wait")
        return see_other(f"/projects/{project_id}")
    say(_("Milestone %(n)s is open again. Submit it when it is ready; its sign-off bills it anew.", n=position))
    return see_other(f"/projects/{project_id}#milestone-{position}")
