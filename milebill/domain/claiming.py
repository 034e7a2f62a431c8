"""From a visitor's draft to a supplier's quote: whoever proves that they read an address gets the draft, and sends it.

Nothing of a draft is mailed to anybody before that: the mail that asks for the proof says nothing of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from milebill import clock
from milebill.canonical import digest
from milebill.db import transaction
from milebill.domain.draft import read_draft
from milebill.domain.networks import network_of
from milebill.domain.open_drafts import KEPT, draft_of_link, locked
from milebill.domain.quotes import keep_typed, send_revision
from milebill.domain.settings import set_values
from milebill.domain.sign_in import admit, ask, browser_hash, enter, redeem
from milebill.domain.work import Actor, Work, persistent
from milebill.errors import LinkUnknown, LinkUsed, Refused, Stale
from milebill.models import DraftLink, EventKind, LoginLink, MailKind, Quote, Workspace
from milebill.models.login import LIFETIME
from milebill.models.revision import Draft

MAX_MAILS_PER_DRAFT = 5
"""Within 15 minutes, whoever they go to: a draft is no way to write to many strangers."""


@dataclass(frozen=True)
class Claimed:
    """Who came in, where, and which quote the mail named."""

    user_id: int
    workspace_id: int
    quote_id: int
    number: str = ""
    """Given when it was sent; "" if it waits as a draft."""


@dataclass(frozen=True)
class Confirmation:
    """What the button under "Confirm and send" brings along."""

    shown: str
    """The hash of the draft that was shown, see `hash_of`."""
    seller: dict[str, Any]
    """Checked values of models/workspace.py's SETTINGS, for what was missing of the seller."""
    address: str
    user_agent: str = ""


def hash_of(draft: Draft) -> str:
    """The draft as it was typed, so that a page can say which one it showed."""
    return digest(draft)


@persistent
def request_confirmation(
    draft_link_id: int, email: str, browser_secret: str, address: str = "", shown: str | None = None
) -> int:
    """Queue the mail that lets its reader claim and send the draft; returns the login link's id.

    `shown` is the `hash_of` the draft that was seen before; None is whoever was shown nothing. Raises LinkUnknown;
    LinkUsed once claimed; Stale if the draft changed since it was shown; Refused("too_many") when `email`, somebody for
    this draft, or many from the network address were sent some just now.
    """
    with transaction() as session:
        draft_link = locked(session, draft_link_id)
        _quote, revision = draft_of_link(session, draft_link)
        if shown is not None and hash_of(revision.draft) != shown:
            raise Stale
        draft_link.used_at = clock.now()
        mailed = select(func.count()).where(
            LoginLink.draft_link_id == draft_link_id, LoginLink.created_at > clock.now() - LIFETIME
        )
        if (session.scalar(mailed) or 0) >= MAX_MAILS_PER_DRAFT:
            raise Refused("too_many")
        about: dict[str, Any] = {"draft_link_id": draft_link_id, "claims": True, "address": network_of(address)}
        return ask(session, MailKind.CONFIRM_DRAFT, email, browser_secret, **about).id


@persistent
def confirm_and_send(login_link_id: int, browser_secret: str | None, confirmation: Confirmation) -> Claimed:
    """Prove the address, make the workspace, claim this browser's drafts, send the one; all of it or nothing.

    In the browser that asked, or that was let in by the code. A workspace that reads the draft's amounts in other
    habits gets it unsent. Raises LinkUnknown, LinkExpired, LinkUsed; Refused with "code_needed", "claimed" or
    "seller_incomplete"; Stale if the draft changed since it was shown; Invalid if it is not complete.
    """
    with transaction() as session:
        link, refusal = redeem(session, login_link_id, browser_secret, None, claims=True)
        if refusal is not None:
            raise Refused(refusal)
        named, links = _to_claim(session, link, browser_hash(browser_secret or ""))
        _quote, revision = draft_of_link(session, named)
        if hash_of(revision.draft) != confirmation.shown:
            raise Stale
        locale, today = named.locale, clock.today(named.time_zone)
        work, actor = _enter(session, link.email, named, confirmation.address, confirmation.user_agent)
        if confirmation.seller:
            set_values(work, actor, confirmation.seller)
        quote = _claim(work, actor, named, links)
        same = read_draft(revision.draft, locale, today) == read_draft(
            revision.draft, work.workspace.locale, work.today
        )
        if same:
            send_revision(work, actor, quote, revision, EventKind.QUOTE_SENT)
        work.finish()
        return Claimed(actor.user_id or 0, work.workspace.id, quote.id, str(quote.number or "") if same else "")


@persistent
def admit_with_code(login_link_id: int, code: str, browser_secret: str) -> None:
    """With the code from the mail: the browser that holds `browser_secret` may confirm, as if it had asked.

    Raises LinkUnknown, LinkExpired, LinkUsed; Refused like `redeem_login`.
    """
    with transaction() as session:
        refusal = admit(session, login_link_id, browser_secret, code)
        # A wrong code counts, so this transaction commits before the refusal is raised.
    if refusal is not None:
        raise Refused(refusal)


def _to_claim(session: Session, link: LoginLink, browser: str) -> tuple[DraftLink, Sequence[DraftLink]]:
    """The draft that the mail names, and the confirming browser's others; locked in the order of their ids."""
    if link.draft_link_id is None:  # deleted meanwhile
        raise LinkUnknown
    others = (DraftLink.browser_hash == browser) & DraftLink.claimed_at.is_(None)
    query = select(DraftLink).where(or_(DraftLink.id == link.draft_link_id, others)).order_by(DraftLink.id)
    links = session.scalars(query.with_for_update()).all()
    named = next((found for found in links if found.id == link.draft_link_id), None)
    if named is None:
        raise LinkUnknown
    if not named.opens():
        raise Refused("claimed")
    return named, [found for found in links if found is named or found.used_at > clock.now() - KEPT]


def _enter(session: Session, email: str, named: DraftLink, address: str, user_agent: str) -> tuple[Work, Actor]:
    """In the workspace, which a newcomer gets with the habits that the draft was written in."""
    revision = draft_of_link(session, named)[1]
    habits = {"locale": named.locale, "time_zone": named.time_zone, "currency": revision.currency}
    place = enter(session, email, address, to_write=True, **habits)
    work = Work(session, Workspace.lock(session, place.workspace_id))
    return work, Actor("supplier", email, user_id=place.user_id, address=address, user_agent=user_agent)


def _claim(work: Work, actor: Actor, named: DraftLink, links: Sequence[DraftLink]) -> Quote:
    found: Quote | None = None
    for link in links:
        quote, revision = draft_of_link(work.session, link)
        quote.workspace_id, quote.draft_link_id = work.workspace.id, None
        link.claimed_at = link.used_at = work.now
        keep_typed(work, revision, revision.draft)
        work.record(EventKind.QUOTE_CREATED, actor, quote, title=revision.title)
        found = quote if link is named else found
    if found is None:
        raise LinkUsed
    work.session.flush()
    return found
