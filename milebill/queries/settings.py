"""The settings page: what the supplier says of itself."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select

from milebill.models import Workspace
from milebill.models.workspace import SETTINGS

_SETTINGS = select(*(getattr(Workspace, name) for name in SETTINGS), Workspace.logo_sha256).where(
    Workspace.id == bindparam("workspace_id")
)


def load_settings(connection: Connection, workspace_id: int) -> Mapping[str, Any]:
    """Every setting by its name, and the logo's hash."""
    return dict(connection.execute(_SETTINGS, {"workspace_id": workspace_id}).mappings().one())
