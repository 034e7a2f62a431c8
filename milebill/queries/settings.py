"""The settings pages: what the supplier says of itself, and how its documents are counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select

from milebill.models import NumberSeries, Workspace
from milebill.models.workspace import SETTINGS

_SETTINGS = select(*(getattr(Workspace, name) for name in SETTINGS), Workspace.logo_sha256).where(
    Workspace.id == bindparam("workspace_id")
)


def load_settings(connection: Connection, workspace_id: int) -> Mapping[str, Any]:
    """Every setting by its name, and the logo's hash."""
    return dict(connection.execute(_SETTINGS, {"workspace_id": workspace_id}).mappings().one())


_NUMBERING = select(Workspace.numbering, Workspace.final_invoice).where(Workspace.id == bindparam("workspace_id"))
_SERIES = select(NumberSeries.kind, NumberSeries.year, NumberSeries.last).where(
    NumberSeries.workspace_id == bindparam("workspace_id")
)


@dataclass(frozen=True)
class Numbering:
    """What was chosen, and how far each series has come: kind → year, or 0 → last count."""

    numbering: Mapping[str, Any]
    final_invoice: str
    last: Mapping[str, Mapping[int, int]]


def load_numbering(connection: Connection, workspace_id: int) -> Numbering:
    """How the workspace's documents are counted, and how its final invoices are written."""
    found = connection.execute(_NUMBERING, {"workspace_id": workspace_id}).one()
    last: dict[str, dict[int, int]] = {}
    for row in connection.execute(_SERIES, {"workspace_id": workspace_id}):
        last.setdefault(row.kind, {})[row.year] = row.last
    return Numbering(found.numbering or {}, found.final_invoice, last)
