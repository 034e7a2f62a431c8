"""The client asks where the project's money stands, as a document."""

from flask import Response

from milebill.domain.project_statement import ask_statement
from milebill.errors import Invalid, NotFound
from milebill.web import responses
from milebill.web.client.blueprint import client_pages
from milebill.web.client.forms import StatementForm
from milebill.web.client.view import brand_of
from milebill.web.client.visit import Visit, visit
from milebill.web.forms import add_errors, focus_first_error, posted
from milebill.web.openings import note_opening
from milebill.web.responses import private, see_other

ADDRESS = "/q/<token>/statement"


@client_pages.get(ADDRESS)
def show_statement_form(token: str) -> Response:
    """The form, which is signed like every form of the client's."""
    here = _project_of(token)
    note_opening(here.who.link_id)
    return _show(here, posted(StatementForm))


@client_pages.post(ADDRESS)
def ask_for_statement(token: str) -> Response:
    """Its PDF: the same one as long as nothing has happened since the last was made."""
    here = _project_of(token)
    form, who = posted(StatementForm), here.who
    try:
        if form.validate():
            document_id = ask_statement(who.workspace_id, who.quote_id, who.link_id, form.signature())
            return see_other(f"{here.base}/documents/{document_id}")
    except Invalid as error:
        add_errors(form, error.errors)
    focus_first_error(form)
    return _show(here, form, 422)


def _project_of(token: str) -> Visit:
    """The visit to an accepted quote; before that there is no such page. Raises NotFound."""
    here = visit(token)
    if here.page.schedule is None:
        raise NotFound
    return here


def _show(here: Visit, form: StatementForm, status: int = 200) -> Response:
    brand = brand_of(here.page.supplier)
    return private(responses.page("client/statement.html", status, form=form, brand=brand, base=here.base))
