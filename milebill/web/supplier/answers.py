"""The supplier's lines in the thread of a quote and of the project that it becomes."""

from flask import Response, request
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField

from milebill.db import reading
from milebill.domain.conversation import answer_question
from milebill.errors import Invalid, NotFound
from milebill.queries.quote import SentQuote, load_quote_page
from milebill.web.access import for_suppliers, supplier
from milebill.web.forms import SupplierForm, add_errors, focus_first_error
from milebill.web.responses import see_other
from milebill.web.security import once_key
from milebill.web.supplier.blueprint import say, show, supplier_pages


class AnswerForm(SupplierForm):
    """What the supplier writes."""

    text = TextAreaField(_l("Your message"))
    once = HiddenField()


@supplier_pages.route("/quotes/<id:quote_id>/answers", methods=["GET", "POST"])
@for_suppliers
def answer(quote_id: int) -> Response:
    """Write into the thread; everybody on the client's side who asked or decides gets it by mail."""
    who = supplier()
    with reading() as connection:
        quote = load_quote_page(connection, who.workspace_id, quote_id)
    if not isinstance(quote, SentQuote):
        raise NotFound
    form = AnswerForm(data={"once": once_key()})
    if request.method != "POST":  # Werkzeug answers HEAD here too
        return show("answer.html", quote=quote, form=form)
    try:
        answer_question(who.workspace_id, who.actor(), quote_id, form.text.data or "", form.once.data or "")
    except Invalid as error:
        add_errors(form, error.errors)
        focus_first_error(form)
        return show("answer.html", 422, quote=quote, form=form)
    say(_l("Your message is on its way by mail, and it stands in the thread."))
    return see_other((f"/projects/{quote.project_id}" if quote.project_id else f"/quotes/{quote_id}") + "#thread")
