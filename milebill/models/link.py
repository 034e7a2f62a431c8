from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from functools import cache

from sqlalchemy import Dialect, ForeignKey, Integer, String, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from milebill.clock import now
from milebill.db import Id, Model, Moment
from milebill.errors import LinkExpired, LinkRevoked


class Role(StrEnum):
    """What a link lets its person do."""

    APPROVE = "approve"
    ACCOUNTS_PAYABLE = "accounts_payable"
    VIEW = "view"


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

    def check_open(self) -> None:
        """Raises LinkRevoked or LinkExpired unless the link still opens its page."""
        if self.revoked_at is not None:
            raise LinkRevoked
        if self.expires_at is not None and now() >= self.expires_at:
            raise LinkExpired

    def may(self, role: Role) -> bool:
        """Whether its person has the role."""
        return role in self.roles


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
