"""Who lets whom see a quote, told by the people of tests/actors.py."""

from collections.abc import Collection

from milebill.domain.own_link import ask_own_link
from milebill.domain.people import Colleague, Given, forward_link, take_off, take_off_by_supplier
from milebill.models import Link, Role
from tests.actors import APPROVER, ClientPerson, Deal, signed
from tests.rules import rows

COLLEAGUE = ClientPerson("Ben Vogt", "ben@los-verlag.example")
OTHERS = [ClientPerson(f"Nora Nr{n}", f"nora{n}@los-verlag.example") for n in range(12)]


def forward(
    deal: Deal,
    to: ClientPerson = COLLEAGUE,
    roles: Collection[Role] = (),
    words: str = "",
    by: ClientPerson = APPROVER,
    name: str = "",
) -> Given:
    """Somebody gives a colleague a link."""
    colleague = Colleague(to.name, to.email, frozenset(roles), words)
    return forward_link(deal.workspace_id, deal.quote_id, deal.link(by), signed("", name=name or by.name), colleague)


def ask_own(deal: Deal, who: ClientPerson = COLLEAGUE, opened: ClientPerson = APPROVER, name: str = "") -> None:
    """Somebody opened another person's link, and asks for one of their own."""
    signature = signed("", name=name or opened.name)
    ask_own_link(deal.workspace_id, deal.quote_id, deal.link(opened), signature, who.name, who.email)


def end(deal: Deal, person: ClientPerson = COLLEAGUE, by: ClientPerson = APPROVER) -> bool:
    """An approver takes somebody off."""
    return take_off(deal.workspace_id, deal.quote_id, deal.link(by), signed("", name=by.name), deal.link(person))


def end_by_supplier(deal: Deal, person: ClientPerson = COLLEAGUE) -> bool:
    """The supplier takes somebody off."""
    return take_off_by_supplier(deal.workspace_id, deal.supplier.actor, deal.quote_id, deal.link(person))


def roles_of(deal: Deal, person: ClientPerson = COLLEAGUE) -> set[Role] | None:
    """What somebody's link lets them do; None once it was switched off."""
    (link,) = rows(Link, Link.id == deal.link(person))
    return None if link.revoked_at is not None else set(link.roles)
