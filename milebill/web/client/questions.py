"""Asking: whoever holds a link to the page may."""

from flask import Response

from milebill.domain.conversation import ask_question
from milebill.web.access import LinkHolder
from milebill.web.client.attachments import desk_of, with_files
from milebill.web.client.blueprint import client_pages
from milebill.web.client.forms import QuestionForm
from milebill.web.client.invoice_visit import invoice_visit
from milebill.web.client.visit import Opened, visit
from milebill.web.forms import posted
from milebill.web.openings import note_opening
from milebill.web.security import once_key
from milebill.web.staged import attached
from milebill.web.translations import gettext as _

ADDRESS = "/q/<token>/questions"
OF_INVOICE = "/i/<token>/questions"


@client_pages.get(ADDRESS)
def show_questions(token: str) -> Response:
    """The page, led to its thread."""
    here = visit(token)
    note_opening(here.who.link_id)
    return here.show(_opened(here.who))


@client_pages.post(ADDRESS)
def ask(token: str) -> Response:
    """Say something to the supplier, who gets it by mail."""
    here = visit(token)
    opened = _opened(here.who)
    answer = here.attempt(opened, lambda: _say(here.who, opened.form), lambda: "")
    thanks = _thanks(here.page.supplier.name)
    return answer or here.done(("questions", "news"), "questions", thanks, "#questions")


@client_pages.get(OF_INVOICE)
def show_invoice_questions(token: str) -> Response:
    """The invoice's page, led to its thread."""
    here = invoice_visit(token)
    note_opening(here.who.link_id)
    return here.show() if here.may_pay else here.not_yours()


@client_pages.post(OF_INVOICE)
def ask_about_invoice(token: str) -> Response:
    """The same thread, from an invoice's page."""
    here = invoice_visit(token)
    if not here.may_pay:
        return here.not_yours()
    form = with_files(posted(QuestionForm, once=once_key()), here.who)
    answer = here.attempt("questions", "asking", form, lambda: _say(here.who, form))
    return answer or here.done("questions", _thanks(here.page.supplier.name))


def _thanks(supplier: str) -> str:
    return str(_("Sent. %(supplier)s gets it by mail, and you get the answer by mail too.", supplier=supplier))


def _opened(who: LinkHolder) -> Opened:
    return Opened("question", with_files(posted(QuestionForm, once=once_key()), who), "questions")


def _say(who: LinkHolder, form: QuestionForm) -> None:
    words, files = form.text.data or "", attached(desk_of(who), form.staged)
    ask_question(who.workspace_id, who.quote_id, who.link_id, form.signature(), words, form.key(), files)
