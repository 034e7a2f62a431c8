"""`flask verify`: whether every history is whole."""

import sys

import click
from sqlalchemy import select

from milebill.db import reading
from milebill.domain import chain
from milebill.models import Event, Workspace


@click.command()
def verify() -> None:
    """Walk every workspace's history and say whether its chain is whole; exits with 1 if one is not."""
    with reading() as connection:
        workspaces = connection.execute(
            select(Workspace.id, Workspace.name, Workspace.event_head).order_by(Workspace.id)
        )
        broken = [row for row in workspaces.all() if not _is_whole(row.id, row.name, row.event_head)]
    if broken:
        sys.exit(1)


def _is_whole(workspace_id: int, name: str, head: str) -> bool:
    query = select(Event).where(Event.workspace_id == workspace_id).order_by(Event.sequence)
    label = f"workspace {workspace_id} ({name or 'unnamed'})"
    with reading() as connection:
        events = connection.execute(query).all()
    try:
        chain.verify(events, head)
    except chain.BrokenChain as error:
        click.echo(f"{label}: broken at {error}")
        return False
    click.echo(f"{label}: whole, {len(events)} events, head {head}")
    return True
