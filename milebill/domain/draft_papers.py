"""A draft as a PDF that is marked as one: asked for by whoever writes it, made by the worker, forgotten after a day.

There is one at most of each draft. A change replaces it, and whoever asks twice for the same content gets the first.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from milebill import clock
from milebill.canonical import digest
from milebill.db import reading, transaction
from milebill.domain.draft import ReadDraft
from milebill.domain.offer import freeze
from milebill.domain.open_drafts import HOUR, draft_of_link, locked
from milebill.domain.quotes import load_quote
from milebill.domain.work import Work, persistent, verb
from milebill.errors import NotFound, Refused
from milebill.models import DraftLink, DraftPaper, Revision, Workspace
from milebill.models.document import DocumentState

KEPT = timedelta(days=1)
MAX_PER_HOUR = 10
"""Of one visitor's draft; each is a second of somebody's processor."""
MAX_PER_NETWORK = 40
"""Within an hour, of all the drafts that were begun from there."""
MAX_PER_WORKSPACE = 120
"""Within an hour: more than anybody looks at, and a worker is not kept from everybody else's invoices."""

Sheet = dict[str, Any]


def sheet_of(read: ReadDraft, seller: Workspace, revision: int, locale: str, time_zone: str, country: str) -> Sheet:
    """What is printed: the content as it would be frozen, without a number, and the letterhead.

    `locale` is used where the draft names no language of its client's, `country` (ISO 3166) says which paper they have.
    """
    return {
        "quote": freeze(read, seller, "", revision),
        "name": seller.name,
        "colour": seller.brand_colour,
        "logo_sha256": seller.logo_sha256,
        "locale": read.client_locale or locale,
        "time_zone": time_zone,
        "country_code": country,
    }


@persistent
def ask_as_visitor(link_id: int, sheet: Sheet) -> None:
    """Have a visitor's draft printed.

    Raises LinkUnknown; LinkUsed once claimed; Refused("too_many") when that was asked for often within the hour.
    """
    with transaction() as session:
        link = locked(session, link_id)
        _quote, revision = draft_of_link(session, link)
        if _queue(session, revision.id, sheet):
            _count(session, link)


@verb
def ask_as_supplier(work: Work, quote_id: int, number: int, sheet: Sheet) -> None:
    """Have revision `number` of a quote printed while it is written.

    Raises NotFound, also once it was sent; Refused("too_many") when that was asked for too often within the hour.
    """
    quote = load_quote(work, quote_id)
    query = select(Revision.id).where(Revision.quote_id == quote.id, Revision.number == number)
    revision_id = work.session.scalar(query.where(Revision.sent_at.is_(None)))
    if revision_id is None:
        raise NotFound
    if _queue(work.session, revision_id, sheet):
        _count_of(work.workspace, MAX_PER_WORKSPACE)


def _queue(session: Session, revision_id: int, sheet: Sheet) -> bool:
    """Returns whether there is something to be done for it."""
    paper = session.scalar(select(DraftPaper).where(DraftPaper.revision_id == revision_id).with_for_update())
    if paper is None:
        paper = DraftPaper(revision_id=revision_id)
        session.add(paper)
    elif paper.content_hash == digest(sheet) and paper.state != DocumentState.FAILED:
        return False
    paper.content, paper.content_hash = sheet, digest(sheet)
    paper.state, paper.pdf, paper.error = DocumentState.QUEUED, None, ""
    paper.lease, paper.attempts = None, 0  # who is still printing the one before has nothing to write any more
    paper.asked_at = paper.next_attempt_at = clock.now()
    return True


def _count(session: Session, link: DraftLink) -> None:
    of_network = select(func.sum(DraftLink.papers)).where(DraftLink.address == link.address)
    there = session.scalar(of_network.where(DraftLink.papers_from > clock.now() - HOUR))
    if (there or 0) >= MAX_PER_NETWORK:
        raise Refused("too_many")
    _count_of(link, MAX_PER_HOUR)


def _count_of(asks: DraftLink | Workspace, most: int) -> None:
    now = clock.now()
    if asks.papers_from is None or asks.papers_from <= now - HOUR:
        asks.papers, asks.papers_from = 0, now
    if asks.papers >= most:
        raise Refused("too_many")
    asks.papers += 1


def purge_draft_papers() -> int:
    """Delete those that were asked for more than a day ago; returns how many."""
    due = DraftPaper.asked_at < clock.now() - KEPT
    with reading() as connection:  # most of the time there is nothing, and no lock is taken to find that out
        if connection.scalar(select(DraftPaper.id).where(due).limit(1)) is None:
            return 0
    with transaction() as session:
        gone = delete(DraftPaper).where(due).returning(DraftPaper.id)
        return len(session.execute(gone, execution_options={"synchronize_session": False}).all())
