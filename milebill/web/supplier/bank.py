"""Bank statements: a file is brought in, and what it says is booked line by line."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FileField, HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from milebill.bank_file import MAX_BYTES, Unreadable
from milebill.bank_file import read as read_file
from milebill.db import reading
from milebill.domain.bank import book_bank_line, import_statement, set_line_aside
from milebill.errors import Invalid, NotFound, Refused
from milebill.money import InvalidAmount
from milebill.queries.bank import FILTERS, LineToBook, load_bank, load_import, load_line
from milebill.queries.settings import load_settings
from milebill.typed_amounts import read_amount
from milebill.web.access import for_suppliers, supplier
from milebill.web.filters import money, typed_money
from milebill.web.forms import SupplierForm, add_errors, focus_first_error
from milebill.web.responses import see_other
from milebill.web.supplier.blueprint import MAX_ID, key_from_request, say, show, supplier_pages
from milebill.web.uploads import file_name


class StatementForm(SupplierForm):
    """A bank's file."""

    file = FileField(
        _l("Bank statement"), description=_l("CAMT.053 or CSV, up to 5 MB, as your bank lets you save it.")
    )


class BookingForm(SupplierForm):
    """Which invoice a line is for, and how much of it."""

    invoice = SelectField(_l("Invoice"), validate_choice=False)
    amount = StringField(_l("Amount"))
    seen = HiddenField()


@supplier_pages.route("/bank", methods=["GET", "POST"])
@for_suppliers
def bank() -> Response:
    """What came in and waits to be booked; a POST brings a file in."""
    who, form = supplier(), StatementForm()
    if request.method != "POST":  # Werkzeug answers HEAD here too
        return _bank(form)
    upload = request.files.get("file")
    content = upload.stream.read(MAX_BYTES + 1) if upload and upload.filename else b""
    try:
        if not content:
            raise Invalid({"file": str(_("Please choose a file."))})  # noqa: TRY301
        with reading() as connection:
            currency = load_settings(connection, who.workspace_id)["currency"]
        found = read_file(content, currency, who.locale)
    except Unreadable as error:
        add_errors(form, {"file": _why_not(error)})
        return _bank(form, 422)
    except Invalid as error:
        add_errors(form, error.errors)
        return _bank(form, 422)
    name = file_name(upload.filename or "") if upload else ""
    imported = import_statement(who.workspace_id, who.actor(), found, content, name)
    if imported.new:
        say(_("%(num)s lines are new. Nothing is booked yet: each waits for your click.", num=imported.new))
    else:
        say(_("Every line of this file is here already."), "wait")
    return see_other(f"/bank/{imported.id}")


@supplier_pages.get("/bank/<id:import_id>")
@for_suppliers
def bank_import(import_id: int) -> Response:
    """The lines that came with one file."""
    with reading() as connection:
        page = load_import(
            connection, supplier().workspace_id, import_id, key_from_request("before"), key_from_request("after")
        )
    return show("bank_import.html", page=page, file=page.imports[0])


@supplier_pages.route("/bank/lines/<id:line_id>/booking", methods=["GET", "POST"])
@for_suppliers
def booking(line_id: int) -> Response:
    """Book a line for an invoice: with one click where one is proposed, else with a form."""
    who = supplier()
    with reading() as connection:
        found = load_line(connection, who.workspace_id, line_id)
    line = found.line
    if request.method != "POST":  # Werkzeug answers HEAD here too
        amount = typed_money(line.proposed or line.left, line.currency)
        chosen = str(line.proposal.invoice.id) if line.proposal else ""
        return _form(found, BookingForm(data={"invoice": chosen, "amount": amount, "seen": line.bookings}))
    form = BookingForm()
    try:
        invoice_id, amount_minor, seen = _read(form, line.currency, who.locale)
        book_bank_line(who.workspace_id, who.actor(), line_id, invoice_id, amount_minor, seen)
    except Refused:
        say(_("This line was booked, or set aside, in the meantime. Here is how it stands."), "wait")
        return see_other("/bank")
    except (Invalid, NotFound) as error:
        add_errors(form, _in_words(error, found))
        focus_first_error(form)
        return _form(found, form, 422)
    say(_("The payment is recorded."))
    return see_other("/bank")


@supplier_pages.post("/bank/lines/<id:line_id>/dismissal")
@for_suppliers
def dismissal(line_id: int) -> Response:
    """A line is for no invoice; with `back` it is taken up again."""
    who, aside = supplier(), not request.form.get("back")
    set_line_aside(who.workspace_id, who.actor(), line_id, aside=aside)
    say(_("The line is set aside.") if aside else _("The line is back."), "wait")
    return see_other("/bank" if aside else "/bank?state=aside")


def _bank(form: StatementForm, status: int = 200) -> Response:
    kind = request.args.get("state", "open")
    kind = kind if kind in FILTERS else "open"
    with reading() as connection:
        page = load_bank(
            connection, supplier().workspace_id, kind, key_from_request("before"), key_from_request("after")
        )
    return show("bank.html", status, page=page, kind=kind, form=form)


def _why_not(error: Unreadable) -> str:
    words = {
        "too_large": _("This file is larger than 5 MB. Please save a shorter period."),
        "too_many": _("This file has more than 5,000 lines. Please save a shorter period."),
        "encoding": _("This is no text file. Please choose CAMT.053 (XML) or CSV."),
        "header": _("We found no columns for date and amount. Their heads should be in its first 30 rows."),
        "not_xml": _("This file is damaged: its XML cannot be read."),
        "not_camt": _("This is XML, but no CAMT.053 bank statement."),
        "doctype": _("This file contains a DOCTYPE or entities, which no bank statement needs. It was not read."),
        "row": _("Row %(row)s has a date, an amount or a currency that we cannot read. Nothing was brought in.",
                 row=error.row),
    }  # fmt: skip
    return str(words[error.code])


def _read(form: BookingForm, currency: str, locale: str) -> tuple[int, int, int]:
    """Invoice, minor units, and how often the line had been booked. Raises Invalid."""
    errors, amount = {}, 0
    invoice, seen = form.invoice.data or "", form.seen.data or ""
    if not (invoice.isascii() and invoice.isdecimal() and len(invoice) < 19 and int(invoice) <= MAX_ID):
        errors["invoice"] = str(_("Please choose the invoice."))
    try:
        amount = read_amount(form.amount.data or "", currency, locale)
    except InvalidAmount as error:
        errors["amount"] = error.code
    if not (seen.isascii() and seen.isdecimal() and len(seen) < 9):
        errors["seen"] = "required"
    if errors:
        raise Invalid(errors)
    return int(invoice), amount, int(seen)


def _in_words(error: Invalid | NotFound, found: LineToBook) -> dict[str, Any]:
    choose = str(_("Please choose the invoice."))
    if isinstance(error, NotFound):
        return {"invoice": choose}
    left = _("Only %(amount)s of this line are left.", amount=money(found.line.left, found.line.currency))
    words = {"over_rest": left, "currency_differs": choose}
    return {name: words.get(code, code) for name, code in error.errors.items()}


def _form(found: LineToBook, form: BookingForm, status: int = 200) -> Response:
    form.invoice.choices = [
        SelectChoice("", "–"),
        *(
            SelectChoice(str(one.id), f"{one.number} · {one.client} · {money(one.open_amount, one.currency)}")
            for one in found.invoices
        ),
    ]
    return show("bank_booking.html", status, line=found.line, form=form)
