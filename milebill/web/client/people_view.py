"""Who can see the page, in words."""

from collections.abc import Iterable
from typing import NamedTuple

from milebill.models import Role
from milebill.models.two_approvers import TwoApprovers
from milebill.queries.client_people import LinkedPerson
from milebill.web.access import LinkHolder
from milebill.web.filters import day
from milebill.web.translations import gettext as _

Ways = tuple[tuple[str, str], ...]
"""Buttons of the people's part, each with its address."""


class PersonRow(NamedTuple):
    """One person, every value as it is printed."""

    name: str
    email: str
    may: str
    since: str
    removal: str
    """Where the reader takes them off; "" if they may not, or if nobody else could decide then."""


def person_rows(
    people: Iterable[LinkedPerson], who: LinkHolder, base: str, pair: TwoApprovers | None
) -> tuple[PersonRow, ...]:
    """Everybody as `who` may see them: addresses and the way to take somebody off are for approvers.

    `pair` are the two who must approve, if the quote asks for two: they stay.
    """
    known = [person for person in people if person.revoked_at is None]
    known.sort(key=lambda person: Role.APPROVE not in person.roles)
    decides = who.may(Role.APPROVE)
    deciders = sum(Role.APPROVE in person.roles for person in known)
    return tuple(
        PersonRow(
            _("%(name)s (you)", name=person.name) if person.link_id == who.link_id else person.name,
            person.email if decides or person.link_id == who.link_id else masked(person.email),
            roles_in_words(person.roles),
            _("since %(day)s", day=day(person.since)),
            f"{base}/people/{person.link_id}/removal"
            if decides
            and (deciders > 1 or Role.APPROVE not in person.roles)
            and not (pair is not None and pair.names(person.email))
            else "",
        )
        for person in known
    )


def roles_in_words(roles: frozenset[Role]) -> str:
    """What somebody may do."""
    if {Role.APPROVE, Role.ACCOUNTS_PAYABLE} <= roles:
        return _("decides, signs off and handles the invoices")
    if Role.APPROVE in roles:
        return _("decides and signs off")
    return _("handles the invoices") if Role.ACCOUNTS_PAYABLE in roles else _("reads and asks")


def masked(email: str) -> str:
    """An address that its owner recognises and nobody else can write to."""
    local, _at, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"


def ways_in(base: str) -> Ways:
    """How a colleague, or whoever else opened the page at `base`, gets a link; its people are listed on /q alone."""
    ways = [(_("Forward to a colleague"), f"{base}/forwarding"), (_("This is not your name?"), f"{base}/own-link")]
    if base.startswith("/q/"):
        ways.insert(1, (_("Who can see this"), f"{base}/people"))
    return tuple(ways)
