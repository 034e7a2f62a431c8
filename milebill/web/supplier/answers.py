"""The supplier's lines in the thread of a quote and of the project that it becomes."""

from flask import Response, request
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, MultipleFileField, TextAreaField

from milebill.db import reading
from milebill.domain.conversation import answer_question
from milebill.domain.stored_files import MAX_FILES
from milebill.errors import Invalid, NotFound
from milebill.queries.documents import load_attached
from milebill.queries.quote import SentQuote, load_quote_page
from milebill.web.access import Supplier, for_suppliers, supplier
from milebill.web.client.papers import send_stored
from milebill.web.forms import SupplierForm, add_errors, focus_first_error
from milebill.web.responses import partial, private, see_other
from milebill.web.security import once_key
from milebill.web.staged import Desk, Staged, attached, desk_of_workspace, staged
from milebill.web.supplier.blueprint import say, show, supplier_pages


class AnswerForm(SupplierForm):
    """What the supplier writes."""

    text = TextAreaField(_l("Your message"))
    files = MultipleFileField(_l("Files"), description=_l("At most 5, each up to 25 MB."))
    once = HiddenField()
    staged = Staged()


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
    form.staged = _staged(who)
    form.files.errors = [*form.staged.errors]
    if form.errors:
        return show("answer.html", 422, quote=quote, form=form)
    try:
        words, files = form.text.data or "", attached(_desk(who), form.staged)
        answer_question(who.workspace_id, who.actor(), quote_id, words, form.once.data or "", files)
    except Invalid as error:
        add_errors(form, error.errors)
        focus_first_error(form)
        return show("answer.html", 422, quote=quote, form=form)
    say(_l("Your message is on its way by mail, and it stands in the thread."))
    return see_other((f"/projects/{quote.project_id}" if quote.project_id else f"/quotes/{quote_id}") + "#thread")


@supplier_pages.post("/quotes/<id:quote_id>/answers/files")
@for_suppliers
def stage_answer(quote_id: int) -> Response:
    """Keep what was just chosen, while the message is still being written. Raises NotFound."""
    who, form = supplier(), AnswerForm()
    with reading() as connection:
        load_quote_page(connection, who.workspace_id, quote_id)
    found = _staged(who)
    form.files.errors = [*found.errors]
    status = 422 if found.errors else 200
    return private(partial("supplier/staged.html", status, field=form.files, staged=found, address=request.path))


@supplier_pages.get("/quotes/<id:quote_id>/messages/<id:message_id>/files/<id:nth>")
@for_suppliers
def message_file(quote_id: int, message_id: int, nth: int) -> Response:
    """A file that went with a message, to be saved."""
    with reading() as connection:
        return send_stored(load_attached(connection, supplier().workspace_id, quote_id, message_id, nth))


def _staged(who: Supplier) -> Staged:
    return staged(_desk(who), "files")


def _desk(who: Supplier) -> Desk:
    return desk_of_workspace(who.workspace_id, MAX_FILES)
