from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from milebill.clock import now
from milebill.db import Id, Model, Moment
from milebill.models.revision import Draft

MAX_PLAN_NAME = 80


class Plan(Model):
    """A quote that its supplier kept to begin others with: the builder's fields without the client or its dates."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    name: Mapped[str] = mapped_column(String(MAX_PLAN_NAME))
    draft: Mapped[Draft] = mapped_column(JSON, default=dict)
    """See domain/plans.py."""
    weights: Mapped[list[int]] = mapped_column(JSON, default=list)
    """What the milestones cost in relation to each other; zeros where the quote had no price yet."""
    days: Mapped[int] = mapped_column(Integer, default=0)
    """Working days from its start to its last planned date; 0 if no date is planned."""
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
