"""A new way in for somebody whose link has run out: by mail, to the person whom the link names and to nobody else."""

from datetime import timedelta

from sqlalchemy import select

from milebill.domain.work import Actor, Work, verb
from milebill.errors import LinkRevoked, NotFound
from milebill.models import Event, EventKind, Link, MailKind, Person, Quote

QUIET = timedelta(minutes=15)
MAX_MAILS = 5
"""New links to one person within QUIET, for all of their quotes; more would make us a nuisance in their mailbox."""


@verb
def renew_link(work: Work, link_id: int, address: str, user_agent: str) -> bool:
    """Mail a fresh way in to the person of a link that has run out; returns whether a mail was queued.

    Whoever asks need not show who they are, and may be a stranger with an old mail or a scanner that clicks: it gives
    them nothing. The fresh way in goes to the mailbox of the one who owns the link, the old one stays as dead as it
    was, and nothing else changes. While the link runs, or if its person got one within QUIET, nothing is sent at all.
    `address` and `user_agent` say where the request came from. Raises NotFound, LinkRevoked.
    """
    query = select(Link, Person, Quote).join(Person, Person.id == Link.person_id).join(Quote, Quote.id == Link.quote_id)
    found = work.session.execute(query.where(Link.id == link_id, Link.workspace_id == work.workspace.id)).one_or_none()
    if found is None:
        raise NotFound
    link, person, quote = found
    if link.revoked_at is not None:
        raise LinkRevoked
    lately = _renewed_lately(work, person)
    if not link.has_run_out() or link.id in lately or len(lately) >= MAX_MAILS:
        return False
    actor = Actor(side="client", link_id=link.id, address=address, user_agent=user_agent)
    work.record(EventKind.LINK_RENEWED, actor, quote, number=quote.number, person=person.name)
    work.mail_client(MailKind.LINK_RENEWED, link, quote)
    return True


def _renewed_lately(work: Work, person: Person) -> list[int]:
    """The person's links that were renewed within QUIET."""
    asked = Event.content["actor"]["link"].as_integer()
    query = (
        select(Link.id)
        .join(Event, Event.quote_id == Link.quote_id)
        .where(
            Link.person_id == person.id,
            Event.kind == EventKind.LINK_RENEWED,
            Event.at > work.now - QUIET,
            asked == Link.id,
        )
    )
    return list(work.session.scalars(query))
