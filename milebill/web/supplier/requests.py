"""What the client asked to be corrected: put right by one click, or refused with a reason."""

from flask import Response, request
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from milebill.db import reading
from milebill.domain.corrections import accept_correction, refuse_correction
from milebill.errors import Invalid, Refused
from milebill.queries.credits import load_wanted_buyer
from milebill.queries.invoice import load_invoice_place
from milebill.web.access import for_suppliers, supplier
from milebill.web.forms import SupplierForm, add_errors, focus_first_error
from milebill.web.responses import see_other
from milebill.web.supplier.blueprint import say, show, supplier_pages

ADDRESS = "/invoices/<id:invoice_id>/corrections/<id:request_id>"


class RefusalForm(SupplierForm):
    """Why not."""

    reason = TextAreaField(_l("Your reason"), description=_l("Your client reads it on the invoice’s page and by mail."))


@supplier_pages.post(f"{ADDRESS}/acceptance")
@for_suppliers
def acceptance(invoice_id: int, request_id: int) -> Response:
    """Amend the invoice where the law allows it; elsewhere go on to the credit note and the corrected invoice."""
    who = supplier()
    try:
        if not accept_correction(who.workspace_id, who.actor(), invoice_id, request_id):
            return see_other(f"/invoices/{invoice_id}/correction?request={request_id}")
        say(_l("The invoice is put right, as a new version. Your client sees it on the invoice’s page."))
    except Invalid:
        say(_l("With this buyer the invoice could not have been issued. Please answer your client first."), "wait")
    except Refused:
        say(_l("This was answered already, or the invoice is settled. Nothing was changed."), "wait")
    return see_other(f"/invoices/{invoice_id}")


@supplier_pages.route(f"{ADDRESS}/refusal", methods=["GET", "POST"])
@for_suppliers
def refusal(invoice_id: int, request_id: int) -> Response:
    """Say why not."""
    who, form = supplier(), RefusalForm()
    with reading() as connection:
        place = load_invoice_place(connection, who.workspace_id, invoice_id)
        load_wanted_buyer(connection, who.workspace_id, invoice_id, request_id)
    if request.method != "POST":  # Werkzeug answers HEAD here too
        return show("refusal.html", invoice=place, form=form)
    try:
        refuse_correction(who.workspace_id, who.actor(), invoice_id, request_id, form.reason.data or "")
        say(_l("Your reason is on its way by mail, and it stands on the invoice’s page."))
    except Invalid as error:
        add_errors(form, error.errors)
        focus_first_error(form)
        return show("refusal.html", 422, invoice=place, form=form)
    except Refused:
        say(_l("This was answered already. Nothing was changed."), "wait")
    return see_other(f"/invoices/{invoice_id}")
