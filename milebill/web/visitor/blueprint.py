"""What the visitor's routes share: the draft that a link opens, and the browser that it was begun in."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from babel.numbers import get_decimal_symbol, get_group_symbol
from flask import Blueprint, Response, request
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from milebill import clock, links
from milebill.db import reading
from milebill.domain.open_drafts import KEPT, Visitor
from milebill.domain.sign_in import browser_hash
from milebill.errors import LinkUnknown, LinkUsed
from milebill.models import Workspace
from milebill.models.workspace import SETTINGS
from milebill.queries.open_drafts import OpenDraft, load_open_draft
from milebill.reader import FALLBACK_LOCALE, read_in, reader_locale
from milebill.web.access import settings
from milebill.web.filters import clock_time
from milebill.web.responses import page, private
from milebill.web.security import client_address
from milebill.web.supplier.desk import Desk
from milebill.web.supplier.settings_form import LOCALES, time_zones
from milebill.web.translations import gettext as _

draft_pages = Blueprint("draft", __name__)
"""No session and no CSRF token: a draft's link is the authority, as on the client's pages, see security.py."""
confirm_pages = Blueprint("confirm", __name__)

NEW = "/d/new"
"""Where a draft is begun."""
MAX_TOKEN = 200
COOKIE_AGE = timedelta(days=30)


@dataclass(frozen=True)
class Shown:
    """What the builder tells a visitor of their draft."""

    once: str
    address: str = ""
    saved: str = ""
    """When, in words."""
    problem: Any = ""
    again: bool = False
    """Whether the page tries to save once more by itself."""


def address_of(link_id: int) -> str:
    """Where the draft is written."""
    return f"/d/{links.sign(settings().secret_keys, links.Purpose.DRAFT, link_id)}"


def opened(token: str) -> OpenDraft:
    """The draft behind /d/<token>, in whose habits the page speaks from here on. Raises LinkUnknown, LinkUsed."""
    return load(link_id_of(token))


def link_id_of(token: str) -> int:
    """The link's id, whether there is still a draft or not. Raises LinkUnknown."""
    ids = links.read(settings().secret_keys, links.Purpose.DRAFT, token[:MAX_TOKEN])
    if len(ids) != 1:
        raise LinkUnknown
    return ids[0]


def load(link_id: int) -> OpenDraft:
    """The same by its id."""
    with reading() as connection:
        found = load_open_draft(connection, link_id)
    read_in(found.locale, found.time_zone)
    return found


class VisitorDesk(Desk):
    """Of somebody with no account, who has neither settings nor clients from before."""

    def shows(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        shown = super().shows(*args, **kwargs)
        languages = shown["form"].client_locale
        languages.choices = [SelectChoice("", _("As on this page")), *languages.choices[1:]]
        return shown


def desk_of(found: OpenDraft) -> Desk:
    """Where the draft is written."""
    today, address = clock.today(found.time_zone), address_of(found.link_id)
    return VisitorDesk(
        found.locale, today, found.currency, address, nobody(), known_to=found.known_to, saved=found.draft
    )


def shown_of(found: OpenDraft, problem: Any = "", *, again: bool = False) -> Shown:
    """With the time of the last change in the visitor's own zone, which is named if we don't know it."""
    return Shown("", address_of(found.link_id), clock_time(found.saved_at), problem, again)


def speak_as_guessed() -> str:
    """The locale that a stranger's browser asks for, or the nearest one that a workspace can have."""
    known = _settable(reader_locale())
    read_in(known, typed_zone())
    return known


@lru_cache(maxsize=512)
def _settable(locale: str) -> str:
    """With the same signs in its numbers, if there is one in that language: nobody's 1,000 becomes a single one."""
    language = locale.partition("_")[0]
    near = [name for name in LOCALES if name.partition("_")[0] == language]
    alike = [name for name in near if _signs(name) == _signs(locale)]
    return locale if locale in LOCALES else (alike or near or [FALLBACK_LOCALE])[0]


def _signs(locale: str) -> tuple[str, str]:
    return get_decimal_symbol(locale), get_group_symbol(locale)


def typed_zone() -> str:
    """The browser's time zone, where a script could tell."""
    zone = request.form.get("zone", "")
    return zone if zone in time_zones() else "UTC"


def cookie_name() -> str:
    """Of the secret by which a browser finds its drafts again; a draft opens without it."""
    return "__Host-drafts" if settings().secure else "drafts"


def browser_secret() -> str | None:
    """What this browser holds."""
    return request.cookies.get(cookie_name())


def visitor(secret: str, locale: str) -> Visitor:
    """Who begins a draft."""
    return Visitor(browser_hash(secret), client_address(), locale, typed_zone())


def new_secret() -> str:
    """This browser's secret, or one that it is given now."""
    return browser_secret() or secrets.token_urlsafe(32)


def remember(response: Response, secret: str) -> Response:
    """Keep the secret in the browser. Lax, not Strict: the link that confirms is followed from a mail."""
    age = int(COOKIE_AGE.total_seconds())
    response.set_cookie(
        cookie_name(), secret, max_age=age, path="/", secure=settings().secure, httponly=True, samesite="Lax"
    )
    return response


def nobody(name: str | None = None) -> Workspace:
    """The seller as long as nobody knows who that is: to be read and asked, never kept."""
    fields = dict.fromkeys(SETTINGS, "") | {"tax_registered": True, "brand_colour": "#0b6a4b"}
    return Workspace(**fields | {"name": _("Your business") if name is None else name, "payment_terms_days": 14})


def show(template: str, status: int = 200, **context: Any) -> Response:
    """A visitor's page, kept out of shared caches."""
    return private(page(f"draft/{template}", status, days=KEPT.days, **context))


@draft_pages.errorhandler(LinkUsed)
def _claimed(_error: LinkUsed) -> Response:
    """The draft belongs to a workspace now."""
    return show("claimed.html", 410)
