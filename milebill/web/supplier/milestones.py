"""A milestone goes before the client, whole or in part, and is taken back."""

from flask import Response, request
from flask_babel import lazy_gettext as _l

from milebill.db import reading
from milebill.domain.milestones import submit_milestone, take_back_milestone
from milebill.errors import Invalid, NotFound, Refused
from milebill.queries.project import StagePlace, load_stage
from milebill.web.access import for_suppliers, supplier
from milebill.web.forms import add_errors, focus_first_error
from milebill.web.responses import partial, private, see_other
from milebill.web.staged import Staged, desk_of_workspace, keep, staged
from milebill.web.supplier.blueprint import say, show, supplier_pages
from milebill.web.supplier.submitting import SubmissionForm, by_field, submission_form


@supplier_pages.route("/projects/<id:project_id>/milestones/<id:position>/submission", methods=["GET", "POST"])
@for_suppliers
def submission(project_id: int, position: int) -> Response:
    """Put a milestone before the client, or with `?part` the part of it that is done."""
    who = supplier()
    stage = _stage(project_id, position)
    form = submission_form(stage, in_part="part" in request.args)
    if request.method != "POST":  # Werkzeug answers HEAD here too
        return _too_late(project_id) if not stage.can_submit else _form(project_id, stage, form)
    form.stage(who.workspace_id, stage.criteria)
    if form.errors:
        focus_first_error(form)
        return _form(project_id, stage, form, 422)
    try:
        part, evidence = form.part(stage, who.locale), form.evidence(stage.criteria)
        keep(desk_of_workspace(who.workspace_id), evidence)
        submit_milestone(who.workspace_id, who.actor(), stage.quote_id, position, form.note.data or "", evidence, part)
    except Refused:
        return _too_late(project_id)
    except Invalid as error:
        add_errors(form, by_field(error, stage.criteria))
        focus_first_error(form)
        return _form(project_id, stage, form, 422)
    if part is not None:
        say(_l("Part of milestone %(n)s is before your client, with exact amounts. Nothing is split before they sign.",
               n=position))  # fmt: skip
    else:
        say(_l("Milestone %(n)s is before your client. They are told by mail.", n=position))
    return see_other(f"/projects/{project_id}#milestone-{position}")


@supplier_pages.post("/projects/<id:project_id>/milestones/<id:position>/submission/<name>")
@for_suppliers
def stage_files(project_id: int, position: int, name: str) -> Response:
    """Keep what was just chosen in a field, while the rest of the form is still being written. Raises NotFound."""
    who = supplier()
    stage = _stage(project_id, position)
    form = submission_form(stage, in_part=False)
    if not name.startswith("files") or name not in form:
        raise NotFound
    form.staged[name] = found = staged(desk_of_workspace(who.workspace_id), name)
    form[name].errors = [*found.errors]
    status = 422 if found.errors else 200
    return private(partial("supplier/staged.html", status, field=form[name], staged=found, address=request.path))


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


def _form(project_id: int, stage: StagePlace, form: SubmissionForm, status: int = 200) -> Response:
    return show(
        "submission.html",
        status,
        project_id=project_id,
        stage=stage,
        form=form,
        staged=form.staged.get("files", Staged()),
        sections=form.sections(stage.criteria),
        address=f"/projects/{project_id}/milestones/{stage.position}/submission",
    )


def _too_late(project_id: int) -> Response:
    say(_l("That is not possible in the milestone’s present state. Here is how it stands."), "wait")
    return see_other(f"/projects/{project_id}")
