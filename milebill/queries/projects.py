"""The list of projects, each with how far it has come."""

from sqlalchemy import Connection, Label, bindparam, func, select

from milebill.models import Client, Milestone, MilestoneState, Project
from milebill.queries.paging import Page, Paged


def _count(state: MilestoneState | None, name: str) -> Label[int]:
    counted = select(func.count()).where(Milestone.project_id == Project.id)
    if state is not None:
        counted = counted.where(Milestone.state == state)
    return counted.correlate(Project).scalar_subquery().label(name)


_PROJECTS = Paged(
    select(
        Project.id,
        Project.title,
        Project.currency,
        Project.gross,
        Project.billed_gross,
        Project.accepted_at,
        Client.name.label("client"),
        _count(None, "steps"),
        _count(MilestoneState.SIGNED_OFF, "done"),
        _count(MilestoneState.SUBMITTED, "submitted"),
        _count(MilestoneState.CHANGES_REQUESTED, "returned"),
    )
    .join(Client, Client.id == Project.client_id)
    .where(Project.workspace_id == bindparam("workspace_id")),
    Project.id,
)


def project_list(
    connection: Connection, workspace_id: int, before: int | None = None, after: int | None = None
) -> Page:
    """The workspace's projects, newest first."""
    return _PROJECTS.page(connection, {"workspace_id": workspace_id}, before, after)
