"""Signing in: a mailed link that works in the browser that asked, or a mailed code that is typed."""

import secrets
from typing import Any

from flask import Blueprint, Response, current_app, request, session
from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, select
from wtforms import EmailField, HiddenField, StringField

from milebill import links
from milebill.db import reading
from milebill.domain.sign_in import browser_hash, redeem_login, request_login
from milebill.errors import LinkExpired, LinkUnknown, LinkUsed, Refused
from milebill.models import LoginLink
from milebill.models.login import LIFETIME
from milebill.web.access import settings, sign_in, signed_in
from milebill.web.forms import SupplierForm, add_errors, focus_first_error, is_email
from milebill.web.responses import page, private, see_other
from milebill.web.security import client_address

login_pages = Blueprint("login", __name__)

COOKIE = "login"
DASHBOARD = "/dashboard"
MAX_TOKEN = 200

_LINK = select(LoginLink.browser_hash, LoginLink.expires_at, LoginLink.redeemed_at, LoginLink.email).where(
    LoginLink.id == bindparam("id")
)
CODE_REFUSALS = {
    "code_wrong": _l("This is not the code from the mail. Please look again."),
    "code_needed": _l("Please type the code from the mail."),
    "too_many": _l("That were five wrong codes. Please ask for a new mail."),
}

_TOO_MANY_MAILS = _l("We have just sent you several mails. Please open the newest, or wait a quarter of an hour.")


class AskForm(SupplierForm):
    """Who wants in."""

    email = EmailField(_l("Your e-mail address"))
    next = HiddenField()


class CodeForm(SupplierForm):
    """The code from the mail, for a browser that did not ask."""

    code = StringField(_l("Code from the mail"), description=_l("Eight digits."))


@login_pages.route("/login", methods=["GET", "POST"])
def ask() -> Response:
    """Ask for a link by mail."""
    form = AskForm(data={"next": request.args.get("next", "")})
    if request.method != "POST":  # Werkzeug answers HEAD here too
        return _page("ask.html", form=form)
    email = (form.email.data or "").strip()
    if not is_email(email):
        return _page("ask.html", 422, form=_marked(form, {"email": "email" if email else "required"}))
    secret = request.cookies.get(COOKIE) or secrets.token_urlsafe(32)
    try:
        link_id = request_login(email, secret, address=client_address())
    except Refused:
        return _page("ask.html", 429, form=_marked(form, {"email": _TOO_MANY_MAILS}))
    session["login"] = {"link": link_id, "email": email, "next": local_path(form.next.data)}
    return _remember(see_other("/login/code"), secret)


@login_pages.route("/login/code", methods=["GET", "POST"])
def code() -> Response:
    """ "Check your mail": the code from it can be typed here, for a mail that is read on another device."""
    asked: dict[str, Any] | None = session.get("login")
    if asked is None:
        return see_other("/login")
    form = CodeForm()
    if request.method != "POST":  # Werkzeug answers HEAD here too
        return _page("sent.html", form=form, email=asked["email"])
    # Without the browser's secret: whoever is here has not shown yet that they read the mail.
    return _redeem(asked["link"], None, form, "sent.html", email=asked["email"])


@login_pages.route("/login/<token>", methods=["GET", "POST"])
def redeem(token: str) -> Response:
    """The mailed link: a button in the browser that asked, else a field for the code. Only the POST signs in."""
    try:
        link_id = links.read(settings().secret_keys, links.Purpose.LOGIN, token[:MAX_TOKEN])[0]
    except LinkUnknown:
        return _page("unknown.html", 404)
    secret = request.cookies.get(COOKIE)
    with reading() as connection:
        row = connection.execute(_LINK, {"id": link_id}).one_or_none()
    asked_here = bool(row and secret and browser_hash(secret) == row.browser_hash)
    # The demo's address brings its code along, for the person who sees the terminal; a mail never does.
    form = CodeForm(data={"code": request.args.get("code", "")})
    if request.method == "POST" and _is_second_click(row):
        return see_other(DASHBOARD)
    if request.method == "POST":
        current_app.extensions["csrf"].protect()
        return _redeem(link_id, secret, form, "redeem.html", asked_here=asked_here)
    return _opened(row, form, asked_here=asked_here)


def _opened(row: Any, form: CodeForm, *, asked_here: bool) -> Response:
    if row is None:
        return _page("unknown.html", 404)
    if row.redeemed_at is not None:
        return _page("used.html", 410, is_in=signed_in() is not None)
    if LoginLink(expires_at=row.expires_at).is_expired():
        return _page("expired.html", 410)
    return _page("redeem.html", form=form, asked_here=asked_here, email=row.email if asked_here else "")


@login_pages.post("/logout")
def leave() -> Response:
    """End the session in this browser."""
    session.clear()
    return see_other("/")


def _redeem(link_id: int, secret: str | None, form: CodeForm, template: str, **context: Any) -> Response:
    target = (session.get("login") or {}).get("next") or DASHBOARD
    try:
        found = redeem_login(link_id, secret, form.code.data, client_address())
    except Refused as refusal:
        marked = _marked(form, {"code": CODE_REFUSALS[refusal.reason]})
        return _page(template, 422, form=marked, **context)
    except LinkUsed:
        return _page("used.html", 410, is_in=signed_in() is not None)
    except LinkExpired:
        return _page("expired.html", 410)
    except LinkUnknown:
        return _page("unknown.html", 404)
    sign_in(found.user_id, found.workspace_id)
    response = see_other(target)
    response.delete_cookie(COOKIE, path="/login")
    return response


def _is_second_click(row: Any) -> bool:
    """Whether the link was used and its owner is signed in. Asked before the page's token, which is of the session that
    the first click ended."""
    who = signed_in()
    return row is not None and row.redeemed_at is not None and who is not None and who.email == row.email


def local_path(target: str | None) -> str:
    """`target` if it is a path of ours, else "": nobody is led to another site after signing in."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return ""
    return target if target.isprintable() and "\\" not in target else ""


def _marked(form: SupplierForm, errors: dict[str, Any]) -> SupplierForm:
    add_errors(form, errors)
    focus_first_error(form)
    return form


def _page(template: str, status: int = 200, **context: Any) -> Response:
    return private(page(f"login/{template}", status, minutes=int(LIFETIME.total_seconds() // 60), **context))


def _remember(response: Response, secret: str) -> Response:
    """Keep the secret in the browser that asked. Lax, not Strict: the link is followed from a mail."""
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(LIFETIME.total_seconds()) * 4,
        path="/login",
        secure=settings().secure,
        httponly=True,
        samesite="Lax",
    )
    return response
