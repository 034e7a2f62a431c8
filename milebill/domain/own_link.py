"""Somebody opened a link that was made for another person, and says so: they get one of their own, by mail.

Whoever holds a link sees the page anyway, so a link that only reads gives away nothing; all that is more comes from
an approver, by name (domain/people.py). It goes to the address that was typed and is never shown, and the person
whose link was opened is told, so that a link that leaked is noticed.
"""

from milebill.domain.contacts import link_of, link_to, person_at
from milebill.domain.people import Colleague, check_limits, given_lately, record_given
from milebill.domain.quotes import load_quote
from milebill.domain.signature import Signature, check_signed, signer
from milebill.domain.work import Actor, Work, verb
from milebill.errors import Invalid
from milebill.models import EventKind, Link, MailKind, Person, Quote, Role

READER = frozenset({Role.VIEW})


@verb
def ask_own_link(work: Work, quote_id: int, link_id: int, signature: Signature, name: str, email: str) -> None:
    """Mail a link to the address that was typed: one that reads, or the person's own if they have one.

    `signature` carries the name of the person whose link this is: only somebody who read the page knows it, no scanner
    does. What follows is the same whether or not the address was known, and nothing is mailed to somebody who was taken
    off. Raises NotFound, LinkRevoked, LinkExpired; Invalid by field, and for "form" beyond the limits.
    """
    quote = load_quote(work, quote_id)
    who = signer(work, quote.id, link_id, signature, *Role)
    errors: dict[str, str] = {}
    asked = Colleague(name, email)
    try:
        asked = asked.read("own_")
    except Invalid as error:
        errors |= error.errors
    check_signed(signature, who, needs_consent=False, errors=errors)
    check_limits(work, quote, who.link, more_people=True)
    actor = Actor(
        side="client", name=asked.name, link_id=link_id, address=signature.address, user_agent=signature.user_agent
    )
    person = person_at(work, who.person.client_id, asked.name, asked.email)
    link = link_of(work, quote, person)
    if link is None:
        _welcome(work, actor, quote, who.link, person)
    elif link.revoked_at is None and not given_lately(work, link):
        record_given(work, EventKind.LINK_REPEATED, actor, quote, link, person, link.roles)
        work.mail_client(MailKind.LINK_ASKED, link, quote)


def _welcome(work: Work, actor: Actor, quote: Quote, opened: Link, person: Person) -> None:
    link = link_to(work, quote, person, READER)
    link.expires_at = opened.expires_at
    record_given(work, EventKind.LINK_ASKED, actor, quote, link, person, READER)
    work.mail_client(MailKind.LINK_ASKED, link, quote)
    work.mail_client(MailKind.LINK_SHARED, opened, quote, name=person.name, email=person.email)
