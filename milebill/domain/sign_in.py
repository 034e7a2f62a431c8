"""Signing in by a mailed link, and the workspace that the first sign-in makes."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from milebill import clock
from milebill.db import rows_changed, transaction
from milebill.domain.networks import network_of
from milebill.domain.work import Actor, Work, new_message_id
from milebill.errors import LinkExpired, LinkUnknown, LinkUsed, Refused
from milebill.models import EventKind, LoginLink, Mail, MailKind, Membership, MembershipRole, User, Workspace
from milebill.models.login import LIFETIME

MAX_LINKS_PER_LIFETIME = 5
"""Login mails to one address within 15 minutes; more would make us a nuisance in somebody's mailbox."""


@dataclass(frozen=True)
class SignedIn:
    """Who came in, and where."""

    user_id: int
    workspace_id: int


DOUBLE_CLICK = timedelta(seconds=10)
"""Between two clicks of one hand, on a slow line."""
MAX_LINKS_PER_NETWORK = 60
"""Mails within an hour, whoever they go to, that one network may ask for: an office in the morning, not a sender of
mails to strangers."""


def browser_hash(secret: str) -> str:
    """What is stored of the secret in the asking browser's cookie."""
    return hashlib.sha256(secret.encode()).hexdigest()


def request_login(email: str, browser_secret: str, lifetime: timedelta = LIFETIME, address: str = "") -> int:
    """Queue a login mail to `email` for the browser that holds `browser_secret`; returns the login link's id.

    Raises Refused("too_many") when `email` was sent several just now, or many were asked for from the network address.
    """
    with transaction() as session:
        return ask(session, MailKind.LOGIN, email, browser_secret, lifetime, address=network_of(address)).id


def ask(
    session: Session, kind: MailKind, email: str, browser_secret: str, lifetime: timedelta = LIFETIME, **columns: Any
) -> LoginLink:
    """Queue the mail that proves who reads `email`; every kind of them counts. Raises Refused("too_many").

    `columns` are LoginLink's; its `address` is a network, or "" where nobody asked over one.
    """
    email, now = email.strip().lower(), clock.now()
    _refuse_many(session, email, columns.get("address", ""), now)
    link = LoginLink(
        email=email,
        browser_hash=browser_hash(browser_secret),
        code=f"{secrets.randbelow(10**8):08}",
        created_at=now,
        expires_at=now + lifetime,
        **columns,
    )
    session.add(link)
    session.flush()
    session.add(
        Mail(
            kind=kind,
            recipient=email,
            cause={"login_link_id": link.id},
            message_id=new_message_id(),
            next_attempt_at=now,
            created_at=now,
        )
    )
    return link


def _refuse_many(session: Session, email: str, network: str, now: datetime) -> None:
    count = select(func.count()).select_from(LoginLink)
    recent = count.where(LoginLink.email == email, LoginLink.created_at > now - LIFETIME)
    there = count.where(LoginLink.address == network, LoginLink.created_at > now - timedelta(hours=1))
    if (session.scalar(recent) or 0) >= MAX_LINKS_PER_LIFETIME:
        raise Refused("too_many")
    if network and (session.scalar(there) or 0) >= MAX_LINKS_PER_NETWORK:
        raise Refused("too_many")


def redeem_login(login_link_id: int, browser_secret: str | None, code: str | None, address: str) -> SignedIn:
    """Use a login link once: in the browser that asked, or anywhere with the mailed code.

    The second click in the browser that asked gets what the first one got: of the two answers the browser keeps the
    last. Raises LinkUnknown, LinkExpired, LinkUsed; Refused("code_wrong"), Refused("code_needed") or, after five wrong
    codes, Refused("too_many").
    """
    with transaction() as session:
        link = _clicked_just_now(session, login_link_id, browser_secret)
        refusal = None
        if link is None:
            link, refusal = redeem(session, login_link_id, browser_secret, code)
        if refusal is None:
            membership = enter(session, link.email, address)
            return SignedIn(membership.user_id, membership.workspace_id)
        # A wrong code counts, so this transaction commits before the refusal is raised.
    raise Refused(refusal)


def _clicked_just_now(session: Session, link_id: int, browser_secret: str | None) -> LoginLink | None:
    link = session.scalar(select(LoginLink).where(LoginLink.id == link_id).with_for_update())
    if link is None or link.claims or link.redeemed_at is None or clock.now() - link.redeemed_at > DOUBLE_CLICK:
        return None
    return link if _asked(link, browser_secret) else None


def redeem(
    session: Session, link_id: int, browser_secret: str | None, code: str | None, *, claims: bool = False
) -> tuple[LoginLink, str | None]:
    """The link, used now, or why it is not; that must be committed. Raises LinkUnknown, LinkExpired, LinkUsed."""
    link = _usable(session, link_id, claims=claims)
    refusal = _refusal(link, browser_secret, code)
    if refusal is None:
        _redeem(session, link)
    return link, refusal


def admit(session: Session, link_id: int, browser_secret: str, code: str) -> str | None:
    """Let the browser that holds `browser_secret` go on with a link that claims, as if it had asked for it.

    Returns why not, which must be committed. Raises LinkUnknown, LinkExpired, LinkUsed.
    """
    link = _usable(session, link_id, claims=True)
    refusal = _refusal(link, None, code)
    if refusal is None:
        link.browser_hash = browser_hash(browser_secret)
    return refusal


def _usable(session: Session, link_id: int, *, claims: bool) -> LoginLink:
    link = session.scalar(select(LoginLink).where(LoginLink.id == link_id).with_for_update())
    if link is None or link.claims != claims:
        raise LinkUnknown
    if link.redeemed_at is not None:
        raise LinkUsed
    if link.is_expired():
        raise LinkExpired
    return link


def _asked(link: LoginLink, browser_secret: str | None) -> bool:
    return bool(browser_secret) and hmac.compare_digest(browser_hash(browser_secret or ""), link.browser_hash)


def _refusal(link: LoginLink, browser_secret: str | None, code: str | None) -> str | None:
    if _asked(link, browser_secret):
        return None
    if not code:
        return "code_needed"
    if not link.takes_codes():
        return "too_many"
    link.attempts += 1
    digits = "".join(sign for sign in code if sign.isdigit())
    return None if hmac.compare_digest(digits.encode(), link.code.encode()) else "code_wrong"


def _redeem(session: Session, link: LoginLink) -> None:
    unused = update(LoginLink).where(LoginLink.id == link.id, LoginLink.redeemed_at.is_(None))
    if rows_changed(session, unused.values(redeemed_at=clock.now())) != 1:
        raise LinkUsed


def enter(session: Session, email: str, address: str, *, to_write: bool = False, **settings: Any) -> Membership:
    """The place of whoever reads `email`, in the first workspace where they may write if that is what they come for.

    Who has none gets a workspace of their own, with `settings`.
    """
    user = session.scalar(select(User).where(User.email == email))
    if user is None:
        user = User(email=email)
        session.add(user)
        session.flush()
    query = select(Membership).where(Membership.user_id == user.id).order_by(Membership.id)
    if to_write:
        query = query.where(Membership.role != MembershipRole.VIEWER)
    return session.scalars(query).first() or _first_workspace(session, user, address, settings)


def _first_workspace(session: Session, user: User, address: str, settings: dict[str, Any]) -> Membership:
    workspace = Workspace(public_id=secrets.token_hex(8), email=user.email, **settings)
    session.add(workspace)
    session.flush()
    membership = Membership(workspace_id=workspace.id, user_id=user.id, role=MembershipRole.OWNER)
    session.add(membership)
    work = Work(session, workspace)
    actor = Actor(side="supplier", name=user.email, user_id=user.id, address=address)
    work.record(EventKind.WORKSPACE_CREATED, actor)
    work.finish()
    return membership
