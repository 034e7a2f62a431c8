"""The book of clients: who they are, what was offered to them and what they owe."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select

from milebill.errors import NotFound
from milebill.models import Client, Invoice, Person, Project, Quote, Revision
from milebill.models.party import PARTY_FIELDS
from milebill.queries.paging import Page, Paged
from milebill.queries.preflight import KnownNeeds, load_needs
from milebill.queries.rows import AnyRow

Sums = Mapping[int, Sequence[tuple[int, str]]]
"""Client → (minor units, currency), one per currency."""

_LIST = select(
    Client.id,
    Client.name,
    Client.city,
    Client.country_code,
    select(func.count()).where(Quote.client_id == Client.id).correlate(Client).scalar_subquery().label("quotes"),
    select(func.count()).where(Project.client_id == Client.id).correlate(Client).scalar_subquery().label("projects"),
).where(Client.workspace_id == bindparam("workspace_id"))
_CLIENTS = Paged(_LIST, Client.id)


def _like(column: Any) -> Any:
    """In small letters, and as it is typed, too: in some of PostgreSQL's locales lower() knows only ASCII."""
    found = func.lower(column).like(bindparam("small"), escape="/")
    return or_(found, column.like(bindparam("typed"), escape="/"))


_FOUND = Paged(
    _LIST.where(
        or_(
            _like(Client.name),
            _like(Client.legal_name),
            _like(Client.city),
            select(Person.id)
            .where(Person.client_id == Client.id, or_(_like(Person.name), _like(Person.email)))
            .exists(),
        )
    ),
    Client.id,
)
MAX_SUGGESTED = 200
"""Names that the builder suggests: the newest ones; whoever has more clients than that types theirs."""
_NAMES = (
    select(Client.name)
    .where(Client.workspace_id == bindparam("workspace_id"))
    .order_by(Client.id.desc())
    .limit(MAX_SUGGESTED)
)
_CALLED = (
    select(Client.id, Client.locale, *(getattr(Client, name) for name in PARTY_FIELDS))
    .where(
        Client.workspace_id == bindparam("workspace_id"),
        or_(Client.name == bindparam("name"), func.lower(Client.name) == bindparam("small")),
    )
    .order_by(Client.id)
    .limit(1)
)
_OPEN_SUMS = (
    select(Project.client_id, Invoice.currency, func.sum(Invoice.gross - Invoice.credited - Invoice.paid))
    .join(Project, Project.id == Invoice.project_id)
    .where(
        Project.workspace_id == bindparam("workspace_id"),
        Project.client_id.in_(bindparam("ids", expanding=True)),
        Invoice.settled_on.is_(None),
    )
    .group_by(Project.client_id, Invoice.currency)
    .order_by(Project.client_id, Invoice.currency)
)
_CLIENT = select(Client.id, Client.name, Client.locale, *(getattr(Client, name) for name in PARTY_FIELDS)).where(
    Client.id == bindparam("client_id"), Client.workspace_id == bindparam("workspace_id")
)
_PEOPLE = (
    select(Person.name, Person.email, Person.job_title)
    .where(Person.client_id == bindparam("client_id"))
    .order_by(Person.name)
)
_QUOTES = Paged(
    select(
        Quote.id,
        Quote.number,
        Quote.state,
        Quote.sent_at,
        Revision.title,
        Revision.currency,
        Revision.gross,
        Project.id.label("project_id"),
        Project.billed_gross,
    )
    .join(Revision, (Revision.quote_id == Quote.id) & (Revision.number == Quote.revision_number))
    .outerjoin(Project, Project.quote_id == Quote.id)
    .where(Quote.client_id == bindparam("client_id"), Quote.workspace_id == bindparam("workspace_id")),
    Quote.id,
)


@dataclass(frozen=True)
class BookEntry:
    """What the book knows of a client, for their next quote."""

    locale: str
    """The one chosen for them; "" for the workspace's."""
    party: Mapping[str, str]
    needs: KnownNeeds


@dataclass(frozen=True)
class ClientPage:
    """A client with everything that was offered to them."""

    id: int
    name: str
    locale: str
    """The one chosen for them; "" for the workspace's."""
    party: Mapping[str, str]
    people: Sequence[AnyRow]
    quotes: Page
    open_sums: Sequence[tuple[int, str]]
    needs: KnownNeeds


def client_list(
    connection: Connection, workspace_id: int, before: int | None = None, after: int | None = None, sought: str = ""
) -> tuple[Page, Sums]:
    """The workspace's clients, newest first, and what each of them owes; those in which `sought` stands, if given."""
    keys: dict[str, Any] = {"workspace_id": workspace_id}
    if sought:
        typed = "".join(f"/{sign}" if sign in "/%_" else sign for sign in sought)
        keys |= {"typed": f"%{typed}%", "small": f"%{typed.lower()}%"}
    page = (_FOUND if sought else _CLIENTS).page(connection, keys, before, after)
    return page, _open_sums(connection, workspace_id, [row.id for row in page.rows])


def load_client(
    connection: Connection, workspace_id: int, client_id: int, before: int | None = None, after: int | None = None
) -> ClientPage:
    """The workspace's client; `before` and `after` are keys of their quotes. Raises NotFound."""
    keys = {"client_id": client_id, "workspace_id": workspace_id}
    row = connection.execute(_CLIENT, keys).mappings().one_or_none()
    if row is None:
        raise NotFound
    return ClientPage(
        id=row["id"],
        name=row["name"],
        locale=row["locale"],
        party={name: row[name] for name in PARTY_FIELDS},
        people=connection.execute(_PEOPLE, {"client_id": client_id}).all(),
        quotes=_QUOTES.page(connection, keys, before, after),
        open_sums=_open_sums(connection, workspace_id, [client_id]).get(client_id, ()),
        needs=load_needs(connection, workspace_id, client_id),
    )


def client_names(connection: Connection, workspace_id: int) -> list[str]:
    """What the workspace's clients are called, for the builder to suggest: once each, in alphabetical order."""
    return sorted(set(connection.scalars(_NAMES, {"workspace_id": workspace_id})), key=str.casefold)


def client_called(connection: Connection, workspace_id: int, typed: str) -> BookEntry | None:
    """The workspace's client of that name, capitals aside, the one that a quote to it would belong to."""
    name = typed.strip()
    keys = {"workspace_id": workspace_id, "name": name, "small": name.lower()}
    row = connection.execute(_CALLED, keys).mappings().one_or_none() if name else None
    if row is None:
        return None
    party = {field: row[field] for field in PARTY_FIELDS}
    return BookEntry(row["locale"], party, load_needs(connection, workspace_id, row["id"]))


def _open_sums(connection: Connection, workspace_id: int, ids: Sequence[int]) -> Sums:
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    if ids:
        for client_id, currency, minor in connection.execute(_OPEN_SUMS, {"workspace_id": workspace_id, "ids": ids}):
            found[client_id].append((int(minor), currency))
    return found
