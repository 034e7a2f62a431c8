"""Drafts of visitors with no account: whoever holds the draft's link writes it, and nobody can be mailed by it.

They belong to no workspace, so they have no events and no lock but the link's own row.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from milebill import clock
from milebill.canonical import canonical_bytes
from milebill.db import reading, transaction
from milebill.domain.draft import read_draft
from milebill.domain.draft_pages import DraftPage, is_to_write
from milebill.domain.duties import one_by_one
from milebill.domain.networks import network_of
from milebill.domain.quotes import typed_into
from milebill.domain.work import persistent
from milebill.errors import LinkUnknown, LinkUsed, Refused
from milebill.models import DraftLink, LoginLink, Quote, Revision
from milebill.models.revision import Draft

KEPT = timedelta(days=30)
"""So long after the last change an unclaimed draft is deleted."""
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
MAX_PER_HOUR = 20
"""New drafts of one network within an hour: an office, or a class that tries it out, not a script."""
MAX_PER_BROWSER = 20
"""Unclaimed drafts that one browser keeps."""
MAX_PER_NETWORK = 500
"""Unclaimed drafts of one network: what the disk holds for somebody who comes back every hour."""
MAX_SAVES = 120
"""Of one draft within a minute: nobody pauses more often while typing."""
MAX_SAVES_PER_NETWORK = 600
"""Within a minute, of all the drafts that were begun from there."""
MAX_BYTES = 200_000
"""Of a draft's fields together: a long quote has a tenth of it."""
_CURRENCY = "EUR"
_PLAINLY = {"synchronize_session": False}


@dataclass(frozen=True)
class Visitor:
    """Somebody with no account, and how they write amounts and dates."""

    browser_hash: str
    address: str
    """The network address that the request came from."""
    locale: str
    time_zone: str = "UTC"


@persistent
def begin_open_draft(visitor: Visitor, once_key: str, draft: Draft, page: DraftPage | None = None) -> int:
    """A new draft with a link of its own; returns the link's id, the same one for the same `once_key`.

    What is typed is kept the second time, too. Raises Refused with "too_many", "too_large" or "too_fast"; Stale if it
    was changed since from elsewhere; LinkUsed if it was claimed meanwhile, LinkUnknown if it was discarded.
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
        _keep(session, link, draft, page)
        return link.id


@persistent
def keep_open_draft(link_id: int, draft: Draft, page: DraftPage | None = None) -> None:
    """Keep it as it was typed, valid or not. Without `page` it overwrites whatever is there.

    Raises LinkUnknown; LinkUsed once claimed; Refused with "too_large" or "too_fast"; Stale if it was changed since
    the page was made.
    """
    _refuse_large(draft)
    with transaction() as session:
        _keep(session, locked(session, link_id), draft, page)


@persistent
def discard_open_draft(link_id: int) -> bool:
    """Delete what was written; returns whether there was something. Raises LinkUnknown; LinkUsed once claimed.

    The bare link stays its 30 days, as what counts against the limits, and so that the page that began the draft does
    not bring it back.
    """
    with transaction() as session:
        _lock_login_links(session, link_id)
        link = locked(session, link_id)
        if not link.opens():
            raise LinkUsed
        link.browser_hash = ""
        return _delete_draft(session, link_id)


def locked(session: Session, link_id: int) -> DraftLink:
    """The link's row until the transaction ends. Raises LinkUnknown."""
    link = session.scalar(select(DraftLink).where(DraftLink.id == link_id).with_for_update())
    if link is None:
        raise LinkUnknown
    return link


def draft_of_link(session: Session, link: DraftLink) -> tuple[Quote, Revision]:
    """What it opens. Raises LinkUsed once that was claimed, LinkUnknown once it was discarded."""
    if not link.opens():
        raise LinkUsed
    query = select(Quote, Revision).join(Revision, Revision.quote_id == Quote.id).where(Quote.draft_link_id == link.id)
    row = session.execute(query).one_or_none()
    if row is None:
        raise LinkUnknown
    return row[0], row[1]


def _keep(session: Session, link: DraftLink, draft: Draft, page: DraftPage | None) -> None:
    _quote, revision = draft_of_link(session, link)
    now = clock.now()
    _refuse_hasty(session, link, now)
    if is_to_write(revision, draft, page):
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
    there = count.where(DraftLink.address == network_of(visitor.address), DraftLink.claimed_at.is_(None))
    limits = ((recent, MAX_PER_HOUR), (own, MAX_PER_BROWSER), (there, MAX_PER_NETWORK))
    if any((session.scalar(query) or 0) >= most for query, most in limits):
        raise Refused("too_many")


def _refuse_hasty(session: Session, link: DraftLink, now: datetime) -> None:
    """Count this saving; the minute begins with the first one."""
    since = now - MINUTE
    if link.saves_from is None or link.saves_from <= since:
        link.saves, link.saves_from = 0, now
    there = select(func.sum(DraftLink.saves)).where(DraftLink.address == link.address, DraftLink.saves_from > since)
    if link.saves >= MAX_SAVES or (session.scalar(there) or 0) >= MAX_SAVES_PER_NETWORK:
        raise Refused("too_fast")
    link.saves += 1


def purge_open_drafts() -> int:
    """Delete the drafts that nobody changed for 30 days, and links of as long ago that were claimed; returns how many.

    Each in a transaction of its own, which looks again: somebody may be claiming it at this moment.
    """
    with reading() as connection:
        due = connection.scalars(select(DraftLink.id).where(DraftLink.used_at < clock.now() - KEPT)).all()
    return one_by_one(partial(_purge, link_id) for link_id in due)


def _purge(link_id: int) -> bool:
    with transaction() as session:
        _lock_login_links(session, link_id)
        due = select(DraftLink).where(DraftLink.id == link_id, DraftLink.used_at < clock.now() - KEPT)
        if session.scalar(due.with_for_update()) is None:
            return False
        _delete_draft(session, link_id)
        gone = update(LoginLink).where(LoginLink.draft_link_id == link_id).values(draft_link_id=None)
        session.execute(gone, execution_options=_PLAINLY)
        session.execute(delete(DraftLink).where(DraftLink.id == link_id), execution_options=_PLAINLY)
        return True


def _lock_login_links(session: Session, link_id: int) -> None:
    """Before the draft's own row, as whoever claims takes them: two who wait for each other would wait for ever."""
    session.execute(select(LoginLink.id).where(LoginLink.draft_link_id == link_id).with_for_update())


def _delete_draft(session: Session, link_id: int) -> bool:
    quotes = select(Quote.id).where(Quote.draft_link_id == link_id)
    session.execute(delete(Revision).where(Revision.quote_id.in_(quotes)), execution_options=_PLAINLY)
    gone = delete(Quote).where(Quote.draft_link_id == link_id).returning(Quote.id)
    return session.execute(gone, execution_options=_PLAINLY).first() is not None
