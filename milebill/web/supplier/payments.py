"""Payments that came in, recorded by hand; a wrong one is undone by its opposite, never edited."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Response, request
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.widgets import DateInput

from milebill import clock
from milebill.db import reading
from milebill.domain.payments import record_payment, reverse_payment
from milebill.errors import Invalid, NotFound
from milebill.money import InvalidAmount
from milebill.queries.invoice import InvoicePlace, load_invoice_place
from milebill.typed_amounts import read_amount
from milebill.web.access import Supplier, for_suppliers, supplier
from milebill.web.filters import typed_money
from milebill.web.forms import SupplierForm, add_errors, focus_first_error
from milebill.web.responses import see_other
from milebill.web.security import once_key
from milebill.web.supplier.blueprint import say, show, supplier_pages


class PaymentForm(SupplierForm):
    """Money that arrived."""

    amount = StringField(_l("Amount"))
    received_on = StringField(_l("Received on"), widget=DateInput())
    reference = StringField(_l("Reference"), description=_l("What your bank statement says, if you like."))
    once = HiddenField()


@supplier_pages.route("/invoices/<id:invoice_id>/payments", methods=["GET", "POST"])
@for_suppliers
def payment(invoice_id: int) -> Response:
    """Record a payment."""
    who, place = supplier(), place_of(invoice_id)
    if place.is_credit_note:
        raise NotFound
    today = clock.today(who.time_zone)
    if request.method != "POST":  # Werkzeug answers HEAD here too
        proposed = {
            "amount": typed_money(place.open_amount, place.currency),
            "received_on": today.isoformat(),
            "once": once_key(),
        }
        return _form(place, PaymentForm(data=proposed))
    form = PaymentForm()  # proposes nothing: what is missing from a POST was not typed
    try:
        amount, received_on = read_payment(form, place, who)
        reference, once = form.reference.data or "", form.once.data or ""
        record_payment(who.workspace_id, who.actor(), invoice_id, amount, received_on, reference, once)
    except Invalid as error:
        add_errors(form, error.errors)
        focus_first_error(form)
        return _form(place, form, 422)
    say(_l("The payment is recorded."))
    return see_other(f"/invoices/{invoice_id}")


@supplier_pages.post("/invoices/<id:invoice_id>/payments/<id:payment_id>/reversal")
@for_suppliers
def reversal(invoice_id: int, payment_id: int) -> Response:
    """Undo a payment; a second click changes nothing."""
    who = supplier()
    reverse_payment(who.workspace_id, who.actor(), invoice_id, payment_id)
    say(_l("The payment is undone. Both lines stay in the history."), "wait")
    return see_other(f"/invoices/{invoice_id}")


def place_of(invoice_id: int) -> InvoicePlace:
    """The workspace's invoice or credit note. Raises NotFound."""
    with reading() as connection:
        return load_invoice_place(connection, supplier().workspace_id, invoice_id)


def _form(place: InvoicePlace, form: PaymentForm, status: int = 200) -> Response:
    return show("payment.html", status, invoice=place, form=form)


def read_payment(form: PaymentForm, place: InvoicePlace, who: Supplier) -> tuple[int, date]:
    """Minor units and the day. Raises Invalid."""
    errors: dict[str, Any] = {}
    amount, received_on = 0, clock.today(who.time_zone)
    try:
        amount = read_amount(form.amount.data or "", place.currency, who.locale)
        if amount <= 0:
            errors["amount"] = "positive"
    except InvalidAmount as error:
        errors["amount"] = error.code
    try:
        received_on = date.fromisoformat(form.received_on.data or "")
        if received_on > clock.today(who.time_zone):
            errors["received_on"] = "future"
    except ValueError:
        errors["received_on"] = "date"
    if len(form.reference.data or "") > 140:
        errors["reference"] = "too_long"
    return _checked(errors, amount, received_on)


def _checked(errors: Mapping[str, Any], amount: int, received_on: date) -> tuple[int, date]:
    if errors:
        raise Invalid(errors)
    return amount, received_on
