"""The mailed link that sends a draft: in the browser that asked for it, or with the code from the mail.

Only a POST does it; whoever did not ask and has no code is told nothing of the draft.
"""

from typing import Any

from flask import Response, request, session
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from milebill import links
from milebill.db import reading
from milebill.domain.claiming import Claimed, Confirmation, admit_with_code, confirm_and_send, hash_of
from milebill.domain.sign_in import browser_hash
from milebill.errors import Invalid, LinkExpired, LinkUnknown, LinkUsed, Refused, Stale
from milebill.models import LoginLink, Workspace
from milebill.models.login import LIFETIME
from milebill.queries.open_drafts import OpenDraft, load_confirmation, workspace_of
from milebill.queries.quote import load_seller
from milebill.queries.rows import AnyRow
from milebill.web.access import settings, sign_in, signed_in
from milebill.web.forms import add_errors, focus_first_error
from milebill.web.login import CODE_REFUSALS, CodeForm
from milebill.web.responses import see_other
from milebill.web.security import client_address, user_agent
from milebill.web.supplier.blueprint import say
from milebill.web.supplier.law import law_of
from milebill.web.visitor.blueprint import (
    MAX_TOKEN,
    address_of,
    browser_secret,
    confirm_pages,
    load,
    new_secret,
    nobody,
    remember,
    show,
)
from milebill.web.visitor.seller_form import SellerForm
from milebill.web.visitor.sending import CHANGED, offered, read_of


class ConfirmForm(SellerForm):
    """What is missing about the seller, and which draft was shown."""

    shown = HiddenField()


@confirm_pages.route("/confirm/code", methods=["GET", "POST"])
def code() -> Response:
    """ "Check your mail": the code from it can be typed here, for a mail that is read on another device."""
    asked: dict[str, Any] | None = session.get("confirm")
    if asked is None:
        return see_other("/")
    form, context = CodeForm(), {"email": asked["email"], "draft": asked["draft"]}
    if request.method != "POST":  # Werkzeug answers HEAD here too
        return _show("sent.html", form=form, **context)
    return _admit(asked["link"], form, "sent.html", context)


@confirm_pages.route("/confirm/<token>", methods=["GET", "POST"])
def confirm(token: str) -> Response:
    """ "Confirm and send": what is sent to whom, and the button; elsewhere a field for the code."""
    ids = links.read(settings().secret_keys, links.Purpose.CONFIRM, token[:MAX_TOKEN])
    with reading() as connection:
        row = load_confirmation(connection, ids[0])
    if row is None:
        raise LinkUnknown
    if row.redeemed_at is not None:
        raise LinkUsed
    if LoginLink(expires_at=row.expires_at).is_expired() or row.draft_link_id is None:
        raise LinkExpired
    secret = browser_secret()
    if secret and browser_hash(secret) == row.browser_hash:
        return _confirm(ids[0], secret, row)
    form = CodeForm()
    return _admit(ids[0], form, "code.html", {}) if request.method == "POST" else _show("code.html", form=form)


def _confirm(login: int, secret: str, row: AnyRow) -> Response:
    found = _opened(row.draft_link_id)
    read, seller = read_of(found), _seller(row.email)
    if read.errors:
        return see_other(f"{address_of(found.link_id)}?check=send")
    missing = bool(seller.missing_for_an_invoice(needs_tax_id=read.needs_tax_ids()))
    known = {**_known(seller), "country_code": seller.country_code or read.seller_at.country}
    form = ConfirmForm(data={**known, "shown": hash_of(found.draft)})
    context = {"form": form, "missing": missing, "offer": offered(read, seller), "read": read, "email": row.email}
    context |= {"address": address_of(found.link_id), "law": law_of(read, seller)}
    if request.method != "POST":  # Werkzeug answers HEAD here too
        return _show("confirm.html", **context)
    values, errors = form.read(needs_tax_id=read.needs_tax_ids()) if missing else ({}, {})
    if errors:
        add_errors(form, errors)
        focus_first_error(form)
        return _show("confirm.html", 422, **context)
    confirmation = Confirmation(form.shown.data or "", values, client_address(), user_agent())
    try:
        return _sent(confirm_and_send(login, secret, confirmation))
    except Stale:
        form.shown.data = hash_of(found.draft)
        form.form_errors.append(CHANGED)
        return _show("confirm.html", 409, **context)
    except Invalid:  # changed in the very moment of the click
        return see_other(f"{address_of(found.link_id)}?check=send")


def _opened(draft_link_id: int) -> OpenDraft:
    try:
        return load(draft_link_id)
    except LinkUsed as error:
        raise Refused("claimed") from error


def _admit(login: int, form: CodeForm, template: str, context: dict[str, Any]) -> Response:
    """With the right code this browser sees what the one that asked sees, under the mailed address."""
    secret = new_secret()
    try:
        admit_with_code(login, form.code.data or "", secret)
    except Refused as refusal:
        if refusal.reason not in CODE_REFUSALS:
            raise
        add_errors(form, {"code": CODE_REFUSALS[refusal.reason]})
        focus_first_error(form)
        return _show(template, 422, form=form, **context)
    return remember(see_other(f"/confirm/{links.sign(settings().secret_keys, links.Purpose.CONFIRM, login)}"), secret)


def _sent(claimed: Claimed) -> Response:
    sign_in(claimed.user_id, claimed.workspace_id)
    signed_in()  # from here on in their own language, not in the draft's
    if claimed.number:
        say(_l("Quote %(number)s is on its way. This page shows what becomes of it.", number=claimed.number))
        return see_other(f"/quotes/{claimed.quote_id}")
    say(_l("Your settings read amounts or days in another way than this draft was written. Please look again."), "wait")
    return see_other(f"/quotes/{claimed.quote_id}?check=send")


@confirm_pages.errorhandler(LinkUsed)
def _used(_error: LinkUsed) -> Response:
    """The second click, most often: whoever is signed in finds the quote, everybody else is asked to sign in."""
    return see_other("/quotes")


@confirm_pages.errorhandler(LinkExpired)
def _expired(_error: LinkExpired) -> Response:
    return _show("expired.html", 410)


@confirm_pages.errorhandler(LinkUnknown)
def _unknown(_error: LinkUnknown) -> Response:
    return _show("unknown.html", 404)


@confirm_pages.errorhandler(Refused)
def _claimed(_error: Refused) -> Response:
    """Somebody else got the draft."""
    return _show("claimed.html", 410)


def _seller(email: str) -> Workspace:
    with reading() as connection:
        workspace_id = workspace_of(connection, email)
        return nobody(name="") if workspace_id is None else load_seller(connection, workspace_id)


def _known(seller: Workspace) -> dict[str, Any]:
    fields = ("name", "legal_name", "address_line_1", "city", "country_code", "tax_registered", "tax_id", "post_code")
    return {name: getattr(seller, name) for name in fields}


def _show(template: str, status: int = 200, **context: Any) -> Response:
    return show(template, status, minutes=int(LIFETIME.total_seconds() // 60), **context)
