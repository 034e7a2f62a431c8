"""Sending an invoice by Peppol: the button, and what became of it in words."""

from typing import NamedTuple

from flask import Response, current_app

from milebill import clock
from milebill.config import Settings
from milebill.db import reading
from milebill.domain.transmissions import queue_transmission
from milebill.errors import Refused
from milebill.models import DocumentKind, TransmissionState
from milebill.outbound import einvoice
from milebill.outbound.einvoice.addresses import buyer_address
from milebill.outbound.einvoice.sentences import sentence
from milebill.queries.invoice import load_invoice_place
from milebill.queries.invoice_page import InvoicePage, load_invoice_page
from milebill.queries.invoice_versions import Transmitted
from milebill.web.access import for_suppliers, supplier
from milebill.web.e_invoices import paper_of
from milebill.web.filters import moment
from milebill.web.responses import see_other
from milebill.web.supplier.blueprint import say, supplier_pages
from milebill.web.translations import gettext as _


class TransmissionView(NamedTuple):
    """A sentence, and what the button says; "" for none of either."""

    about: str
    button: str


@supplier_pages.post("/invoices/<id:invoice_id>/transmission")
@for_suppliers
def transmission(invoice_id: int) -> Response:
    """Have the worker send the version in force; a second click sends nothing more."""
    who = supplier()
    with reading() as connection:
        place = load_invoice_place(connection, who.workspace_id, invoice_id)
    page = load_invoice_page(place.quote_id, invoice_id, clock.today(who.time_zone))
    reason = _why_not(page)
    if reason:
        say(reason, "wait")
        return see_other(f"/invoices/{invoice_id}")
    try:
        queue_transmission(who.workspace_id, who.actor(), invoice_id)
        say(_("It is on its way. This page tells you when it has arrived."))
    except Refused:
        say(_("The e-invoice is being prepared."), "wait")
    return see_other(f"/invoices/{invoice_id}")


def transmission_view(invoice: InvoicePage) -> TransmissionView | None:
    """How the version in force stands with Peppol; None where nobody needs to know."""
    ubl = next((file for file in invoice.version.e_invoices if file.kind == DocumentKind.UBL and file.ready), None)
    if ubl is None:
        return None
    if ubl.transmitted is not None:
        return TransmissionView(_in_words(ubl.transmitted), "" if _why_not(invoice) else _again(ubl.transmitted.state))
    if not _can_send():
        return None
    reason, goes_to = _why_not(invoice), buyer_address(paper_of(invoice))
    if reason or goes_to is None:
        return TransmissionView(reason, "")
    about = str(_("To the client’s address %(address)s.", address=f"{goes_to.scheme}:{goes_to.id}"))
    before = invoice.version.sent_before
    if before is not None:
        more = _("An earlier version went out on %(when)s; your client gets this one as well.", when=moment(before))
        about = f"{about} {more}"
    return TransmissionView(about, str(_("Send by Peppol")))


def _can_send() -> bool:
    settings: Settings = current_app.extensions["settings"]
    return settings.peppol_url is not None


def _why_not(invoice: InvoicePage) -> str:
    if not _can_send():
        return str(_("This milebill has no access point to Peppol. You can download the UBL and send it yourself."))
    return sentence(einvoice.why_not_peppol(paper_of(invoice)))


def _again(state: str) -> str:
    if state == TransmissionState.REFUSED:
        return str(_("Send it again"))
    return str(_("Ask again")) if state == TransmissionState.UNKNOWN else ""


def _in_words(found: Transmitted) -> str:
    named = {"when": moment(found.at), "reason": found.error}
    if found.state == TransmissionState.SENT:
        return str(_("Sent on %(when)s. The client’s access point has it.", **named))
    if found.state == TransmissionState.REFUSED:
        return str(_("Not sent. The access point says: %(reason)s", **named))
    if found.state == TransmissionState.UNKNOWN:
        return str(_("The access point has not said for days what became of it: %(reason)s", **named))
    if found.error:
        return str(_("On its way, but not there yet: %(reason)s", **named))
    return str(_("On its way."))
