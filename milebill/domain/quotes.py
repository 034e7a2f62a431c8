"""A quote on the supplier's side: begin, edit, send, withdraw; and the clock that lets it expire."""

from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import func, or_, select

from milebill import clock
from milebill.canonical import digest
from milebill.db import reading
from milebill.domain import offer
from milebill.domain.contacts import approver_links, invite, invited
from milebill.domain.draft import ReadDraft, read_draft
from milebill.domain.draft_pages import DraftPage, is_to_write
from milebill.domain.duties import one_by_one
from milebill.domain.numbering import next_number
from milebill.domain.work import CLOCK, Actor, Work, verb
from milebill.errors import NotFound, Refused, Stale
from milebill.models import (
    Client,
    DocumentKind,
    EventKind,
    Link,
    MailKind,
    Quote,
    QuoteState,
    Revision,
    Role,
    Workspace,
)
from milebill.models.revision import Draft


def load_quote(work: Work, quote_id: int) -> Quote:
    """The workspace's quote. Raises NotFound for anybody else's."""
    quote = work.session.scalar(select(Quote).where(Quote.id == quote_id, Quote.workspace_id == work.workspace.id))
    if quote is None:
        raise NotFound
    return quote


def current_revision(work: Work, quote: Quote) -> Revision:
    """The revision that is in force, or the draft."""
    query = select(Revision).where(Revision.quote_id == quote.id, Revision.number == quote.revision_number)
    return work.session.scalars(query).one()


@verb
def begin_quote(work: Work, actor: Actor, draft: Draft) -> int:
    """A new draft with what is known so far; returns the quote's id."""
    return create_quote(work, actor, draft).id


def create_quote(work: Work, actor: Actor, draft: Draft, **about: Any) -> Quote:
    """A quote whose first revision is this draft; `about` is what its event says besides."""
    quote = Quote(workspace_id=work.workspace.id, created_at=work.now)
    work.session.add(quote)
    work.session.flush()
    revision = Revision(quote_id=quote.id, number=1, created_at=work.now)
    keep_typed(work, revision, draft)
    work.session.add(revision)
    work.record(EventKind.QUOTE_CREATED, actor, quote, title=revision.title, **about)
    return quote


@verb
def save_draft(work: Work, quote_id: int, draft: Draft, page: DraftPage | None = None) -> None:
    """Keep the draft as it was typed, valid or not; no event. Without `page` it overwrites whatever is there.

    Raises NotFound; Refused("frozen"); Stale if it was changed since the page was made.
    """
    quote = load_quote(work, quote_id)
    if not quote.can_edit():
        raise Refused("frozen")
    revision = current_revision(work, quote)
    if is_to_write(revision, draft, page):
        keep_typed(work, revision, draft)


def keep_typed(work: Work, revision: Revision, draft: Draft) -> None:
    """Put what was typed into a revision that is still a draft, with the sums and the title that lists show."""
    read = read_draft(draft, work.workspace.locale, work.today)
    typed_into(revision, draft, read, work.workspace.currency, work.now)


def typed_into(revision: Revision, draft: Draft, read: ReadDraft, currency: str, at: datetime) -> None:
    """The same, whoever the draft belongs to; `currency` stands in for one that can't be read."""
    revision.draft = draft
    revision.title = read.title[:200]
    revision.currency = read.currency or currency
    revision.net = read.priced.net if read.priced else 0
    revision.tax = read.priced.tax if read.priced else 0
    revision.gross = read.priced.gross if read.priced else 0
    revision.valid_until = read.valid_until
    revision.updated_at = at


@verb
def send_quote(work: Work, actor: Actor, quote_id: int, shown: str | None = None) -> str:
    """Freeze the draft with its split and hash, make the people's links and queue their mail; returns its number.

    `shown` is the `offer.shown_hash` of what was seen before; None is whoever was shown nothing. A second click gets
    the same number. Raises NotFound; Invalid for a draft that is not complete; Stale if something else would be sent
    than was shown; Refused with "seller_incomplete" or the state that the quote is in, also if something else was sent.
    """
    quote = load_quote(work, quote_id)
    revision = current_revision(work, quote)
    if quote.state == QuoteState.SENT and quote.number and was_shown(revision, shown):
        return quote.number
    if not quote.can_send():
        raise Refused(quote.state)
    send_revision(work, actor, quote, revision, EventKind.QUOTE_SENT, shown)
    return str(quote.number)


def was_shown(revision: Revision, shown: str | None) -> bool:
    """Whether what was sent is what was seen before; see `send_quote`."""
    return shown is None or offer.shown_hash(revision.content or {}) == shown


def send_revision(
    work: Work, actor: Actor, quote: Quote, revision: Revision, kind: EventKind, shown: str | None = None
) -> None:
    """Freeze the revision, put it in force, and mail it. Raises Invalid, Refused("seller_incomplete"), Stale."""
    read = read_draft(revision.draft, work.workspace.locale, work.today)
    read.require_valid()
    if not work.workspace.can_issue(needs_tax_id=read.needs_tax_ids()):
        raise Refused("seller_incomplete")
    if shown is not None and offer.shown_hash(offer.freeze(read, work.workspace, "", revision.number)) != shown:
        raise Stale
    approvers, client_id = _invite(work, quote, read)
    quote.number = quote.number or next_number(work, "quote", client_id)
    content = offer.freeze(read, work.workspace, quote.number, revision.number)
    revision.content, revision.content_hash = content, digest(content)
    revision.sent_at = quote.sent_at = work.now
    quote.state, quote.decided_at, quote.revision_number = QuoteState.SENT, None, revision.number
    work.record(
        kind,
        actor,
        quote,
        shown=revision.content_hash,
        number=quote.number,
        revision=revision.number,
        title=revision.title,
        client=read.client_name,
        approver=read.approver_name,
        gross=revision.gross,
        currency=revision.currency,
    )
    work.queue_document(DocumentKind.QUOTE, revision.id, quote, f"{quote.number}.pdf")
    for link in approvers:
        work.mail_client(MailKind.QUOTE_SENT, link, quote, revision_id=revision.id)


def _invite(work: Work, quote: Quote, read: ReadDraft) -> tuple[list[Link], int]:
    """Links for everybody whom the quote names, one each; returns those of its approvers, and the client's id.

    A later revision stays with the client, whatever the company is called in it.
    """
    client = work.session.get_one(Client, quote.client_id) if quote.client_id else _client(work, read.client_name)
    client.locale = read.client_locale or client.locale
    client.propose_place(read.client_at.country, read.client_at.region)
    client_id = quote.client_id = client.id
    names = {read.approver_email.lower(): read.approver_name}
    roles = {read.approver_email.lower(): {Role.APPROVE, Role.VIEW}}
    if read.second is not None:
        names[read.second.email.lower()] = read.second.name
        roles[read.second.email.lower()] = {Role.APPROVE, Role.VIEW}
    payable = (read.ap_email or read.approver_email).lower()
    names.setdefault(payable, read.ap_name or read.ap_email)
    roles.setdefault(payable, {Role.VIEW}).add(Role.ACCOUNTS_PAYABLE)
    named = sorted(roles.items(), key=lambda item: Role.APPROVE in item[1])
    links = [
        (invite(work, quote, invited(work, client_id, names[email], email), frozenset(given)), given)
        for email, given in named
    ]
    return [link for link, given in links if Role.APPROVE in given], client_id


def _client(work: Work, name: str) -> Client:
    # As it is typed, too: in some of PostgreSQL's locales lower() knows only ASCII and would never find "Łoś".
    same = or_(Client.name == name, func.lower(Client.name) == name.lower())
    query = select(Client).where(Client.workspace_id == work.workspace.id, same)
    client = work.session.scalar(query.order_by(Client.id))
    if client is None:
        client = Client(workspace_id=work.workspace.id, name=name)
        work.session.add(client)
        work.session.flush()
    return client


@verb
def withdraw_quote(work: Work, actor: Actor, quote_id: int) -> None:
    """Take a sent quote back; the client's page says so. Raises NotFound, Refused with the state it is in."""
    quote = load_quote(work, quote_id)
    if quote.state == QuoteState.WITHDRAWN:
        return
    if not quote.can_withdraw():
        raise Refused(quote.state)
    work.move(quote, QuoteState.WITHDRAWN, decided_at=work.now)
    work.record(EventKind.QUOTE_WITHDRAWN, actor, quote, number=quote.number)
    for link in approver_links(work, quote):
        work.mail_client(MailKind.QUOTE_WITHDRAWN, link, quote)


@verb
def expire_quote(work: Work, quote_id: int) -> bool:
    """End a sent quote whose last valid day is over in the workspace's time zone; returns whether it did."""
    quote = load_quote(work, quote_id)
    if quote.state != QuoteState.SENT or not is_past(current_revision(work, quote).valid_until, work.today):
        return False
    work.move(quote, QuoteState.EXPIRED, decided_at=work.now)
    work.record(EventKind.QUOTE_EXPIRED, CLOCK, quote, number=quote.number)
    work.mail_supplier(MailKind.QUOTE_EXPIRED, quote)
    return True


def is_past(valid_until: date | None, today: date) -> bool:
    """Whether a quote that is valid until the end of that day is over."""
    return valid_until is not None and valid_until < today


def expire_quotes() -> int:
    """Expire every quote that is due, each in a transaction of its own; returns how many."""
    query = (
        select(Quote.workspace_id, Quote.id, Revision.valid_until, Workspace.time_zone)
        .join(Revision, (Revision.quote_id == Quote.id) & (Revision.number == Quote.revision_number))
        .join(Workspace, Workspace.id == Quote.workspace_id)
        .where(Quote.state == QuoteState.SENT, Revision.valid_until <= clock.now().date())
    )
    with reading() as connection:
        due = [row for row in connection.execute(query) if is_past(row.valid_until, clock.today(row.time_zone))]
    return one_by_one(partial(expire_quote, row.workspace_id, row.id) for row in due)
