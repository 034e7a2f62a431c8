"""What the dashboard shows."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection


@dataclass(frozen=True)
class Dashboard:
    """Placeholder until the page's author fills it in."""


def dashboard(connection: Connection, workspace_id: int, today: date) -> Dashboard:
    """See above."""
    return Dashboard()
