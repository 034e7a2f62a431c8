"""A quote that was sent is valid for longer: a new revision with a new date and nothing else.

What was sent is frozen, so what the client signs afterwards is the content with the new date. A first signature of two
was for the old date and is given again. A quote that had expired waits for its decision again.
"""

from datetime import date
from typing import Any

from milebill.canonical import digest
from milebill.domain.contacts import approver_links
from milebill.domain.draft_fields import Fields
from milebill.domain.quotes import current_revision, load_quote
from milebill.domain.revising import next_revision
from milebill.domain.work import Actor, Work, verb
from milebill.errors import Invalid, Refused
from milebill.models import DocumentKind, EventKind, MailKind, Quote, QuoteState, Revision


@verb
def extend_quote(work: Work, actor: Actor, quote_id: int, typed: str) -> bool:
    """Let a sent or expired quote be valid until the day `typed` (ISO 8601), and tell those who decide by mail.

    Returns whether this call did: a second click finds the day that it asks for. Raises NotFound; Refused with the
    state that the quote is in; Invalid for "valid_until" (required, date, past, earlier).
    """
    quote = load_quote(work, quote_id)
    if not quote.can_extend():
        raise Refused(quote.state)
    before = current_revision(work, quote)
    until = _day(typed, work.today, before)
    if quote.state == QuoteState.SENT and until == before.valid_until:
        return False
    begun = next_revision(work, quote)
    if begun is not None:  # it makes room, and takes the place of what is sent now
        begun.number += 1
        work.session.flush()
    revision = _with_date(work, before, until)
    _put_in_force(work, quote, before, revision)
    work.record(
        EventKind.QUOTE_EXTENDED,
        actor,
        quote,
        shown=revision.content_hash,
        number=quote.number,
        revision=revision.number,
        title=revision.title,
        valid_until=until.isoformat(),
    )
    work.queue_document(DocumentKind.QUOTE, revision.id, quote, f"{quote.number}.pdf")
    for link in approver_links(work, quote):
        work.mail_client(MailKind.QUOTE_EXTENDED, link, quote)
    return True


def _day(typed: str, today: date, before: Revision) -> date:
    fields = Fields({"valid_until": typed})
    found = fields.date("valid_until", required=True)
    if found and found < today:
        fields.fail("valid_until", "past")
    elif found and before.valid_until and found < before.valid_until:
        fields.fail("valid_until", "earlier")
    if found is None or fields.errors:
        raise Invalid(fields.errors)
    return found


def _with_date(work: Work, before: Revision, until: date) -> Revision:
    number, day = before.number + 1, until.isoformat()
    content: dict[str, Any] = {**(before.content or {}), "revision": number, "valid_until": day}
    revision = Revision(
        quote_id=before.quote_id,
        number=number,
        draft={**before.draft, "valid_until": day},
        content=content,
        content_hash=digest(content),
        title=before.title,
        currency=before.currency,
        net=before.net,
        tax=before.tax,
        gross=before.gross,
        valid_until=until,
        created_at=work.now,
        updated_at=work.now,
        sent_at=work.now,
    )
    work.session.add(revision)
    work.session.flush()
    return revision


def _put_in_force(work: Work, quote: Quote, before: Revision, revision: Revision) -> None:
    before.superseded_at = work.now
    quote.state, quote.decided_at, quote.revision_number = QuoteState.SENT, None, revision.number
    quote.sent_at = work.now
