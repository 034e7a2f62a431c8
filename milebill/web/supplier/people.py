"""The supplier ends the link of somebody on the client's side."""

from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from milebill.db import reading
from milebill.domain.people import take_off_by_supplier
from milebill.errors import NotFound, Refused
from milebill.queries.quote import DraftQuote, Reader, SentQuote, load_quote_page
from milebill.web.access import for_suppliers, supplier
from milebill.web.responses import see_other
from milebill.web.supplier.blueprint import say, show, supplier_pages

_REFUSALS = {
    "last_approver": _l("Nobody else could decide and sign off then, so nothing was changed."),
    "named": _l("The quote names them as one of two who have to sign, so nothing was changed."),
}
ADDRESS = "/quotes/<id:quote_id>/people/<id:link_id>/removal"


@supplier_pages.get(ADDRESS)
@for_suppliers
def ask_take_off(quote_id: int, link_id: int) -> Response:
    """Ask before somebody's link is ended."""
    quote, person = _person(quote_id, link_id)
    if not person.removable:
        return see_other(_page_of(quote))
    return show("take_off.html", person=person, title=quote.offer.title, back=_page_of(quote))


@supplier_pages.post(ADDRESS)
@for_suppliers
def take_somebody_off(quote_id: int, link_id: int) -> Response:
    """End somebody's link."""
    who = supplier()
    quote, person = _person(quote_id, link_id)
    try:
        take_off_by_supplier(who.workspace_id, who.actor(), quote_id, link_id)
    except Refused as refusal:
        say(_REFUSALS[refusal.reason], "bad")
    else:
        say(_("%(name)s was taken off. Their link opens nothing any more.", name=person.name))
    return see_other(_page_of(quote))


def _person(quote_id: int, link_id: int) -> tuple[SentQuote, Reader]:
    """Raises NotFound."""
    with reading() as connection:
        quote = load_quote_page(connection, supplier().workspace_id, quote_id)
    if isinstance(quote, DraftQuote):
        raise NotFound
    for person in quote.people:
        if person.link_id == link_id:
            return quote, person
    raise NotFound


def _page_of(quote: SentQuote) -> str:
    return f"/quotes/{quote.id}" if quote.project_id is None else f"/projects/{quote.project_id}"
