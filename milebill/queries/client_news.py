"""What happened last on a client's page, for an open page that asks whether it is behind."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from milebill.db import reading
from milebill.models import Event
from milebill.models.event import NO_NEWS

_LAST_CHANGE = (
    select(Event.sequence, Event.kind, Event.content)
    # Links that are given, mailed anew or taken away change nothing that stands open on a page, nor how we send.
    .where(Event.quote_id == bindparam("quote_id"), Event.kind.not_in([kind.value for kind in NO_NEWS]))
    .order_by(Event.sequence.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Change:
    """The last event of all that the page shows."""

    sequence: int
    kind: str
    side: str
    """Who did it: "supplier", "client" or "clock"."""
    position: int | None
    """The milestone that it was about, if it was about one."""


def last_change(quote_id: int) -> Change:
    """What happened last on the page of a quote that was sent; of an erased event the kind is still known."""
    with reading() as connection:
        row = connection.execute(_LAST_CHANGE, {"quote_id": quote_id}).one()
    content = row.content or {"actor": {"side": "clock"}, "data": {}}
    return Change(row.sequence, row.kind, content["actor"]["side"], content["data"].get("milestone"))
