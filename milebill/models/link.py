from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from math import ceil

from sqlalchemy import Dialect, ForeignKey, Integer, String, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from milebill.clock import now
from milebill.db import Id, Model, Moment
from milebill.errors import LinkExpired, LinkRevoked

RENEWED_FOR = timedelta(days=30)
"""How long a way in opens the page that was mailed after its link had run out."""


class Role(StrEnum):
    """What a link lets its person do."""

    APPROVE = "approve"
    ACCOUNTS_PAYABLE = "accounts_payable"
    VIEW = "view"


MAY_GIVE: Mapping[Role, frozenset[Role]] = {
    Role.APPROVE: frozenset(Role),
    Role.ACCOUNTS_PAYABLE: frozenset({Role.ACCOUNTS_PAYABLE, Role.VIEW}),
    Role.VIEW: frozenset({Role.VIEW}),
}
"""What each role may hand on to a colleague: never more than it is itself."""


def may_give(roles: Iterable[Role]) -> frozenset[Role]:
    """Every role that somebody with these may give to a colleague."""
    return frozenset().union(*(MAY_GIVE[role] for role in roles))


class RoleSet(TypeDecorator[frozenset[Role]]):
    """A set of roles as sorted words."""

    impl = String(60)
    cache_ok = True

    def process_bind_param(self, value: Iterable[Role] | None, dialect: Dialect) -> str:
        return " ".join(sorted(value or ()))

    def process_result_value(self, value: str | None, dialect: Dialect) -> frozenset[Role]:
        return _roles_of(value or "")


@cache  # there are not many sets, and each visit of a page asks for one
def _roles_of(words: str) -> frozenset[Role]:
    return frozenset(Role(word) for word in words.split())


class Link(Model):
    """A person's way in to one quote and what becomes of it. The supplier never sees its token."""

    __tablename__ = "link"
    __table_args__ = (UniqueConstraint("quote_id", "person_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    roles: Mapped[frozenset[Role]] = mapped_column(RoleSet)
    held_by_supplier_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the supplier copied the link; every later receipt says so."""
    payable_at: Mapped[datetime | None] = mapped_column(Moment)
    """When its person was named as the contact for invoices; the last who was named gets the next one."""
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)

    def check_open(self, mailed_at: datetime | None = None) -> None:
        """Raises LinkRevoked or LinkExpired unless the link still opens its page, see `check_way_in`."""
        check_way_in(self.revoked_at, self.expires_at, mailed_at)

    def has_run_out(self) -> bool:
        """Whether its time is over, so that only a way in that is mailed from now on opens its page."""
        return self.expires_at is not None and now() >= self.expires_at

    def may(self, role: Role) -> bool:
        """Whether its person has the role."""
        return role in self.roles


def check_way_in(revoked_at: datetime | None, expires_at: datetime | None, mailed_at: datetime | None) -> None:
    """Raises LinkRevoked or LinkExpired unless a link with these dates opens its page for who comes by this way in.

    The end of a link ends every way in that was mailed before it, for ever: an old mail opens nothing, whoever has it.
    A way in that carries a later `mailed_at` went to the person's own address after that, and lasts for RENEWED_FOR.
    """
    if revoked_at is not None:
        raise LinkRevoked
    if expires_at is None or now() < expires_at:
        return
    if mailed_at is None or mailed_at < expires_at or now() >= mailed_at + RENEWED_FOR:
        raise LinkExpired


def mailed_second(expires_at: datetime | None) -> int | None:
    """What a way in carries that is mailed now: the second, rounded up; None while the link runs and it needs none."""
    moment = now()
    return None if expires_at is None or moment < expires_at else ceil(moment.timestamp())


class LinkOpening(Model):
    """A log line, no event: a link was fetched. Scanners fetch links too, so this proves no person."""

    __tablename__ = "link_opening"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("link.id"), index=True)
    first_at: Mapped[datetime] = mapped_column(Moment)
    last_at: Mapped[datetime] = mapped_column(Moment)
    fetches: Mapped[int] = mapped_column(Integer, default=1)
    address: Mapped[str] = mapped_column(String(64))
    user_agent: Mapped[str] = mapped_column(String(300), default="")
