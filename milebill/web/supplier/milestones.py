"""A milestone goes before the client, and is taken back."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request
from flask_babel import lazy_gettext as _l
from wtforms import MultipleFileField, TextAreaField

from milebill.db import reading
from milebill.domain.evidence import Evidence
from milebill.domain.milestones import submit_milestone, take_back_milestone
from milebill.errors import Invalid, Refused
from milebill.queries.project import StagePlace, load_stage
from milebill.web.access import for_suppliers, supplier
from milebill.web.forms import SupplierForm, add_errors, focus_first_error
from milebill.web.responses import see_other
from milebill.web.supplier.blueprint import say, show, supplier_pages
from milebill.web.supplier.uploads import stored_evidence

_TOO_MANY = _l("Please give at most 20 links and files together.")


class SubmissionForm(SupplierForm):
    """What shows that the milestone is reached."""

    note = TextAreaField(_l("What is done"), description=_l("Your client reads this above the buttons to sign off."))
    links = TextAreaField(_l("Links"), description=_l("One per line, each with https://"))
    files = MultipleFileField(_l("Files"), description=_l("At most 20, each up to 25 MB."))

    def links_as_evidence(self) -> list[Evidence]:
        """One link per line that is not empty."""
        lines = (line.strip() for line in (self.links.data or "").splitlines())
        return [Evidence(url=line) for line in lines if line]


@supplier_pages.route("/projects/<id:project_id>/milestones/<id:position>/submission", methods=["GET", "POST"])
@for_suppliers
def submission(project_id: int, position: int) -> Response:
    """Put a milestone before the client."""
    who = supplier()
    stage = _stage(project_id, position)
    form = SubmissionForm()
    if request.method != "POST":  # Werkzeug answers HEAD here too
        return _too_late(project_id) if not stage.can_submit else _form(project_id, stage, form)
    try:
        evidence = [*form.links_as_evidence(), *stored_evidence(request.files.getlist("files"))]
        submit_milestone(who.workspace_id, who.actor(), stage.quote_id, position, form.note.data or "", evidence)
    except Refused:
        return _too_late(project_id)
    except Invalid as error:
        add_errors(form, _by_field(error))
        focus_first_error(form)
        return _form(project_id, stage, form, 422)
    say(_l("Milestone %(n)s is before your client. They are told by mail.", n=position))
    return see_other(f"/projects/{project_id}#milestone-{position}")


@supplier_pages.get("/projects/<id:project_id>/milestones/<id:position>/withdrawal")
@for_suppliers
def confirm_take_back(project_id: int, position: int) -> Response:
    """What taking it back means."""
    stage = _stage(project_id, position)
    if not stage.can_take_back:
        return _too_late(project_id)
    return show("take_back.html", project_id=project_id, stage=stage)


@supplier_pages.post("/projects/<id:project_id>/milestones/<id:position>/withdrawal")
@for_suppliers
def take_back(project_id: int, position: int) -> Response:
    """The milestone is planned again."""
    who = supplier()
    stage = _stage(project_id, position)
    try:
        take_back_milestone(who.workspace_id, who.actor(), stage.quote_id, position)
    except Refused:
        return _too_late(project_id)
    say(_l("Milestone %(n)s is yours again. Your client cannot sign it off until you submit it anew.", n=position))
    return see_other(f"/projects/{project_id}#milestone-{position}")


def _stage(project_id: int, position: int) -> StagePlace:
    with reading() as connection:
        return load_stage(connection, supplier().workspace_id, project_id, position)


def _by_field(error: Invalid) -> Mapping[str, Any]:
    errors: dict[str, Any] = dict(error.errors)
    code = errors.pop("evidence", None)
    if code:
        errors["links"] = _TOO_MANY if code == "how_many" else code
    return errors


def _form(project_id: int, stage: StagePlace, form: SubmissionForm, status: int = 200) -> Response:
    return show("submission.html", status, project_id=project_id, stage=stage, form=form)


def _too_late(project_id: int) -> Response:
    say(_l("That is not possible in the milestone’s present state. Here is how it stands."), "wait")
    return see_other(f"/projects/{project_id}")
