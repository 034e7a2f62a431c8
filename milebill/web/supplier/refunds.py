"""Money that was paid too much and is given back."""

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.widgets import DateInput

from milebill import clock
from milebill.domain.payments import refund_payment
from milebill.errors import Invalid, Refused
from milebill.web.access import for_suppliers, supplier
from milebill.web.filters import money, typed_money
from milebill.web.forms import add_errors, focus_first_error
from milebill.web.responses import see_other
from milebill.web.security import once_key
from milebill.web.supplier.blueprint import say, show, supplier_pages
from milebill.web.supplier.payments import PaymentForm, place_of, read_payment


class RefundForm(PaymentForm):
    """The fields of a payment, in the other direction."""

    received_on = StringField(_l("Given back on"), widget=DateInput())


@supplier_pages.route("/invoices/<id:invoice_id>/refund", methods=["GET", "POST"])
@for_suppliers
def refund(invoice_id: int) -> Response:
    """Record what was given back."""
    who, place = supplier(), place_of(invoice_id)
    if request.method != "POST":  # Werkzeug answers HEAD here too
        if not place.overpaid:
            return _nothing(invoice_id)
        proposed = {
            "amount": typed_money(place.overpaid, place.currency),
            "received_on": clock.today(who.time_zone).isoformat(),
            "once": once_key(),
        }
        return show("refund.html", invoice=place, form=RefundForm(data=proposed))
    form = RefundForm()
    try:
        amount, day = (0, clock.today(who.time_zone)) if not place.overpaid else read_payment(form, place, who)
        reference, once = form.reference.data or "", form.once.data or ""
        refund_payment(who.workspace_id, who.actor(), invoice_id, amount, day, reference, once)
    except Refused:
        return _nothing(invoice_id)
    except Invalid as error:
        over = _("Only %(amount)s were paid too much.", amount=money(place.overpaid, place.currency))
        add_errors(form, {name: over if code == "over_rest" else code for name, code in error.errors.items()})
        focus_first_error(form)
        return show("refund.html", 422, invoice=place, form=form)
    say(_("The refund is recorded."))
    return see_other(f"/invoices/{invoice_id}")


def _nothing(invoice_id: int) -> Response:
    say(_("Nothing was paid too much for this invoice, so there is nothing to give back."), "wait")
    return see_other(f"/invoices/{invoice_id}")
