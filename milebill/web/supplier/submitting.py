"""The form that puts a milestone before the client: what shows it, by criterion, and how much of it is done."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, MultipleFileField, StringField, TextAreaField

from milebill.domain.evidence import Evidence
from milebill.domain.parting import Part
from milebill.errors import Invalid
from milebill.money import InvalidAmount, parse_thousandths
from milebill.queries.client_criteria import AgreedStep
from milebill.queries.project import StagePlace
from milebill.typed_amounts import read_amount
from milebill.web.filters import money
from milebill.web.forms import SupplierForm
from milebill.web.staged import Staged, desk_of_workspace, staged
from milebill.web.translations import gettext as _

_TOO_MANY = _l("Please give at most 20 links and files together.")


class SubmissionForm(SupplierForm):
    """What shows that the milestone is reached, as a whole; `submission_form` adds the rest."""

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
            self.staged[name] = found = staged(desk_of_workspace(workspace_id), name, place)
            if found.errors:
                self[name].errors = [*found.errors]

    def evidence(self, criteria: Sequence[AgreedStep]) -> list[Evidence]:
        """Everything that was given; the files have been staged."""
        return [item for place in (0, *(criterion.position for criterion in criteria)) for item in self._given(place)]

    def part(self, stage: StagePlace, locale: str) -> Part | None:
        """What is proposed if only a part is done, else None. Raises Invalid for "part-amount" and "part-on"."""
        if "part-amount" not in self:
            return None
        errors, share, net = {}, None, None
        typed = (self["part-amount"].data or "").strip()
        try:
            if typed.endswith("%"):
                share = parse_thousandths(typed)
            else:
                net = read_amount(typed, stage.currency, locale) if typed else None
        except InvalidAmount as error:
            errors["part-amount"] = error.code
        if self["part-on"].raw_data and self["part-on"].raw_data[0] and self["part-on"].data is None:
            errors["part-on"] = "date"
        if errors:
            raise Invalid(errors)
        finished = frozenset(
            criterion.position for criterion in stage.criteria if self[f"finished-{criterion.position}"].data
        )
        return Part(finished, self["part-title"].data or "", net, share, self["part-on"].data)

    def sections(self, criteria: Sequence[AgreedStep]) -> list[dict[str, Any]]:
        """Each criterion with its fields, for the template; `given` opens them again with what was typed."""
        return [self._section(criterion) for criterion in criteria]

    def _given(self, place: int) -> list[Evidence]:
        """The note (only of a criterion: the milestone's own is none of the evidence), links and files of a section."""
        note = (self[_named("note", place)].data or "").strip() if place else ""
        lines = (line.strip() for line in (self[_named("links", place)].data or "").splitlines())
        return [
            *([Evidence(text=note, criterion=place)] if note else []),
            *(Evidence(url=line, criterion=place) for line in lines if line),
            *self.staged[_named("files", place)].files.values(),
        ]

    def _section(self, criterion: AgreedStep) -> dict[str, Any]:
        fields = [self[f"{name}-{criterion.position}"] for name in ("note", "links", "files")]
        given = any(field.errors or (field.data and field.type == "TextAreaField") for field in fields)
        staged = self.staged.get(fields[2].name, Staged())
        finished = f"finished-{criterion.position}"
        asks = finished in self and not criterion.accepted
        return {
            "criterion": criterion,
            "fields": fields,
            "given": given or bool(staged.files),
            "staged": staged,
            "finished": self[finished] if asks else None,
        }


def _named(field: str, place: int) -> str:
    """A field of the milestone as a whole (0) or of the criterion at a position."""
    return f"{field}-{place}" if place else field


def submission_form(stage: StagePlace, *, in_part: bool) -> SubmissionForm:
    """The form for one milestone.

    It has a note, links and files for each criterion, accepted or not, so that nothing typed is lost.
    """
    fields: dict[str, Any] = {}
    for n in (criterion.position for criterion in stage.criteria):
        fields[f"note-{n}"] = TextAreaField(_l("What shows it"))
        fields[f"links-{n}"] = TextAreaField(_l("Links"), description=_l("One per line, each with https://"))
        fields[f"files-{n}"] = MultipleFileField(_l("Files"))
        if in_part:
            fields[f"finished-{n}"] = BooleanField(_l("This is finished"))
    if in_part:
        fields |= _of_a_part(stage)
    form: SubmissionForm = type("FormOfMilestone", (SubmissionForm,), fields)()
    return form


def _of_a_part(stage: StagePlace) -> dict[str, Any]:
    whole = money(stage.net, stage.currency)
    return {
        "part-amount": StringField(
            _l("How much of it is billed now"),
            description=_("Net, such as 1,500, or a share such as 60 %%. The whole milestone is %(net)s.", net=whole),
        ),
        "part-title": StringField(
            _l("What the rest is called"), default=_("%(title)s, the rest", title=stage.title)[:200]
        ),
        "part-on": DateField(_l("When the rest is planned for")),
    }


def by_field(error: Invalid, criteria: Sequence[AgreedStep]) -> Mapping[str, Any]:
    """The domain's errors by the form's fields: what it calls evidence stands beside the links."""
    ticks = [f"finished-{criterion.position}" for criterion in criteria if not criterion.accepted]
    found: dict[str, Any] = {}
    for name, code in error.errors.items():
        if name.startswith("evidence"):
            found[name.replace("evidence", "links")] = _TOO_MANY if code == "how_many" else code
        elif name == "finished":
            found[ticks[0] if ticks else "part-amount"] = _FINISHED[code]
        else:
            found[name] = code
    return found


_FINISHED = {
    "required": _l("Please tick what is finished."),
    "some": _l("Everything is ticked as finished. Please submit the whole milestone, or leave out what is not."),
}
