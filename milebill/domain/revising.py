"""A quote that was sent is never edited: its next revision is written beside it and takes its place when it is sent.

Until then the revision in force stands, and can be accepted; whoever is first decides.
"""

from sqlalchemy import select

from milebill.domain.contacts import contacts_of
from milebill.domain.draft_pages import DraftPage, is_to_write
from milebill.domain.quotes import current_revision, keep_typed, load_quote, send_revision, was_shown
from milebill.domain.work import Actor, Work, verb
from milebill.errors import Refused
from milebill.models import EventKind, Quote, Revision, Role
from milebill.models.revision import Draft


@verb
def begin_revision(work: Work, quote_id: int) -> None:
    """Write the next revision, beginning with what was sent; a second click finds the one that was begun. No event.

    Raises NotFound; Refused with the state of a quote that can't be revised.
    """
    quote = _revisable(work, quote_id)
    if next_revision(work, quote) is None:
        sent = current_revision(work, quote)
        number = sent.number + 1
        # Named, so that a page of the revision before, which had the same address, is not taken for one of this.
        revision = Revision(quote_id=quote.id, number=number, created_at=work.now, known_to=f"R{number}.0")
        keep_typed(work, revision, sent.draft)
        work.session.add(revision)


@verb
def save_revision(work: Work, quote_id: int, draft: Draft, page: DraftPage | None = None) -> None:
    """Keep the next revision as it was typed, valid or not; no event. Without `page` it overwrites whatever is there.

    Raises NotFound; Refused("frozen"); Stale if it was changed since the page was made.
    """
    revision = _begun(work, _revisable(work, quote_id))
    if is_to_write(revision, draft, page):
        keep_typed(work, revision, draft)


@verb
def discard_revision(work: Work, quote_id: int) -> bool:
    """Drop the next revision, which nobody but the supplier saw; returns whether there was one. No event.

    Raises NotFound; Refused with the state of a quote that can't be revised.
    """
    revision = next_revision(work, _revisable(work, quote_id))
    if revision is None:
        return False
    work.session.delete(revision)
    return True


@verb
def revise_quote(work: Work, actor: Actor, quote_id: int, shown: str | None = None) -> int:
    """Send the next revision in place of the one in force; returns its number. Nobody can accept the old one then.

    `shown` is as in `send_quote`. A second click gets the same number. Raises NotFound; Invalid for a draft that is not
    complete; Stale if something else would be sent than was shown; Refused with "seller_incomplete", "not_begun",
    "sent" if something else was sent, or the state that the quote is in.
    """
    quote = _revisable(work, quote_id)
    revision = next_revision(work, quote)
    if revision is None:
        if quote.revision_number == 1:
            raise Refused("not_begun")
        if not was_shown(current_revision(work, quote), shown):
            raise Refused("sent")
        return quote.revision_number
    superseded = current_revision(work, quote)
    send_revision(work, actor, quote, revision, EventKind.QUOTE_REVISED, shown)
    superseded.superseded_at = work.now
    _release(work, quote, _named(superseded) - _named(revision))
    return revision.number


def _release(work: Work, quote: Quote, gone: set[tuple[str, Role]]) -> None:
    """Whom only the one before named still reads, but decides and gets invoices no longer.

    Whoever the client itself named for its invoices stays that.
    """
    for contact in contacts_of(work, quote):
        lost = {role for email, role in gone if email == contact.email}
        if contact.link.payable_at is not None:
            lost.discard(Role.ACCOUNTS_PAYABLE)
        contact.link.roles = contact.link.roles - lost


def _named(revision: Revision) -> set[tuple[str, Role]]:
    """By address, whom the frozen revision names for what."""
    content = revision.content or {}
    approvers = [person for person in (content["approver"], content.get("second_approval")) if person]
    payable = content.get("accounts_payable") or content["approver"]
    return {(person["email"].lower(), Role.APPROVE) for person in approvers} | {
        (payable["email"].lower(), Role.ACCOUNTS_PAYABLE)
    }


def _revisable(work: Work, quote_id: int) -> Quote:
    quote = load_quote(work, quote_id)
    if not quote.can_revise():
        raise Refused(quote.state)
    return quote


def next_revision(work: Work, quote: Quote) -> Revision | None:
    """The revision that was begun and not sent yet, if one was."""
    query = select(Revision).where(Revision.quote_id == quote.id, Revision.number == quote.revision_number + 1)
    return work.session.scalar(query)


def _begun(work: Work, quote: Quote) -> Revision:
    revision = next_revision(work, quote)
    if revision is None:  # sent from another tab
        raise Refused("frozen")
    return revision
