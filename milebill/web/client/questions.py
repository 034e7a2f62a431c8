"""Asking: whoever holds a link to the page may."""

from flask import Response

from milebill.domain.conversation import ask_question
from milebill.web.client.blueprint import client_pages
from milebill.web.client.forms import QuestionForm
from milebill.web.client.visit import Opened, Visit, visit
from milebill.web.forms import posted
from milebill.web.openings import note_opening
from milebill.web.security import once_key
from milebill.web.translations import gettext as _

ADDRESS = "/q/<token>/questions"


@client_pages.get(ADDRESS)
def show_questions(token: str) -> Response:
    """The page, led to its thread."""
    here = visit(token)
    note_opening(here.who.link_id)
    return here.show(_opened())


@client_pages.post(ADDRESS)
def ask(token: str) -> Response:
    """Say something to the supplier, who gets it by mail."""
    here = visit(token)
    opened = _opened()
    answer = here.attempt(opened, lambda: _say(here, opened.form), lambda: "")
    thanks = _("Sent. %(supplier)s gets it by mail, and you get the answer by mail too.",
               supplier=here.page.supplier.name)  # fmt: skip
    return answer or here.done(("questions", "news"), "questions", thanks, "#questions")


def _opened() -> Opened:
    return Opened("question", posted(QuestionForm, once=once_key()), "questions")


def _say(here: Visit, form: QuestionForm) -> None:
    who = here.who
    ask_question(who.workspace_id, who.quote_id, who.link_id, form.signature(), form.text.data or "", form.key())
