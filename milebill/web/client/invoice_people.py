"""The same from an invoice's page: forward it to a colleague, or get a link of one's own."""

from flask import Response

from milebill.domain.people import Given
from milebill.web.client.blueprint import client_pages
from milebill.web.client.handing_on import PART, forward_form, hand_on, mail_own, own_form, own_is_mailed, thanks_for
from milebill.web.client.invoice_visit import InvoiceVisit, invoice_visit
from milebill.web.client.visit import Opened
from milebill.web.openings import note_opening

FORWARD = "/i/<token>/forwarding"
OWN = "/i/<token>/own-link"


@client_pages.get(FORWARD)
def ask_invoice_forward(token: str) -> Response:
    """The invoice's page with the form that gives a colleague a link."""
    here = invoice_visit(token)
    return _ask(here, forward_form(here.who))


@client_pages.post(FORWARD)
def forward_invoice(token: str) -> Response:
    """Give a colleague a link of their own."""
    here, given = invoice_visit(token), list[Given]()
    if not here.may_pay:
        return here.not_yours()
    opened = forward_form(here.who)
    answer = here.attempt(PART, "opened", opened.form, lambda: given.append(hand_on(here.who, opened.form)), opened)
    return answer or here.done(PART, thanks_for(given[0]))


@client_pages.get(OWN)
def ask_for_own_invoice_link(token: str) -> Response:
    """The invoice's page with the form for somebody whom the link does not name."""
    return _ask(invoice_visit(token), own_form())


@client_pages.post(OWN)
def send_own_invoice_link(token: str) -> Response:
    """Mail a link to whoever says that this one is not theirs."""
    here = invoice_visit(token)
    if not here.may_pay:
        return here.not_yours()
    opened = own_form()
    answer = here.attempt(PART, "opened", opened.form, lambda: mail_own(here.who, opened.form), opened)
    return answer or here.done(PART, own_is_mailed())


def _ask(here: InvoiceVisit, opened: Opened) -> Response:
    note_opening(here.who.link_id)
    return here.open(PART, opened=opened) if here.may_pay else here.not_yours()
