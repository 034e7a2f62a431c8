"""How documents are counted and how a final invoice is written: one page, for people who come from another tool."""

from typing import Any

from flask import Response, request
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from milebill import clock
from milebill.categories import DEDUCTS, OWN_SHARE
from milebill.db import reading
from milebill.domain.numbering import Choice, change_numbering, chosen, upcoming_number
from milebill.domain.settings import change_settings
from milebill.errors import Invalid
from milebill.queries.settings import Numbering, load_numbering
from milebill.web.access import for_suppliers, supplier
from milebill.web.forms import SupplierForm, add_errors, focus_first_error
from milebill.web.responses import see_other
from milebill.web.supplier.blueprint import say, show, supplier_pages

KINDS = {"invoice": _l("Invoices"), "credit_note": _l("Credit notes"), "quote": _l("Quotes")}
FINAL_INVOICES = (
    ("", _l("is written as is usual in my country")),
    (DEDUCTS, _l("lists the whole contract and deducts what was billed before")),
    (OWN_SHARE, _l("bills its own share, like every other")),
)


class NumberingForm(SupplierForm):
    """A pattern and a first number for each kind of document."""

    invoice_pattern = StringField(_l("Pattern"))
    invoice_first = StringField(_l("First number"))
    credit_note_pattern = StringField(_l("Pattern"))
    credit_note_first = StringField(_l("First number"))
    quote_pattern = StringField(_l("Pattern"))
    quote_first = StringField(_l("First number"))
    final_invoice = SelectField(
        _l("The last invoice of a project …"),
        choices=[SelectChoice(value, words) for value, words in FINAL_INVOICES],
        validate_choice=False,
    )


@supplier_pages.route("/settings/numbers", methods=["GET", "POST"])
@for_suppliers
def numbering() -> Response:
    """Look at the series, or change how they are written."""
    who = supplier()
    with reading() as connection:
        present = load_numbering(connection, who.workspace_id)
    if request.method != "POST":  # Werkzeug answers HEAD here too
        return _page(_filled(present), present)
    form = NumberingForm()
    choices, errors = _read(form)
    if not errors:
        try:
            change_numbering(who.workspace_id, who.actor(), choices)
        except Invalid as error:
            errors = {name.replace("-", "_"): code for name, code in error.errors.items()}
    if errors:
        add_errors(form, errors)
        focus_first_error(form)
        return _page(form, present, 422)
    change_settings(who.workspace_id, who.actor(), {"final_invoice": form.final_invoice.data or ""})
    say(_l("Saved. What was issued before keeps its number."))
    return see_other("/settings/numbers")


def _filled(present: Numbering) -> NumberingForm:
    patterns = {f"{kind}_pattern": chosen(present.numbering, kind).text for kind in KINDS}
    firsts = {f"{kind}_first": str(present.numbering.get(kind, {}).get("first", "")) for kind in KINDS}
    return NumberingForm(data={**patterns, **firsts, "final_invoice": present.final_invoice})


def _read(form: NumberingForm) -> tuple[dict[str, Choice], dict[str, str]]:
    errors, choices = {}, {}
    for kind in KINDS:
        first = (form[f"{kind}_first"].data or "").strip()
        if first and not (first.isascii() and first.isdecimal() and len(first) < 10):
            errors[f"{kind}_first"] = "number"
            first = ""
        choices[kind] = Choice(form[f"{kind}_pattern"].data or "", int(first) if first else None)
    if (form.final_invoice.data or "") not in {value for value, _words in FINAL_INVOICES}:
        errors["final_invoice"] = "unknown"
    return choices, errors


def _page(form: NumberingForm, present: Numbering, status: int = 200) -> Response:
    today = clock.today(supplier().time_zone)
    series: list[tuple[str, Any, Field, Field, str, bool]] = []
    for kind, words in KINDS.items():
        number, begun = upcoming_number(present.numbering, kind, present.last.get(kind, {}), today)
        series.append((kind, words, form[f"{kind}_pattern"], form[f"{kind}_first"], number, begun))
    return show("numbering.html", status, form=form, series=series)
