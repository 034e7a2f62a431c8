from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from milebill.clock import now
from milebill.db import Id, Model, Moment


class ProjectStatement(Model):
    """Where a project's money stood when somebody asked; asked again before anything happened, it is the same one."""

    __tablename__ = "project_statement"
    __table_args__ = (UniqueConstraint("project_id", "content_hash"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What it prints, see domain/project_statement.py."""
    content_hash: Mapped[str] = mapped_column(String(64))
    """Of the content without the day that it was made on."""
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
