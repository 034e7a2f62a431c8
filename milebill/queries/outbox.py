"""What the outbox shows: every mail of the installation, and one of them with its bytes."""

from sqlalchemy import Connection, bindparam, func, select

from milebill.models import Link, Mail, Person
from milebill.queries.paging import Page, Paged
from milebill.queries.rows import AnyRow

_MAIL = (
    select(
        Mail.id,
        Mail.kind,
        Mail.subject,
        func.coalesce(Person.name, Mail.recipient_name).label("name"),
        func.coalesce(Person.email, Mail.recipient).label("address"),
        Mail.state,
        Mail.error,
        Mail.created_at,
    )
    .outerjoin(Link, Link.id == Mail.link_id)
    .outerjoin(Person, Person.id == Link.person_id)
)
_ALL = Paged(_MAIL, Mail.id)
_ONE = _MAIL.add_columns(Mail.raw).where(Mail.id == bindparam("mail_id"))


def outbox(connection: Connection, before: int | None = None, after: int | None = None) -> Page:
    """The mails of all workspaces, newest first, by key."""
    return _ALL.page(connection, {}, before, after)


def mail_with_bytes(connection: Connection, mail_id: int) -> AnyRow | None:
    """One mail with `raw`, its RFC 5322 bytes; they are None until it was written."""
    return connection.execute(_ONE, {"mail_id": mail_id}).one_or_none()
