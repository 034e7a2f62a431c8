from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from milebill.clock import now
from milebill.db import Id, Model, Moment


class DraftLink(Model):
    """The secret link of a visitor with no account; a draft belongs to it or to a workspace, never to both."""

    __tablename__ = "draft_link"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    used_at: Mapped[datetime] = mapped_column(Moment, default=now)
