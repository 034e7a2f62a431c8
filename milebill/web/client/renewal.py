"""A link that has run out: its page says so, and a button on it mails a new one to whom it was made for."""

from flask import Response, request

from milebill.domain.renewal import renew_link
from milebill.errors import LinkExpired
from milebill.links import Purpose
from milebill.web import responses
from milebill.web.access import invoice_holder, link_holder, run_out
from milebill.web.client.blueprint import client_pages
from milebill.web.responses import private, see_other
from milebill.web.security import client_address, user_agent


@client_pages.errorhandler(LinkExpired)
def has_run_out(_error: LinkExpired) -> Response:
    """The page of a dead link, whatever was asked of it."""
    side, token = request.path.split("/")[1:3]
    return private(responses.page("errors/link_expired.html", 410, renew_url=f"/{side}/{token}/renewal"))


@client_pages.get("/q/<token>/renewal")
def ask_renewal(token: str) -> Response:
    """The button's page, for whoever comes back to its address; a link that runs opens its own."""
    link_holder(token)
    return see_other(f"/q/{token}")


@client_pages.get("/i/<token>/renewal")
def ask_invoice_renewal(token: str) -> Response:
    """The same for an invoice's address."""
    invoice_holder(token)
    return see_other(f"/i/{token}")


@client_pages.post("/q/<token>/renewal")
def renew(token: str) -> Response:
    """Mail a new way in. The answer is the same whether or not a mail was due."""
    return _renew(Purpose.CLIENT, token, f"/q/{token}")


@client_pages.post("/i/<token>/renewal")
def renew_invoice(token: str) -> Response:
    """The same from an invoice's address."""
    return _renew(Purpose.INVOICE, token, f"/i/{token}")


def _renew(purpose: Purpose, token: str, address: str) -> Response:
    found = run_out(purpose, token)
    if found is None:
        return see_other(address)
    workspace_id, link_id = found
    renew_link(workspace_id, link_id, client_address(), user_agent())
    return private(responses.page("errors/link_renewed.html"))
