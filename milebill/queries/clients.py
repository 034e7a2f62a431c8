"""The book of clients: who they are, what was offered to them and what they owe."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select

from milebill.errors import NotFound
from milebill.models import Client, Invoice, Person, Project, Quote, Revision
from milebill.models.party import PARTY_FIELDS
from milebill.queries.paging import Page, Paged
from milebill.queries.preflight import KnownNeeds, load_needs
from milebill.queries.rows import AnyRow

Sums = Mapping[int, Sequence[tuple[int, str]]]
"""Client → (minor units, currency), one per currency."""

_CLIENTS = Paged(
    select(
        Client.id,
        Client.name,
        Client.city,
        Client.country_code,
        select(func.count()).where(Quote.client_id == Client.id).correlate(Client).scalar_subquery().label("quotes"),
        select(func.count())
        .where(Project.client_id == Client.id)
        .correlate(Client)
        .scalar_subquery()
        .label("projects"),
    ).where(Client.workspace_id == bindparam("workspace_id")),
    Client.id,
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
    connection: Connection, workspace_id: int, before: int | None = None, after: int | None = None
) -> tuple[Page, Sums]:
    """The workspace's clients, newest first, and what each of them owes."""
    page = _CLIENTS.page(connection, {"workspace_id": workspace_id}, before, after)
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


def _open_sums(connection: Connection, workspace_id: int, ids: Sequence[int]) -> Sums:
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    if ids:
        for client_id, currency, minor in connection.execute(_OPEN_SUMS, {"workspace_id": workspace_id, "ids": ids}):
            found[client_id].append((int(minor), currency))
    return found
