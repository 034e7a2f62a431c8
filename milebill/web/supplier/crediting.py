"""Credit notes: an invoice is taken back, whole or in part."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from milebill.db import reading
from milebill.domain.credits import Snapped, credit_invoice
from milebill.errors import Invalid, NotFound, Refused
from milebill.money import InvalidAmount
from milebill.queries.credits import LeftOfGroup, load_left
from milebill.queries.invoice import InvoicePlace, load_invoice_place
from milebill.typed_amounts import read_amount
from milebill.web.access import for_suppliers, supplier
from milebill.web.filters import money, rate, typed_money
from milebill.web.forms import SupplierForm, add_errors, focus_first_error
from milebill.web.responses import see_other
from milebill.web.security import once_key
from milebill.web.supplier.blueprint import say, show, supplier_pages


class CreditForm(SupplierForm):
    """What is taken back, and why; `amounts_of` adds a field for each tax group."""

    parts = RadioField(
        _l("What is credited"),
        choices=[SelectChoice("all", _l("All that is left of it")), SelectChoice("part", _l("A part"))],
        validate_choice=False,
    )
    reason = TextAreaField(_l("Reason"), description=_l("Your client reads it in the mail and on the credit note."))
    once = HiddenField()


@supplier_pages.route("/invoices/<id:invoice_id>/credit", methods=["GET", "POST"])
@for_suppliers
def credit(invoice_id: int) -> Response:
    """Credit an invoice."""
    who = supplier()
    with reading() as connection:
        place = load_invoice_place(connection, who.workspace_id, invoice_id)
        left = load_left(connection, invoice_id)
    if place.is_credit_note:
        raise NotFound
    form_class = _with_amounts(place, left)
    if request.method != "POST":  # Werkzeug answers HEAD here too
        if not place.can_credit:
            return _nothing_left(invoice_id)
        return _form(place, left, form_class(data={"parts": "all", "once": once_key()}))
    form = form_class()
    try:
        nets = _read(form, place, left, who.locale)
        note = credit_invoice(
            who.workspace_id, who.actor(), invoice_id, nets, form.reason.data or "", form.once.data or ""
        )
    except Refused:
        return _nothing_left(invoice_id)
    except Invalid as error:
        if isinstance(error, Snapped):
            _propose(form, error.nets, place)
        add_errors(form, _in_words(error, place, left))
        focus_first_error(form)
        return _form(place, left, form, 422)
    say(_("Credit note %(number)s is issued and on its way to your client.", number=note.number))
    return see_other(f"/invoices/{note.id}")


def _with_amounts(place: InvoicePlace, left: Sequence[LeftOfGroup]) -> type[Any]:
    """The form with a field "amount-<group>" for each tax group of which something is left."""
    fields = {
        f"amount_{group.group}": StringField(
            _("Net amount") if len(left) == 1 else _("Net amount at %(tax)s", tax=tax_in_words(group)),
            name=f"amount-{group.group}",
            description=_("%(net)s net are left.", net=money(group.net, place.currency)),
        )
        for group in left
    }
    return type("CreditFormOfInvoice", (CreditForm,), fields)


def tax_in_words(group: LeftOfGroup) -> str:
    """ "VAT 19 %", "GST 5 % + PST 7 %"; what is not taxed is "0 %"."""
    return " + ".join(f"{label} {rate(thousandths)}".strip() for label, thousandths in group.taxes)


def _read(form: Any, place: InvoicePlace, left: Sequence[LeftOfGroup], locale: str) -> dict[int, int] | None:
    """The nets by group, or None for all that is left. Raises Invalid."""
    typed_ones = {group.group: (form[f"amount_{group.group}"].data or "").strip() for group in left}
    if form.parts.data == "all":
        if any(typed_ones.values()):  # nobody types an amount in order to credit more than that
            raise Invalid({"parts": "both"})
        return None
    errors, nets = {}, {}
    for group in left:
        typed = typed_ones[group.group]
        if not typed:
            continue
        try:
            nets[group.group] = read_amount(typed, place.currency, locale)
        except InvalidAmount as error:
            errors[f"amount-{group.group}"] = error.code
    if errors:
        raise Invalid(errors)
    return nets


def _propose(form: Any, nets: Mapping[int, int], place: InvoicePlace) -> None:
    """Put the nearest exact amounts into their fields: sending the form again confirms them."""
    for group, net in nets.items():
        form[f"amount_{group}"].data = typed_money(net, place.currency)


def _in_words(error: Invalid, place: InvoicePlace, left: Sequence[LeftOfGroup]) -> Mapping[str, str]:
    rest = {f"amount-{group.group}": money(group.net, place.currency) for group in left}
    found = {}
    for name, code in error.errors.items():
        if code == "over_rest":
            found[name] = _("Only %(net)s net are left.", net=rest.get(name, money(0, place.currency)))
        elif code == "snapped":
            found[name] = _(
                "With the amount that you typed, one cent of tax would be lost by rounding. This is the nearest "
                "amount without that. Send it again if you agree."
            )
        else:
            found[name] = code
    if found.get("parts") == "both":
        found["parts"] = _("You typed an amount. Please choose a part, or empty the field.")
    elif "parts" in found:
        found["parts"] = _("Please say how much, or choose all that is left.")
    return found


def _form(place: InvoicePlace, left: Sequence[LeftOfGroup], form: Any, status: int = 200) -> Response:
    amounts = [form[f"amount_{group.group}"] for group in left]
    rest = sum(group.net + group.tax for group in left)
    return show("credit.html", status, invoice=place, form=form, amounts=amounts, rest=rest)


def _nothing_left(invoice_id: int) -> Response:
    say(_("Nothing is left of this invoice to be credited."), "wait")
    return see_other(f"/invoices/{invoice_id}")
