"""The list of quotes."""

from sqlalchemy import Connection, bindparam, func, select

from milebill.models import Client, Project, Quote, Revision
from milebill.queries.paging import Page, Paged

_QUOTES = (
    select(
        Quote.id,
        Quote.number,
        Quote.state,
        Quote.sent_at,
        Quote.decided_at,
        Revision.title,
        Revision.currency,
        Revision.gross,
        Revision.valid_until,
        Revision.updated_at,
        func.coalesce(Client.name, Revision.draft["client_name"].as_string()).label("client"),
        Project.id.label("project_id"),
    )
    .join(Revision, (Revision.quote_id == Quote.id) & (Revision.number == Quote.revision_number))
    .outerjoin(Client, Client.id == Quote.client_id)
    .outerjoin(Project, Project.quote_id == Quote.id)
    .where(Quote.workspace_id == bindparam("workspace_id"))
)
_ALL = Paged(_QUOTES, Quote.id)
_IN_STATE = Paged(_QUOTES.where(Quote.state == bindparam("state")), Quote.id)


def quote_list(
    connection: Connection, workspace_id: int, state: str | None, before: int | None = None, after: int | None = None
) -> Page:
    """The workspace's quotes, newest first; with `state`, only those in it."""
    if state is None:
        return _ALL.page(connection, {"workspace_id": workspace_id}, before, after)
    return _IN_STATE.page(connection, {"workspace_id": workspace_id, "state": state}, before, after)
