"""What a visitor can do with a draft besides writing it: see it as the client will, and ask to have it sent."""

from typing import Any

from flask import Response, request, session
from flask_babel import lazy_gettext as _l
from wtforms import EmailField

from milebill.domain.claiming import hash_of, request_confirmation
from milebill.domain.draft import ReadDraft, read_draft
from milebill.domain.offer import freeze
from milebill.errors import Refused, Stale
from milebill.models import Workspace
from milebill.queries.client_offer import Offer, offer_of
from milebill.queries.open_drafts import OpenDraft
from milebill.web.forms import ClientForm, add_errors, focus_first_error, is_email, posted
from milebill.web.responses import see_other
from milebill.web.security import client_address
from milebill.web.supplier.sending import preview_page
from milebill.web.visitor.blueprint import (
    address_of,
    desk_of,
    draft_pages,
    new_secret,
    nobody,
    opened,
    remember,
    show,
)

CHANGED = _l("The draft was changed since this page was opened. Please look at it again; nothing was sent yet.")
_TOO_MANY = _l("We have just sent several mails. Please open the newest, or wait a quarter of an hour.")


class AddressForm(ClientForm):
    """The one thing that sending asks for."""

    email = EmailField(_l("Your e-mail address"), description=_l("Answers come here. Your client sees it."))


def read_of(found: OpenDraft) -> ReadDraft:
    """The draft as it is understood today."""
    return read_draft(found.draft, found.locale, desk_of(found).today)


def offered(read: ReadDraft, seller: Workspace) -> Offer:
    """A complete draft as the client would get it."""
    return offer_of(freeze(read, seller, "", 1))


@draft_pages.get("/d/<token>/preview")
def preview(token: str) -> Response:
    """The client's page as the client will see it. Nobody can sign here: it is no link."""
    found = opened(token)
    desk, read, seller = desk_of(found), read_of(found), nobody()
    if read.errors:
        return see_other(f"{desk.address}?check=preview")
    return preview_page(offered(read, seller), seller, desk.today, desk.address, is_draft=True)


@draft_pages.route("/d/<token>/send", methods=["GET", "POST"])
def ask_to_send(token: str) -> Response:
    """Whom it would go to, and the writer's own address; a POST mails the link that sends it."""
    found, form = opened(token), posted(AddressForm)
    if request.method != "POST" or read_of(found).errors:  # Werkzeug answers HEAD here too
        return _asking(found, form)
    email, status = (form.email.data or "").strip(), 422
    errors: dict[str, Any] = {} if is_email(email) else {"email": "email" if email else "required"}
    secret = new_secret()
    if not errors:
        try:
            login = request_confirmation(found.link_id, email, secret, client_address(), request.form.get("shown", ""))
        except Stale:
            form.form_errors.append(CHANGED)
            return _asking(opened(token), form, 409)
        except Refused:
            errors, status = {"email": _TOO_MANY}, 429
        else:
            session["confirm"] = {"link": login, "email": email, "draft": address_of(found.link_id)}
            return remember(see_other("/confirm/code"), secret)
    add_errors(form, errors)
    focus_first_error(form)
    return _asking(found, form, status)


def _asking(found: OpenDraft, form: AddressForm, status: int = 200) -> Response:
    address, read = address_of(found.link_id), read_of(found)
    if read.errors:
        return see_other(f"{address}?check=send")
    shown = {"offer": offered(read, nobody()), "read": read, "shown": hash_of(found.draft)}
    return show("send.html", status, **shown, address=address, form=form)
