"""Who is asking: a supplier by their session, a client's person by their link. Strangers get 404."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar
from zlib import crc32

from flask import abort, current_app, request, session, url_for
from sqlalchemy import bindparam, select
from werkzeug.wrappers import Response

from milebill import clock, links
from milebill.config import Settings
from milebill.db import reading
from milebill.domain.work import Actor
from milebill.errors import LinkExpired, LinkUnknown
from milebill.models import Client, Link, Membership, MembershipRole, Person, Quote, User, Workspace
from milebill.models.link import Role, check_way_in
from milebill.prepared import Prepared, reader
from milebill.reader import read_in, reader_locale
from milebill.web.languages import asked_in, carried, speak
from milebill.web.responses import see_other, wants_partial
from milebill.web.security import client_address, user_agent

P = ParamSpec("P")
R = TypeVar("R")

_KEPT = "milebill.supplier"
_MAILED = "milebill.mailed_at"


@dataclass(frozen=True)
class Supplier:
    """A signed-in user in a workspace."""

    user_id: int
    workspace_id: int
    role: str
    name: str
    email: str
    workspace_name: str
    locale: str
    time_zone: str

    @property
    def may_write(self) -> bool:
        """Owners and members act; viewers read."""
        return self.role != MembershipRole.VIEWER

    def actor(self) -> Actor:
        """As the events name them."""
        return Actor(
            side="supplier",
            name=self.name or self.email,
            user_id=self.user_id,
            address=client_address(),
            user_agent=user_agent(),
        )


@dataclass(frozen=True)
class LinkHolder:
    """The person whom a client's link names."""

    link_id: int
    workspace_id: int
    quote_id: int
    person_id: int
    name: str
    email: str
    job_title: str
    roles: frozenset[Role]
    today: date
    """The supplier's calendar day."""
    quote_state: str
    version: tuple[int, int]
    """Last event and PDFs that are ready: what the page shows changes only with these, `look` and the day."""
    look: str
    """What the page shows of its supplier's settings and of the link itself."""

    def may(self, role: Role) -> bool:
        """Whether the link has the role."""
        return role in self.roles


_SUPPLIER = (
    select(
        User.id.label("user_id"),
        Membership.workspace_id,
        Membership.role,
        User.name,
        User.email,
        Workspace.name.label("workspace_name"),
        Workspace.locale,
        Workspace.time_zone,
    )
    .join(Membership, Membership.user_id == User.id)
    .join(Workspace, Workspace.id == Membership.workspace_id)
    .where(User.id == bindparam("user_id"), Workspace.id == bindparam("workspace_id"))
)

_LINK = Prepared(
    select(
        Link.id,
        Link.workspace_id,
        Link.quote_id,
        Link.person_id,
        Link.roles,
        Link.expires_at,
        Link.revoked_at,
        Person.name,
        Person.email,
        Person.job_title,
        Client.locale.label("client_locale"),
        Workspace.locale,
        Workspace.time_zone,
        Quote.state.label("quote_state"),
        Quote.last_event_sequence,
        Quote.documents_ready,
        Workspace.name.label("workspace_name"),
        Workspace.logo_sha256,
        Workspace.brand_colour,
    )
    .join(Person, Person.id == Link.person_id)
    .join(Workspace, Workspace.id == Link.workspace_id)
    .join(Quote, Quote.id == Link.quote_id)
    .join(Client, Client.id == Quote.client_id)
    .where(Link.id == bindparam("link_id"))
)


def settings() -> Settings:
    """The installation's settings."""
    found: Settings = current_app.extensions["settings"]
    return found


def sign_in(user_id: int, workspace_id: int) -> None:
    """Begin a session; whatever the browser held before is gone."""
    session.clear()
    session.permanent = True
    session["user"], session["workspace"] = user_id, workspace_id


def signed_in() -> Supplier | None:
    """Who is signed in. One select; the membership is looked at on each request, so that leaving works at once."""
    # Kept with the request, not in `g`: that lives longer where an application context was pushed around requests.
    if _KEPT not in request.environ:
        request.environ[_KEPT] = _whose_session()
    found: Supplier | None = request.environ[_KEPT]
    if found is not None:
        read_in(found.locale, found.time_zone)
    return found


def _whose_session() -> Supplier | None:
    if "user" not in session or "workspace" not in session:
        return None
    keys = {"user_id": session["user"], "workspace_id": session["workspace"]}
    with reading() as connection:
        row = connection.execute(_SUPPLIER, keys).mappings().one_or_none()
    return None if row is None else Supplier(**row)


def supplier() -> Supplier:
    """The signed-in supplier of a route that `for_suppliers` guards."""
    found = signed_in()
    if found is None:
        abort(404)
    return found


def for_suppliers(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Let signed-in people in, and only those who may write when something is to be written."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        found = signed_in()
        if found is None:
            target = request.full_path.rstrip("?") if request.method == "GET" and not wants_partial() else None
            return see_other(url_for("login.ask", next=target))
        if request.method not in ("GET", "HEAD") and not found.may_write:
            abort(403)
        return view(*args, **kwargs)

    return guarded


def link_holder(token: str) -> LinkHolder:
    """The person behind /q/<token>. Raises LinkUnknown, LinkRevoked, LinkExpired: each has its page."""
    (link_id,), mailed_at = _way_in(links.Purpose.CLIENT, token)
    return _holder(_link(link_id), mailed_at)


def invoice_holder(token: str) -> tuple[LinkHolder, int]:
    """The person behind /i/<token> and the invoice's id. Raises like `link_holder`."""
    (link_id, invoice_id), mailed_at = _way_in(links.Purpose.INVOICE, token)
    return _holder(_link(link_id), mailed_at), invoice_id


def run_out(purpose: links.Purpose, token: str) -> tuple[int, int] | None:
    """The workspace and the link of a way in that has run out; None while it opens its page.

    Raises LinkUnknown, LinkRevoked.
    """
    (link_id, *_rest), mailed_at = _way_in(purpose, token)
    row = _link(link_id)
    try:
        check_way_in(row.revoked_at, row.expires_at, mailed_at)
    except LinkExpired:
        return row.workspace_id, row.id
    return None


def mailed_at() -> datetime | None:
    """When the way in was mailed by which the current request came, where it says so (models/link.py)."""
    found: datetime | None = request.environ.get(_MAILED)
    return found


_NAMED = {links.Purpose.CLIENT: 1, links.Purpose.INVOICE: 2}


def _way_in(purpose: links.Purpose, token: str) -> tuple[tuple[int, ...], datetime | None]:
    """The ids in the token, and when it was mailed, where that comes after them. Raises LinkUnknown."""
    token, _language = asked_in(token)
    ids, count = _ids(settings().secret_keys, purpose, token), _NAMED[purpose]
    if not count <= len(ids) <= count + 1:
        raise LinkUnknown
    return ids[:count], datetime.fromtimestamp(ids[count], UTC) if len(ids) > count else None


def _link(link_id: int) -> Any:
    with reader() as connection:
        row = _LINK.one_or_none(connection, link_id=link_id)
    if row is None:
        raise LinkUnknown
    speak(row.client_locale or row.locale, row.time_zone)
    return row


def _holder(row: Any, mailed_at: datetime | None) -> LinkHolder:
    check_way_in(row.revoked_at, row.expires_at, mailed_at)
    request.environ[_MAILED] = mailed_at
    settings_seen = (reader_locale(), row.time_zone, row.workspace_name, row.logo_sha256 or "", row.brand_colour)
    seen = "\n".join((row.name, *sorted(row.roles), *settings_seen))
    return LinkHolder(
        row.id, row.workspace_id, row.quote_id, row.person_id, row.name, row.email, row.job_title, row.roles,
        today=clock.today(row.time_zone),
        quote_state=row.quote_state,
        version=(row.last_event_sequence, row.documents_ready),
        look=f"{crc32(seen.encode()):08x}",
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _ids(keys: tuple[str, ...], purpose: links.Purpose, token: str) -> tuple[int, ...]:
    # Whether we signed a text never changes; whether its row still opens anything is looked up each time.
    return links.read(keys, purpose, token)


@lru_cache(maxsize=4096)
def _signed(keys: tuple[str, ...], purpose: links.Purpose, *ids: int) -> str:
    # The same ids give the same token; a page with ten invoices would sign ten each time that it is shown.
    return links.sign(keys, purpose, *ids)


def invoice_token(link_id: int, invoice_id: int) -> str:
    """The token of /i/<token> for the reader of the current page, in their language.

    It lasts as long as the way in that they came by.
    """
    mailed = mailed_at()
    until = () if mailed is None else (int(mailed.timestamp()),)
    return _signed(settings().secret_keys, links.Purpose.INVOICE, link_id, invoice_id, *until) + carried()
