"""A workspace's own plans."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select

from milebill.errors import NotFound
from milebill.models import Plan
from milebill.queries.rows import AnyRow

_OWN = (
    select(Plan.id, Plan.name, Plan.weights, Plan.days)
    .where(Plan.workspace_id == bindparam("workspace_id"))
    .order_by(Plan.name, Plan.id)
)
_ONE = select(Plan.id, Plan.name, Plan.draft).where(
    Plan.id == bindparam("plan_id"), Plan.workspace_id == bindparam("workspace_id")
)


def own_plans(connection: Connection, workspace_id: int) -> Sequence[AnyRow]:
    """All of them, by name."""
    return connection.execute(_OWN, {"workspace_id": workspace_id}).all()


def load_plan(connection: Connection, workspace_id: int, plan_id: int) -> AnyRow:
    """One of them with its draft. Raises NotFound."""
    row = connection.execute(_ONE, {"plan_id": plan_id, "workspace_id": workspace_id}).one_or_none()
    if row is None:
        raise NotFound
    return row
