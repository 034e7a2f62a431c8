"""Drafts of visitors with no account: whoever holds the draft's link writes it, and nobody can be mailed by it.

They belong to no workspace, so they have no events and no lock but the link's own row.
"""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address, ip_network

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from milebill import clock
from milebill.canonical import canonical_bytes
from milebill.db import reading, transaction
from milebill.domain.draft import read_draft
from milebill.domain.quotes import typed_into
from milebill.domain.work import persistent
from milebill.errors import LinkUnknown, LinkUsed, Refused
from milebill.models import DraftLink, LoginLink, Quote, Revision
from milebill.models.revision import Draft

KEPT = timedelta(days=30)
"""So long after the last change an unclaimed draft is deleted."""
HOUR = timedelta(hours=1)
MAX_PER_HOUR = 20
"""New drafts of one network within an hour: an office, or a class that tries it out, not a script."""
MAX_PER_BROWSER = 20
"""Unclaimed drafts that one browser keeps."""
MAX_BYTES = 200_000
"""Of a draft's fields together: a long quote has a tenth of it."""
_CURRENCY = "EUR"


@dataclass(frozen=True)
class Visitor:
    """Somebody with no account, and how they write amounts and dates."""

    browser_hash: str
    address: str
    """The network address that the request came from."""
    locale: str
    time_zone: str = "UTC"


def network_of(address: str) -> str:
    """What counts as one visitor: an IPv4 address, or the /64 that a household has of IPv6."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    return str(ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)


@persistent
def begin_open_draft(visitor: Visitor, once_key: str, draft: Draft) -> int:
    """A new draft with a link of its own; returns the link's id, the same one for the same `once_key`.

    What is typed is kept the second time, too. Raises Refused with "too_many" or "too_large"; LinkUsed if it was
    claimed meanwhile.
    """
    _refuse_large(draft)
    with transaction() as session:
        known = select(DraftLink).where(DraftLink.once_key == once_key).with_for_update()
        link = session.scalar(known) if once_key else None
        if link is None:
            _refuse_many(session, visitor)
            link = DraftLink(
                once_key=once_key or None,
                browser_hash=visitor.browser_hash,
                address=network_of(visitor.address),
                locale=visitor.locale,
                time_zone=visitor.time_zone,
            )
            session.add(link)
            session.flush()
            quote = Quote(draft_link_id=link.id)
            session.add(quote)
            session.flush()
            session.add(Revision(quote_id=quote.id, number=1))
            session.flush()
        _keep(session, link, draft)
        return link.id


@persistent
def keep_open_draft(link_id: int, draft: Draft) -> None:
    """Keep it as it was typed, valid or not. Raises LinkUnknown; LinkUsed once claimed; Refused("too_large")."""
    _refuse_large(draft)
    with transaction() as session:
        _keep(session, locked(session, link_id), draft)


def locked(session: Session, link_id: int) -> DraftLink:
    """The link's row until the transaction ends. Raises LinkUnknown."""
    link = session.scalar(select(DraftLink).where(DraftLink.id == link_id).with_for_update())
    if link is None:
        raise LinkUnknown
    return link


def draft_of_link(session: Session, link: DraftLink) -> tuple[Quote, Revision]:
    """What it opens. Raises LinkUsed once that was claimed."""
    if not link.opens():
        raise LinkUsed
    query = select(Quote, Revision).join(Revision, Revision.quote_id == Quote.id).where(Quote.draft_link_id == link.id)
    quote, revision = session.execute(query).one()
    return quote, revision


def _keep(session: Session, link: DraftLink, draft: Draft) -> None:
    _quote, revision = draft_of_link(session, link)
    now = clock.now()
    read = read_draft(draft, link.locale, clock.day_of(now, link.time_zone))
    typed_into(revision, draft, read, _CURRENCY, now)
    link.used_at = now


def _refuse_large(draft: Draft) -> None:
    if len(canonical_bytes(draft)) > MAX_BYTES:
        raise Refused("too_large")


def _refuse_many(session: Session, visitor: Visitor) -> None:
    count = select(func.count()).select_from(DraftLink)
    recent = count.where(DraftLink.address == network_of(visitor.address), DraftLink.created_at > clock.now() - HOUR)
    own = count.where(DraftLink.browser_hash == visitor.browser_hash, DraftLink.claimed_at.is_(None))
    if (session.scalar(recent) or 0) >= MAX_PER_HOUR or (session.scalar(own) or 0) >= MAX_PER_BROWSER:
        raise Refused("too_many")


def purge_open_drafts() -> int:
    """Delete the drafts that nobody changed for 30 days, and links of as long ago that were claimed; returns how many.

    Each in a transaction of its own, which looks again: somebody may be claiming it at this moment.
    """
    with reading() as connection:
        due = connection.scalars(select(DraftLink.id).where(DraftLink.used_at < clock.now() - KEPT)).all()
    return sum(_purge(link_id) for link_id in due)


def _purge(link_id: int) -> bool:
    with transaction() as session:
        # The login links first, as whoever claims takes them: two who wait for each other would wait for ever.
        session.execute(select(LoginLink.id).where(LoginLink.draft_link_id == link_id).with_for_update())
        due = select(DraftLink).where(DraftLink.id == link_id, DraftLink.used_at < clock.now() - KEPT)
        if session.scalar(due.with_for_update()) is None:
            return False
        quotes = select(Quote.id).where(Quote.draft_link_id == link_id)
        plainly = {"synchronize_session": False}
        session.execute(delete(Revision).where(Revision.quote_id.in_(quotes)), execution_options=plainly)
        session.execute(delete(Quote).where(Quote.draft_link_id == link_id), execution_options=plainly)
        gone = update(LoginLink).where(LoginLink.draft_link_id == link_id).values(draft_link_id=None)
        session.execute(gone, execution_options=plainly)
        session.execute(delete(DraftLink).where(DraftLink.id == link_id), execution_options=plainly)
        return True
