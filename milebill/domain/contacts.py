"""Who is who on the client's side: people, the links that they hold, and whom a mail is for."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from milebill.domain.work import Work
from milebill.errors import Refused
from milebill.models import Link, Person, Quote, Role


@dataclass(frozen=True)
class Contact:
    """Somebody on the client's side, with their link."""

    link: Link
    name: str
    email: str


_CONTACTS = (
    select(Link, Person.name, Person.email)
    .join(Person, Person.id == Link.person_id)
    .where(Link.quote_id == bindparam("quote_id"), Link.revoked_at.is_(None))
    .order_by(Link.id)
)


def contacts_of(work: Work, quote: Quote) -> list[Contact]:
    """Everybody with a link that was not revoked, oldest first."""
    return [Contact(*row) for row in work.session.execute(_CONTACTS, {"quote_id": quote.id})]


def approver_links(work: Work, quote: Quote) -> list[Link]:
    """The open links whose people may decide."""
    return [contact.link for contact in contacts_of(work, quote) if contact.link.may(Role.APPROVE)]


def accounts_payable(work: Work, quote: Quote) -> Contact:
    """Whom invoices are mailed to: whoever was named for it last, else the first of accounts payable, else an approver.

    A colleague who may handle invoices too takes nobody's mails away: that takes being named.
    """
    contacts = contacts_of(work, quote)
    payable = [contact for contact in contacts if contact.link.may(Role.ACCOUNTS_PAYABLE)]
    named = [contact for contact in payable if contact.link.payable_at is not None]
    if named:
        return max(named, key=lambda contact: (contact.link.payable_at, contact.link.id))
    return (payable or [contact for contact in contacts if contact.link.may(Role.APPROVE)])[0]


def name_payable(work: Work, quote: Quote, client_id: int, name: str, email: str) -> Link:
    """Send later invoices to this person of the client, who gets a link of their own with the next one.

    Raises Refused("switched_off") for a person whose link was taken away.
    """
    person = person_at(work, client_id, name, email)
    link = link_of(work, quote, person) or link_to(work, quote, person, frozenset({Role.VIEW}))
    if link.revoked_at is not None:
        raise Refused("switched_off")
    link.roles = link.roles | {Role.ACCOUNTS_PAYABLE}
    link.payable_at = work.now
    return link


def invited(work: Work, client_id: int, name: str, email: str) -> Person:
    """The client's person at that address, who is called by the name that the supplier gives them."""
    person = person_at(work, client_id, name, email)
    person.name = name
    return person


def person_at(work: Work, client_id: int, name: str, email: str) -> Person:
    """The client's person at that address, new or known.

    Somebody known keeps their name, which signatures are compared with.
    """
    email = email.lower()
    person = work.session.scalar(select(Person).where(Person.client_id == client_id, Person.email == email))
    if person is None:
        person = Person(workspace_id=work.workspace.id, client_id=client_id, name=name, email=email)
        work.session.add(person)
        work.session.flush()
    return person


def link_of(work: Work, quote: Quote, person: Person) -> Link | None:
    """The person's link to the quote, open or not."""
    return work.session.scalar(select(Link).where(Link.quote_id == quote.id, Link.person_id == person.id))


def link_to(work: Work, quote: Quote, person: Person, roles: frozenset[Role]) -> Link:
    """A new link of the person's own."""
    link = Link(workspace_id=work.workspace.id, quote_id=quote.id, person_id=person.id, roles=roles)
    work.session.add(link)
    work.session.flush()
    return link


def invite(work: Work, quote: Quote, person: Person, roles: frozenset[Role]) -> Link:
    """The link of somebody whom the supplier names in the quote: new, or theirs with these roles as well.

    Who had been taken off comes back with these roles only.
    """
    link = link_of(work, quote, person) or link_to(work, quote, person, roles)
    link.roles = roles if link.revoked_at is not None else link.roles | roles
    link.revoked_at = None
    return link
