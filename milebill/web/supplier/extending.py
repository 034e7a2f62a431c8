"""A quote that is valid for longer, and a quote once more as a new draft."""

from datetime import timedelta

from flask import Response, request
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.widgets import DateInput

from milebill import clock
from milebill.db import reading
from milebill.domain.copying import VALID_DAYS, duplicate_quote
from milebill.domain.extending import extend_quote
from milebill.errors import Invalid, Refused
from milebill.queries.quote import SentQuote, load_quote_page
from milebill.web.access import for_suppliers, supplier
from milebill.web.filters import day
from milebill.web.forms import SupplierForm, add_errors, focus_first_error
from milebill.web.responses import see_other
from milebill.web.supplier.blueprint import say, show, supplier_pages
from milebill.web.supplier.sending import too_late


class ExtensionForm(SupplierForm):
    """The one thing that an extension changes."""

    valid_until = StringField(_l("Valid until"), widget=DateInput())


@supplier_pages.route("/quotes/<id:quote_id>/extension", methods=["GET", "POST"])
@for_suppliers
def extend(quote_id: int) -> Response:
    """Ask for the new day, or put it in force and tell the client."""
    who = supplier()
    with reading() as connection:
        found = load_quote_page(connection, who.workspace_id, quote_id)
    if not isinstance(found, SentQuote) or not found.can_extend:
        return too_late(quote_id)
    if request.method != "POST":  # Werkzeug answers HEAD here too
        proposed = max(found.offer.valid_until, clock.today(who.time_zone)) + timedelta(days=VALID_DAYS)
        return show("extend.html", quote=found, form=ExtensionForm(data={"valid_until": proposed.isoformat()}))
    form = ExtensionForm()
    typed = form.valid_until.data or ""
    try:
        extend_quote(who.workspace_id, who.actor(), quote_id, typed)
    except Refused:
        return too_late(quote_id)
    except Invalid as error:
        add_errors(form, error.errors)
        focus_first_error(form)
        return show("extend.html", 422, quote=found, form=form)
    say(_l("The quote is valid until %(day)s now. Your client is told by mail.", day=day(typed.strip())))
    return see_other(f"/quotes/{quote_id}")


@supplier_pages.post("/quotes/<id:quote_id>/copies")
@for_suppliers
def duplicate(quote_id: int) -> Response:
    """A new draft that says the same, for the same client unless `client` is "none"."""
    who = supplier()
    new = duplicate_quote(who.workspace_id, who.actor(), quote_id, request.form.get("client") != "none")
    say(_l("This is a new draft that says the same. Nobody but you can see it yet."))
    return see_other(f"/quotes/{new}")
