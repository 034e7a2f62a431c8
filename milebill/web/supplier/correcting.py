"""Correct and reissue: an invoice that was made out to the wrong company or address."""

from typing import Any

from flask import Response, request
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from milebill.countries import is_country
from milebill.db import reading
from milebill.domain.reissue import correct_invoice
from milebill.errors import Invalid, NotFound, Refused
from milebill.queries.credits import load_wanted_buyer
from milebill.queries.invoice import InvoicePlace, load_invoice_place
from milebill.web.access import for_suppliers, supplier
from milebill.web.countries import country_choices
from milebill.web.forms import SupplierForm, add_errors, focus_first_error
from milebill.web.identifiers import BadIdentifier, tax_id
from milebill.web.responses import see_other
from milebill.web.security import once_key
from milebill.web.supplier.blueprint import key_from_request, say, show, supplier_pages

_LIMITS = {
    "legal_name": 200,
    "address_line_1": 200,
    "address_line_2": 200,
    "post_code": 40,
    "city": 120,
    "country_subdivision": 120,
    "registration_id": 40,
}


class CorrectionForm(SupplierForm):
    """Whom the invoice should have been made out to, and why."""

    legal_name = StringField(_l("Legal name"))
    address_line_1 = StringField(_l("Street and number"))
    address_line_2 = StringField(_l("Second line"))
    post_code = StringField(_l("Post code"))
    city = StringField(_l("City"))
    country_subdivision = StringField(_l("State or region"))
    country_code = SelectField(_l("Country"), validate_choice=False)
    tax_id = StringField(_l("Tax id"))
    registration_id = StringField(_l("Company registration"))
    reason = TextAreaField(_l("Reason"), description=_l("It is printed on the credit note."))
    once = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.country_code.choices = [SelectChoice(code, name) for code, name in country_choices(get_locale())]

    def party(self) -> dict[str, str]:
        """The buyer. Raises Invalid."""
        party: dict[str, str] = {}
        errors: dict[str, Any] = {}
        for name, limit in _LIMITS.items():
            party[name] = " ".join((self[name].data or "").split())
            if len(party[name]) > limit:
                errors[name] = "too_long"
        party["country_code"] = self.country_code.data or ""
        if party["country_code"] and not is_country(party["country_code"]):
            errors["country_code"] = "unknown"
        try:
            party["tax_id"] = tax_id(self.tax_id.data or "", party["country_code"])
        except BadIdentifier:
            party["tax_id"] = self.tax_id.data or ""
            errors["tax_id"] = str(_("This is no tax id of this country: a sign is wrong or missing."))
        if errors:
            raise Invalid(errors)
        return party


@supplier_pages.route("/invoices/<id:invoice_id>/correction", methods=["GET", "POST"])
@for_suppliers
def correction(invoice_id: int) -> Response:
    """Cancel the invoice and issue it anew for the right buyer; `?request=` begins with what the client asked for."""
    who, request_id = supplier(), key_from_request("request")
    with reading() as connection:
        place = load_invoice_place(connection, who.workspace_id, invoice_id)
        wanted = load_wanted_buyer(connection, who.workspace_id, invoice_id, request_id)
    if place.is_credit_note:
        raise NotFound
    if request.method != "POST":  # Werkzeug answers HEAD here too
        if not place.can_correct:
            return _too_late(invoice_id)
        return _form(place, CorrectionForm(data={**wanted.party, "reason": wanted.text[:1000], "once": once_key()}))
    form = CorrectionForm()
    try:
        party = form.party()
        corrected = correct_invoice(
            who.workspace_id,
            who.actor(),
            invoice_id,
            party,
            form.reason.data or "",
            form.once.data or "",
            request_id,
        )
    except Refused:
        return _too_late(invoice_id)
    except Invalid as error:
        add_errors(form, _in_words(error))
        focus_first_error(form)
        return _form(place, form, 422)
    say(
        _(
            "Corrected invoice %(number)s is issued; both papers are on their way to your client.",
            number=corrected.number,
        )
    )
    return see_other(f"/invoices/{corrected.id}")


def _in_words(error: Invalid) -> dict[str, Any]:
    if error.errors.get("country_code") != "category":
        return error.errors
    words = _(
        "It was invoiced without tax between two countries of the EU, and does not fit a buyer there. Credit it, and "
        "send a new quote."
    )
    return {**error.errors, "country_code": words}


def _form(place: InvoicePlace, form: CorrectionForm, status: int = 200) -> Response:
    return show("correction.html", status, invoice=place, form=form)


def _too_late(invoice_id: int) -> Response:
    say(
        _("Something of this invoice is credited already. Credit the rest, and open the milestone again on the "
          "project’s page."),
        "wait",
    )  # fmt: skip
    return see_other(f"/invoices/{invoice_id}")
