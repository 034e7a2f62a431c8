"""The revision that was sent before another one of the same quote."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select

from milebill.models import Revision
from milebill.prepared import Prepared, Reader

_BEFORE = Prepared(
    select(Revision.content, Revision.sent_at)
    .where(Revision.quote_id == bindparam("quote_id"), Revision.number == bindparam("number"))
    .where(Revision.sent_at.is_not(None))
)


class Before(NamedTuple):
    """What had been sent, and when."""

    content: dict[str, Any]
    sent_at: datetime


def load_before(connection: Reader | Connection, quote_id: int, revision: int) -> Before | None:
    """What was sent before this revision, whose number it is; None for the first."""
    if revision == 1:
        return None
    row = _BEFORE.one_or_none(connection, quote_id=quote_id, number=revision - 1)
    return None if row is None else Before(row.content, row.sent_at)
