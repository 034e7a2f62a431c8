"""Asking for another buyer on an invoice: what accounts payable may not change by itself."""

from typing import Any

from flask import Response

from milebill.domain.corrections import request_correction
from milebill.models.party import PARTY_FIELDS
from milebill.web.client.blueprint import client_pages
from milebill.web.client.forms import CorrectionForm
from milebill.web.client.invoice_visit import invoice_visit
from milebill.web.forms import posted
from milebill.web.openings import note_opening
from milebill.web.security import once_key
from milebill.web.translations import gettext as _

ADDRESS = "/i/<token>/correction"


@client_pages.get(ADDRESS)
def ask_correction(token: str) -> Response:
    """The page with the form open; without it while an earlier request waits, and once the invoice is settled."""
    here = invoice_visit(token)
    note_opening(here.who.link_id)
    if not here.may_pay:
        return here.not_yours()
    return here.open("details", correcting=_form()) if here.page.can_request else here.open("details")


@client_pages.post(ADDRESS)
def request_it(token: str) -> Response:
    """Send the request."""
    here = invoice_visit(token)
    if not here.may_pay:
        return here.not_yours()
    form, who = _form(), here.who

    def send() -> None:
        party = {name: form[name].data or "" for name in PARTY_FIELDS if name in form}
        words, key = form.text.data or "", form.once.data or ""
        signature = form.signature()
        request_correction(who.workspace_id, who.quote_id, who.link_id, here.invoice_id, signature, party, words, key)

    answer = here.attempt("details", "correcting", form, send)
    thanks = _("Sent. %(supplier)s has it by mail, and the answer will stand here.", supplier=here.page.supplier.name)
    return answer or here.done("details", thanks)


def _form() -> Any:
    return posted(CorrectionForm, once=once_key())
