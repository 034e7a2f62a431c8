"""Who has a link to a quote's page."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from milebill.db import reading
from milebill.models import Link, Person, Role

_PEOPLE = (
    select(Link.id, Person.name, Person.email, Link.roles, Link.created_at, Link.revoked_at)
    .join(Person, Person.id == Link.person_id)
    .where(Link.quote_id == bindparam("quote_id"))
    .order_by(Link.id)
)


class LinkedPerson(NamedTuple):
    """Somebody on the client's side, whose link is open unless it was revoked."""

    link_id: int
    name: str
    email: str
    roles: frozenset[Role]
    since: datetime
    revoked_at: datetime | None


def load_people(quote_id: int) -> tuple[LinkedPerson, ...]:
    """Everybody who has or had a link, in the order in which they got it."""
    with reading() as connection:
        return tuple(LinkedPerson(*row) for row in connection.execute(_PEOPLE, {"quote_id": quote_id}))
