"""The thread of a quote: questions, answers, and what was said when work was handed over, sent back or declined."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select

from milebill.models import Message, Milestone
from milebill.prepared import Prepared, Reader

_THREAD = Prepared(
    select(
        Message.id,
        Message.side,
        Message.kind,
        Message.name,
        Message.text,
        Message.at,
        Milestone.position,
        Milestone.title,
        Message.files,
    )
    .outerjoin(Milestone, Milestone.id == Message.milestone_id)
    .where(Message.quote_id == bindparam("quote_id"))
    .order_by(Message.id)
)


class Said(NamedTuple):
    """One line of the thread; `position` and `title` are those of the milestone that it is about, if any."""

    id: int
    side: str
    kind: str
    name: str
    text: str
    at: datetime
    position: int | None
    title: str | None
    files: list[dict[str, Any]]
    """What was attached, see Message.files."""


def load_thread(connection: Reader | Connection, quote_id: int) -> tuple[Said, ...]:
    """Everything that was said, oldest first."""
    return tuple(map(Said._make, _THREAD.all(connection, quote_id=quote_id)))
