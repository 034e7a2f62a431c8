"""What a client's accounts department needs, noted by the supplier; acceptances bring it up to date."""

from typing import Any

from flask import Response, request
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField

from milebill.db import reading
from milebill.domain.billing_needs import Needs, change_needs
from milebill.errors import Invalid
from milebill.queries.preflight import load_needs
from milebill.web.access import for_suppliers, supplier
from milebill.web.electronic_addresses import ElectronicAddressFields, wrong_in_words
from milebill.web.forms import SupplierForm, add_errors, focus_first_error
from milebill.web.preflight import FORMATS
from milebill.web.responses import see_other
from milebill.web.supplier.blueprint import say, show, supplier_pages

_TEXTS = ("vendor_number", "cost_centre", "invoice_name", "invoice_email", "invoice_format")


class NeedsForm(SupplierForm, ElectronicAddressFields):
    """So that no invoice comes back."""

    po_required = BooleanField(_l("They only pay invoices with a purchase order number"))
    vendor_number = StringField(_l("Your number in their books"))
    cost_centre = StringField(_l("Cost centre"))
    invoice_name = StringField(_l("Their name"))
    invoice_email = StringField(_l("Their e-mail"))
    invoice_format = SelectField(_l("Format"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.invoice_format.choices = list(FORMATS.items())
        self.offer_schemes()


@supplier_pages.route("/clients/<id:client_id>/billing", methods=["GET", "POST"])
@for_suppliers
def client_billing(client_id: int) -> Response:
    """See and change what they need."""
    who = supplier()
    with reading() as connection:
        known = load_needs(connection, who.workspace_id, client_id)
    if request.method != "POST":  # Werkzeug answers HEAD here too
        return show("client_billing.html", client=known, form=NeedsForm(obj=known))
    form: Any = NeedsForm()
    try:
        texts = {name: form[name].data or "" for name in _TEXTS}
        needs = Needs(po_required=bool(form.po_required.data), **texts)
        delivered = (form.electronic_scheme.data or "", form.electronic_id.data or "")
        change_needs(who.workspace_id, who.actor(), client_id, needs, delivered)
    except Invalid as error:
        add_errors(form, {name: wrong_in_words(code) for name, code in error.errors.items()})
        focus_first_error(form)
        return show("client_billing.html", 422, client=known, form=form)
    say(_l("Noted, for every quote that they accept from now on."))
    return see_other(f"/clients/{client_id}")
