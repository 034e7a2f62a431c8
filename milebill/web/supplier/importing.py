"""Milestones from a spreadsheet: cells or a file come in, what was understood is shown, and then it is used."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, request
from flask_babel import lazy_gettext as _l
from wtforms import FileField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from milebill.agreed_criteria import AgreedCriterion
from milebill.canonical import digest
from milebill.db import reading
from milebill.domain import sheet_columns as columns
from milebill.domain.draft import MAX_MILESTONES
from milebill.domain.draft_criteria import typed_criteria
from milebill.domain.draft_pages import DraftPage, state_of
from milebill.domain.quotes import save_draft
from milebill.domain.sheet_milestones import MAX_LETTERS, Problem, Sheet, read_sheet, with_milestones
from milebill.errors import Invalid, Refused, Stale
from milebill.models.milestone import Trigger
from milebill.models.revision import Draft
from milebill.money import is_currency, parse_amount, parse_thousandths
from milebill.queries.quote import load_draft, load_seller
from milebill.sheets import BadSheet, decoded, letter
from milebill.web.access import Supplier, for_suppliers, supplier
from milebill.web.filters import money, rate
from milebill.web.forms import MESSAGES, SupplierForm, add_errors, focus_first_error
from milebill.web.responses import see_other
from milebill.web.security import once_key
from milebill.web.supplier.blueprint import say, show, supplier_pages
from milebill.web.supplier.overtaken import posted_page, time_of_change
from milebill.web.supplier.quotes import builder_page
from milebill.web.supplier.rearranging import Rearranged, replaced
from milebill.web.translations import gettext as _

MAX_BYTES = 3 * MAX_LETTERS
"""Of a file; no more of it is read."""

_NAMES = {
    columns.TITLE: _l("Title"),
    columns.DESCRIPTION: _l("What you do"),
    columns.CRITERIA: _l("We agree that it is done when …"),
    columns.EVIDENCE: _l("How it is checked"),
    columns.DAY: _l("Planned for"),
    columns.PERCENT: _l("Percentage"),
    columns.AMOUNT: _l("Amount"),
    columns.DUE: _l("Falls due"),
}
_BAD_SHEET = {
    "empty": _l("Please paste some cells, or choose a file."),
    "encoding": _l("This is no text that we can read. Please save the sheet as CSV in UTF-8."),
    "quote": _l("A quotation mark is opened and never closed, so the cells cannot be told apart."),
    "too_large": _l("This is too much at once. A quote has at most 24 milestones."),
    "too_many_columns": _l("This has more than 40 columns. Please copy only those of the milestones."),
    "too_many_rows": _l("A quote has at most 24 milestones; this has more rows than that."),
    "too_many": _l("A quote has at most 24 milestones; this has more rows than that."),
    "too_many_together": _l("With those that are there already, these would be more than 24 milestones."),
}
_PROBLEMS: dict[str, Any] = {
    **MESSAGES,
    "day": _l("This is no date that we can read. Please write it like 2027-03-31."),
    "ambiguous_day": _l("This can be two different days. Please write it like 2027-03-31."),
    "amount": _l("This is no amount that we can read in the currency of the quote."),
    "percent": _l("This is no percentage that we can read."),
    "over_100": _l("This is more than 100 %."),
    "deposit": _l("Write yes if it falls due on acceptance, as a deposit; else leave it empty."),
    "evidence": _l("Give one line for each criterion of the milestone, or one for all of them."),
    "too_many_criteria": _l("A milestone has at most 40 criteria."),
}


class ImportForm(SupplierForm):
    """Cells or a file. Whether a token is asked for is the blueprint's affair: a visitor's draft has none."""

    class Meta(SupplierForm.Meta):
        csrf = False

    cells = TextAreaField(
        _l("Cells from your spreadsheet"),
        description=_l("Copy them in Excel, Numbers, Google Sheets or LibreOffice, with or without the heads."),
    )
    file = FileField(_l("Or a CSV file"))
    how = RadioField(
        _l("And the milestones that are there"),
        choices=[
            SelectChoice("replace", _l("They are replaced")),
            SelectChoice("append", _l("They stay, and these come after them")),
        ],
        default="replace",
        validate_choice=False,
    )


@dataclass(frozen=True)
class Understood:
    """What was understood of a sheet, for the page."""

    sheet: Sheet
    seen: str
    """Of its text: nothing is used but what was shown."""
    currency: str
    """Of its amounts."""
    locale: str
    """In whose habits they are written."""
    wrong: list[tuple[str, str, Any]]
    """Where, what stands there, and what is wrong with it."""

    @property
    def columns(self) -> str:
        """Which column is what."""
        found = sorted(self.sheet.columns.items(), key=lambda item: item[1])
        return ", ".join(f"{letter(place)}: {_NAMES[meaning]}" for meaning, place in found)

    @property
    def unused(self) -> str:
        """The letters of the columns that are not used."""
        return ", ".join(letter(place) for place in self.sheet.unused)

    @property
    def sums(self) -> str:
        """The numbers of the rows that are left out."""
        return ", ".join(map(str, self.sheet.sums))

    @property
    def lines(self) -> list[tuple[dict[str, str], list[AgreedCriterion], str, bool]]:
        """The milestones, the criteria of each, their prices as they are read, and whether each is a deposit."""
        return [
            (row, _criteria(row), self._price(row), row["trigger"] == Trigger.ACCEPTANCE)
            for row in self.sheet.milestones
        ]

    def _price(self, row: dict[str, str]) -> str:
        if not row["value"]:
            return ""
        if row["basis"] == "percentage":
            return rate(parse_thousandths(row["value"]))
        return money(parse_amount(row["value"], self.currency, self.locale), self.currency)


def _criteria(row: dict[str, str]) -> list[AgreedCriterion]:
    return [one.agreed for one in typed_criteria(row["criteria"])]


def understood(form: Any, draft: Draft, currency: str, locale: str) -> Understood:
    """What the form's cells or file say; a file's text goes into the field, where it can be mended.

    Raises Invalid for "cells" or "file", in words.
    """
    upload = request.files.get("file")
    name, text = "cells", form.cells.data or ""
    try:
        if upload and upload.filename:
            name = "file"
            content = upload.stream.read(MAX_BYTES + 1)
            if len(content) > MAX_BYTES:
                raise BadSheet("too_large")  # noqa: TRY301
            text = form.cells.data = decoded(content)
        typed = str(draft.get("currency") or "").strip().upper()
        currency = typed if is_currency(typed) else currency
        sheet = read_sheet(text, draft, currency, locale)
    except BadSheet as error:
        form.cells.data = (form.cells.data or "")[:MAX_LETTERS]
        raise Invalid({name: str(_BAD_SHEET[error.code])}) from error
    wrong = [_in_words(problem) for problem in sheet.problems]
    return Understood(sheet, digest(text.splitlines()), currency, locale, wrong)


def brought_in(form: Any, draft: Draft, found: Understood) -> Draft:
    """The draft with the sheet's milestones. Raises Invalid for "cells", in words, where they are too many."""
    new = with_milestones(draft, found.sheet.milestones, instead=form.how.data != "append")
    if len(new["milestones"]) > MAX_MILESTONES:
        raise Invalid({"cells": str(_BAD_SHEET["too_many_together"])})
    return new


def with_a_way_back(form: Any, before: Draft, new: Draft) -> Rearranged | None:
    """For the builder, once the draft is kept: what was replaced travels in its form. None where nothing was."""
    if form.how.data == "append" or not before.get("milestones"):
        return None
    gone = replaced(before["milestones"])
    return Rearranged(new, "undo", gone.words, gone)


def is_to_be_used(found: Understood) -> bool:
    """Whether the second button was pressed below the same cells as these, and they can be read."""
    return not found.wrong and request.form.get("act") == "use" and request.form.get("seen") == found.seen


def sheet_page() -> DraftPage:
    """Made from the draft that the form names, and by no save of its own: a second click adds nothing twice."""
    return DraftPage(once_key(), posted_page().made_from)


def changed_meanwhile(at: datetime | None) -> Invalid:
    """What the cells went into was changed since the page was opened; they are read again into what is there now."""
    told = _(
        "Nothing was changed: the quote was changed in another tab or on another device at %(time)s."
        " Read the cells once more, and they go into it as it is now.",
        time=time_of_change(at),
    )
    return Invalid({"cells": told})


def wrong(form: Any, error: Invalid) -> dict[str, Any]:
    """What the page prints of an error, besides what it prints anyway."""
    add_errors(form, error.errors)
    focus_first_error(form)
    return {"form": form, "found": None}


@supplier_pages.route("/quotes/<id:quote_id>/import", methods=["GET", "POST"])
@for_suppliers
def import_milestones(quote_id: int) -> Response:
    """Show what a sheet says; by its second button, use it in the draft."""
    who = supplier()
    with reading() as connection:
        draft = load_draft(connection, who.workspace_id, quote_id)
        currency = load_seller(connection, who.workspace_id).currency
    form = ImportForm()
    context: dict[str, Any] = {"quote": draft, "address": f"/quotes/{quote_id}", "state": state_of(draft.known_to)}
    if request.method != "POST":  # Werkzeug answers HEAD here too
        return show("import.html", form=form, found=None, **context)
    try:
        found = understood(form, draft.draft, currency, who.locale)
        if not is_to_be_used(found):
            return show("import.html", 422 if found.wrong else 200, form=form, found=found, **context)
        new = brought_in(form, draft.draft, found)
        save_draft(who.workspace_id, quote_id, new, sheet_page())
    except Stale:
        with reading() as connection:
            draft = load_draft(connection, who.workspace_id, quote_id)
        context["state"] = state_of(draft.known_to)
        return show("import.html", 409, **wrong(form, changed_meanwhile(draft.changed_at)), **context)
    except Invalid as error:
        return show("import.html", 422, **wrong(form, error), **context)
    except Refused:
        say(_l("This quote was sent meanwhile, so it cannot be changed any more. Nothing was saved."), "bad")
    else:
        say(_("The milestones of your spreadsheet are in the draft."))
        if moved := with_a_way_back(form, draft.draft, new):
            return _in_the_builder(who, quote_id, moved)
    return see_other(f"/quotes/{quote_id}")


def _in_the_builder(who: Supplier, quote_id: int, moved: Rearranged) -> Response:
    with reading() as connection:
        saved = load_draft(connection, who.workspace_id, quote_id)
    return builder_page(who, moved.draft, saved, moved=moved)


def _in_words(problem: Problem) -> tuple[str, str, Any]:
    where = _("Row %(row)s, column %(column)s", row=problem.row, column=letter(problem.column))
    return str(where), problem.cell, _PROBLEMS[problem.code]
