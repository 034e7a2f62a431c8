"""The client asks where the project's money stands, as a document: from the project's page, or from an invoice's."""

from dataclasses import dataclass

from flask import Response

from milebill.domain.project_statement import ask_statement
from milebill.errors import Invalid, NotFound
from milebill.queries.client_papers import find_document
from milebill.web import responses
from milebill.web.access import LinkHolder
from milebill.web.client.blueprint import client_pages
from milebill.web.client.forms import StatementForm
from milebill.web.client.invoice_visit import invoice_visit
from milebill.web.client.papers import MAX_ID, being_prepared, send_stored
from milebill.web.client.view import Brand, brand_of
from milebill.web.client.visit import visit
from milebill.web.forms import add_errors, focus_first_error, posted
from milebill.web.openings import note_opening
from milebill.web.responses import private, see_other

ADDRESS = "/q/<token>/statement"
OF_INVOICE = "/i/<token>/statement"


@dataclass(frozen=True)
class Asking:
    """Who asks, and the page that they come from."""

    who: LinkHolder
    base: str
    brand: Brand

    def show(self, form: StatementForm, status: int = 200) -> Response:
        """The form, which is signed like every form of the client's."""
        return private(responses.page("client/statement.html", status, form=form, brand=self.brand, base=self.base))

    def ask(self) -> Response:
        """To its PDF, which is the same one all day, as long as nothing has happened since it was made."""
        form, who = posted(StatementForm), self.who
        try:
            if form.validate():
                document_id = ask_statement(who.workspace_id, who.quote_id, who.link_id, form.signature())
                return see_other(f"{self.base}/documents/{document_id}")
        except Invalid as error:
            add_errors(form, error.errors)
        focus_first_error(form)
        return self.show(form, 422)


@client_pages.get(ADDRESS)
def show_statement_form(token: str) -> Response:
    """The form, from the project's page."""
    asking = _from_project(token)
    note_opening(asking.who.link_id)
    return asking.show(posted(StatementForm))


@client_pages.post(ADDRESS)
def ask_for_statement(token: str) -> Response:
    """The statement."""
    return _from_project(token).ask()


@client_pages.get(OF_INVOICE)
def show_statement_form_of_invoice(token: str) -> Response:
    """The form, from an invoice's page."""
    here = invoice_visit(token)
    note_opening(here.who.link_id)
    if not here.may_pay:
        return here.not_yours()
    return Asking(here.who, here.base, brand_of(here.page.supplier)).show(posted(StatementForm))


@client_pages.post(OF_INVOICE)
def ask_for_statement_from_invoice(token: str) -> Response:
    """The statement."""
    here = invoice_visit(token)
    return Asking(here.who, here.base, brand_of(here.page.supplier)).ask() if here.may_pay else here.not_yours()


@client_pages.get(f"/i/<token>/documents/<int(max={MAX_ID}):document_id>")
def document_of_invoice(token: str, document_id: int) -> Response:
    """A PDF of the invoice's project, or a page that waits for it."""
    here = invoice_visit(token)
    if not here.may_pay:
        return here.not_yours()
    found = find_document(here.who.quote_id, document_id)
    return send_stored(found) if found.sha256 else being_prepared(here.base)


def _from_project(token: str) -> Asking:
    """From the page of an accepted quote; before that there is no such page. Raises NotFound."""
    here = visit(token)
    if here.page.schedule is None:
        raise NotFound
    return Asking(here.who, here.base, brand_of(here.page.supplier))
