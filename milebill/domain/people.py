"""People on the client's side: each has a link of their own, which a colleague gave them and an approver can end."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from milebill.domain.contacts import approver_links, link_of, link_to, person_at
from milebill.domain.draft_fields import Fields
from milebill.domain.quotes import current_revision, load_quote
from milebill.domain.signature import Signature, Signer, check_signed, signer
from milebill.domain.work import Actor, Work, verb
from milebill.errors import Invalid, NotFound, Refused
from milebill.models import Event, EventKind, Link, MailKind, Person, Quote, Role
from milebill.models.link import may_give
from milebill.models.two_approvers import two_approvers

MAX_PEOPLE = 10
"""Open links to one quote. A link that leaked is no list of readers."""
MAX_GIVEN, GIVEN_WITHIN = 5, timedelta(hours=1)
"""How many mails to colleagues one link may cause within that time; more would make it a mail cannon."""
QUIET = timedelta(minutes=15)
"""Within it, the same link is not mailed to the same person again."""
MAX_WORDS = 300

_GIVING = (EventKind.LINK_FORWARDED, EventKind.LINK_ASKED, EventKind.LINK_REPEATED)
# What mail programs make a link of. Our mails carry no address but ours, whoever holds a link.
_WEB_ADDRESS = re.compile(r"://|www\.|\w\.[a-z]{2,}", re.IGNORECASE)


@dataclass(frozen=True)
class Colleague:
    """Somebody who is to have a link: name, address, roles, and a sentence to them."""

    name: str
    email: str
    roles: frozenset[Role] = frozenset({Role.VIEW})
    words: str = ""

    def read(self, prefix: str = "colleague_") -> "Colleague":
        """Stripped, and with the right to read. Raises Invalid, its fields under `prefix`, but "words"."""
        fields = Fields({"name": self.name, "email": self.email}, prefix)
        name, email = fields.line("name", 200, required=True), fields.email("email", required=True).lower()
        words = " ".join(self.words.split())
        errors = fields.errors
        if _WEB_ADDRESS.search(name):
            errors.setdefault(f"{prefix}name", "web_address")
        if len(words) > MAX_WORDS:
            errors["words"] = "too_long"
        elif _WEB_ADDRESS.search(words):
            errors["words"] = "web_address"
        if errors:
            raise Invalid(errors)
        return Colleague(name, email, self.roles | {Role.VIEW}, words)


@dataclass(frozen=True)
class Given:
    """Who has the link now, and whether this very call mailed it."""

    name: str
    first: bool


@verb
def forward_link(work: Work, quote_id: int, link_id: int, signature: Signature, colleague: Colleague) -> Given:
    """Give a colleague a link of their own, or more roles with the one that they have; it is mailed to them.

    Somebody known keeps their name. A second click mails nothing twice. Raises NotFound, LinkRevoked, LinkExpired;
    Refused("role") for a role that is not theirs to give; Invalid by field, and for "form" beyond the limits.
    """
    quote = load_quote(work, quote_id)
    who = signer(work, quote.id, link_id, signature, *Role)
    colleague = _checked(signature, who, colleague)
    if not colleague.roles <= may_give(who.link.roles):
        raise Refused("role")
    person = person_at(work, who.person.client_id, colleague.name, colleague.email)
    link = link_of(work, quote, person)
    if link is not None and link.revoked_at is not None and not who.link.may(Role.APPROVE):
        raise Invalid({"colleague_email": "switched_off"})
    if link is not None and link.revoked_at is None and colleague.roles <= link.roles and given_lately(work, link):
        return Given(person.name, first=False)
    check_limits(work, quote, who.link, more_people=link is None or link.revoked_at is not None)
    link = _give(work, quote, who, person, link, colleague.roles)
    record_given(work, EventKind.LINK_FORWARDED, who.actor(signature), quote, link, person, colleague.roles)
    by, words = who.person.name, colleague.words
    work.mail_client(MailKind.LINK_FORWARDED, link, quote, by=by, words=words, roles=sorted(link.roles))
    return Given(person.name, first=True)


def _checked(signature: Signature, who: Signer, colleague: Colleague) -> Colleague:
    errors: dict[str, str] = {}
    try:
        colleague = colleague.read()
    except Invalid as error:
        errors |= error.errors
    if colleague.email == who.person.email:
        errors["colleague_email"] = "yourself"
    check_signed(signature, who, needs_consent=False, errors=errors)
    return colleague


def _give(work: Work, quote: Quote, who: Signer, person: Person, link: Link | None, roles: frozenset[Role]) -> Link:
    if link is None:
        link = link_to(work, quote, person, roles)
        link.expires_at = who.link.expires_at  # nobody gives more time than they have
    elif link.revoked_at is not None:
        link.revoked_at, link.roles, link.payable_at = None, roles, None
    else:
        link.roles = link.roles | roles
    return link


def record_given(
    work: Work, kind: EventKind, actor: Actor, quote: Quote, link: Link, person: Person, roles: Iterable[Role]
) -> None:
    """The event of a link that goes to `person`, with the roles that came with it."""
    who, what = {"person": person.name, "email": person.email}, sorted(roles)
    work.record(kind, actor, quote, None, number=quote.number, link=link.id, roles=what, **who)


def check_limits(work: Work, quote: Quote, giver: Link, *, more_people: bool) -> None:
    """Raises Invalid for "form" when a link gave too many others, or the quote has too many people already."""
    moment = work.now - GIVEN_WITHIN
    by = Event.content["actor"]["link"].as_integer()
    given = select(func.count()).select_from(Event).where(_given(quote.id, moment), by == giver.id)
    if (work.session.scalar(given) or 0) >= MAX_GIVEN:
        raise Invalid({"form": "too_often"})
    people = select(func.count()).select_from(Link).where(Link.quote_id == quote.id, Link.revoked_at.is_(None))
    if more_people and (work.session.scalar(people) or 0) >= MAX_PEOPLE:
        raise Invalid({"form": "too_many_people"})


def given_lately(work: Work, link: Link) -> bool:
    """Whether the link was mailed to its person within QUIET, by whomever's doing."""
    to = Event.content["data"]["link"].as_integer()
    query = select(Event.id).where(_given(link.quote_id, work.now - QUIET), to == link.id).limit(1)
    return work.session.scalar(query) is not None


def _given(quote_id: int, since: datetime) -> ColumnElement[bool]:
    return (Event.quote_id == quote_id) & Event.kind.in_([str(kind) for kind in _GIVING]) & (Event.at > since)


@verb
def take_off(work: Work, quote_id: int, link_id: int, signature: Signature, other_link_id: int) -> bool:
    """An approver ends somebody's link; returns whether this call did. What the person did stays.

    Raises NotFound, LinkRevoked, LinkExpired, Invalid for "name"; Refused("role"), Refused("last_approver").
    """
    quote = load_quote(work, quote_id)
    who = signer(work, quote.id, link_id, signature, *Role)
    if not who.link.may(Role.APPROVE):
        raise Refused("role")
    check_signed(signature, who, needs_consent=False)
    return _revoke(work, who.actor(signature), quote, other_link_id)


@verb
def take_off_by_supplier(work: Work, actor: Actor, quote_id: int, link_id: int) -> bool:
    """The supplier ends a link of theirs; returns whether this call did. Raises NotFound, Refused("last_approver")."""
    return _revoke(work, actor, load_quote(work, quote_id), link_id)


def _revoke(work: Work, actor: Actor, quote: Quote, link_id: int) -> bool:
    """No mail tells them: the link does, when it is opened. Raises NotFound, Refused("last_approver" or "named")."""
    query = select(Link, Person).join(Person, Person.id == Link.person_id)
    found = work.session.execute(query.where(Link.id == link_id, Link.quote_id == quote.id)).one_or_none()
    if found is None:
        raise NotFound
    link, person = found
    if link.revoked_at is not None:
        return False
    if link.may(Role.APPROVE) and approver_links(work, quote) == [link]:
        raise Refused("last_approver")
    pair = two_approvers(current_revision(work, quote).content or {})
    if pair is not None and pair.names(person.email):
        raise Refused("named")
    link.revoked_at = work.now
    record_given(work, EventKind.LINK_REVOKED, actor, quote, link, person, link.roles)
    return True
