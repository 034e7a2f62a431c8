"""A milestone goes before the client, and is taken back."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, request
from flask_babel import lazy_gettext as _l
from wtforms import MultipleFileField, TextAreaField

from milebill.db import reading
from milebill.domain.evidence import Evidence
from milebill.domain.milestones import submit_milestone, take_back_milestone
from milebill.errors import Invalid, NotFound, Refused
from milebill.queries.client_criteria import AgreedStep
from milebill.queries.project import StagePlace, load_stage
from milebill.web.access import for_suppliers, supplier
from milebill.web.forms import SupplierForm, add_errors, focus_first_error
from milebill.web.responses import partial, private, see_other
from milebill.web.staged import Staged, staged
from milebill.web.supplier.blueprint import say, show, supplier_pages

_TOO_MANY = _l("Please give at most 20 links and files together.")


class SubmissionForm(SupplierForm):
    """What shows that the milestone is reached, as a whole; `submission_form` adds the fields for each criterion."""

    note = TextAreaField(_l("What is done"), description=_l("Your client reads this above the buttons to sign off."))
    links = TextAreaField(_l("Links"), description=_l("One per line, each with https://"))
    files = MultipleFileField(_l("Files"), description=_l("At most 20, each up to 25 MB. Pictures are shown."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.staged: dict[str, Staged] = {}

    def stage(self, workspace_id: int, criteria: Sequence[AgreedStep]) -> None:
        """Keep the files that came, also when something else is wrong, and tell beside them what is wrong with them."""
        for place in (0, *(criterion.position for criterion in criteria)):
            name = _named("files", place)
            self.staged[name] = found = staged(workspace_id, name, place)
            if found.errors:
                self[name].errors = [*found.errors]

    def evidence(self, criteria: Sequence[AgreedStep]) -> list[Evidence]:
        """Everything that was given; the files have been staged."""
        return [item for place in (0, *(criterion.position for criterion in criteria)) for item in self._given(place)]

    def _given(self, place: int) -> list[Evidence]:
        """The note (only of a criterion: the milestone's own is none of the evidence), links and files of a section."""
        note = (self[_named("note", place)].data or "").strip() if place else ""
        lines = (line.strip() for line in (self[_named("links", place)].data or "").splitlines())
        return [
            *([Evidence(text=note, criterion=place)] if note else []),
            *(Evidence(url=line, criterion=place) for line in lines if line),
            *self.staged[_named("files", place)].files.values(),
        ]


def _named(field: str, place: int) -> str:
    """A field of the milestone as a whole (0) or of the criterion at a position."""
    return f"{field}-{place}" if place else field


def submission_form(criteria: Sequence[AgreedStep]) -> SubmissionForm:
    """The form with a note, links and files for each criterion, accepted or not, so that nothing typed is lost."""
    fields: dict[str, Any] = {}
    for n in (criterion.position for criterion in criteria):
        fields[f"note-{n}"] = TextAreaField(_l("What shows it"))
        fields[f"links-{n}"] = TextAreaField(_l("Links"), description=_l("One per line, each with https://"))
        fields[f"files-{n}"] = MultipleFileField(_l("Files"))
    form: SubmissionForm = type("FormOfMilestone", (SubmissionForm,), fields)()
    return form


@supplier_pages.route("/projects/<id:project_id>/milestones/<id:position>/submission", methods=["GET", "POST"])
@for_suppliers
def submission(project_id: int, position: int) -> Response:
    """Put a milestone before the client."""
    who = supplier()
    stage = _stage(project_id, position)
    form = submission_form(stage.criteria)
    if request.method != "POST":  # Werkzeug answers HEAD here too
        return _too_late(project_id) if not stage.can_submit else _form(project_id, stage, form)
    form.stage(who.workspace_id, stage.criteria)
    if form.errors:
        focus_first_error(form)
        return _form(project_id, stage, form, 422)
    try:
        evidence = form.evidence(stage.criteria)
        submit_milestone(who.workspace_id, who.actor(), stage.quote_id, position, form.note.data or "", evidence)
    except Refused:
        return _too_late(project_id)
    except Invalid as error:
        add_errors(form, _by_field(error))
        focus_first_error(form)
        return _form(project_id, stage, form, 422)
    say(_l("Milestone %(n)s is before your client. They are told by mail.", n=position))
    return see_other(f"/projects/{project_id}#milestone-{position}")


@supplier_pages.post("/projects/<id:project_id>/milestones/<id:position>/submission/<name>")
@for_suppliers
def stage_files(project_id: int, position: int, name: str) -> Response:
    """Keep what was just chosen in a field, while the rest of the form is still being written. Raises NotFound."""
    who = supplier()
    stage = _stage(project_id, position)
    form = submission_form(stage.criteria)
    if not name.startswith("files") or name not in form:
        raise NotFound
    form.staged[name] = found = staged(who.workspace_id, name)
    form[name].errors = [*found.errors]
    status = 422 if found.errors else 200
    address = request.path.rpartition("/")[0]
    return private(partial("supplier/staged.html", status, field=form[name], staged=found, address=address))


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
    """What the domain calls evidence stands beside the links."""
    return {
        name.replace("evidence", "links"): _TOO_MANY if name.startswith("evidence") and code == "how_many" else code
        for name, code in error.errors.items()
    }


def _form(project_id: int, stage: StagePlace, form: SubmissionForm, status: int = 200) -> Response:
    sections = [_section(form, criterion) for criterion in stage.criteria]
    return show(
        "submission.html",
        status,
        project_id=project_id,
        stage=stage,
        form=form,
        staged=form.staged.get("files", Staged()),
        sections=sections,
        address=f"/projects/{project_id}/milestones/{stage.position}/submission",
    )


def _section(form: SubmissionForm, criterion: AgreedStep) -> dict[str, Any]:
    """A criterion with its fields; `given` opens it again with what was typed."""
    fields = [form[f"{name}-{criterion.position}"] for name in ("note", "links", "files")]
    given = any(field.errors or (field.data and field.type == "TextAreaField") for field in fields)
    staged = form.staged.get(fields[2].name, Staged())
    return {"criterion": criterion, "fields": fields, "given": given or bool(staged.files), "staged": staged}


def _too_late(project_id: int) -> Response:
    say(_l("That is not possible in the milestone’s present state. Here is how it stands."), "wait")
    return see_other(f"/projects/{project_id}")
