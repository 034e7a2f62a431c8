"""A receipt with its event and the lines of the history around it: for its file, and for whoever checks one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select

from milebill.db import reading
from milebill.errors import NotFound
from milebill.models import Event, Receipt, Workspace

MAX_WALK = 10_000
"""Later lines that are walked for one question: a tenth of a second."""


class Line(NamedTuple):
    """A line of the history as the chain holds it, without what it says."""

    sequence: int
    commitment: str
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class KeptReceipt:
    """A receipt as it is kept, with what is kept of its event: `event_content` and `salt` are None once erased."""

    workspace_id: int
    number: str
    kind: str
    content: Mapping[str, Any]
    content_hash: str
    event_sequence: int
    chain_head: str
    event_content: Mapping[str, Any] | None
    salt: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a receipt's event stands in the history today."""

    lines: Sequence[Line]
    """The line before its own, its own, and those after it: at most MAX_WALK."""
    head: str
    head_sequence: int
    """The workspace's last line, as the workspace itself remembers it."""

    @property
    def left(self) -> int:
        """How many newer lines there are that were not asked for."""
        return self.head_sequence - self.lines[-1].sequence if len(self.lines) == MAX_WALK + 2 else 0


_COLUMNS = (
    Receipt.workspace_id,
    Receipt.number,
    Receipt.kind,
    Receipt.content,
    Receipt.content_hash,
    Receipt.event_sequence,
    Receipt.chain_head,
    Event.content.label("event_content"),
    Event.salt,
)


def _receipt(*conditions: ColumnElement[bool]) -> Select[Any]:
    of_event = and_(Event.workspace_id == Receipt.workspace_id, Event.sequence == Receipt.event_sequence)
    return select(*_COLUMNS).outerjoin(Event, of_event).where(Receipt.number == bindparam("number"), *conditions)


_OF_QUOTE = _receipt(Receipt.quote_id == bindparam("quote_id"))
_OF_WORKSPACE = _receipt(Receipt.workspace_id == bindparam("workspace_id"))
_OF_HOLDER = _receipt(Receipt.content_hash == bindparam("content_hash"))

_LAST_KNOWN = select(func.max(Receipt.event_sequence)).where(
    Receipt.quote_id
    == select(Receipt.quote_id).where(Receipt.number == bindparam("number")).correlate(None).scalar_subquery()
)
_LINES = (
    select(Event.sequence, Event.commitment, Event.previous_hash, Event.hash)
    .where(
        Event.workspace_id == bindparam("workspace_id"),
        Event.sequence >= bindparam("first"),
        Event.sequence <= bindparam("last"),
    )
    .order_by(Event.sequence)
    .limit(bindparam("most"))
)
_HEAD = select(Workspace.event_sequence, Workspace.event_head).where(Workspace.id == bindparam("workspace_id"))


def receipt_of_quote(quote_id: int, number: str) -> KeptReceipt:
    """A receipt for the client of this quote. Raises NotFound."""
    return _one(_OF_QUOTE, number=number, quote_id=quote_id)


def receipt_of_workspace(workspace_id: int, number: str) -> KeptReceipt:
    """A receipt for its supplier. Raises NotFound."""
    return _one(_OF_WORKSPACE, number=number, workspace_id=workspace_id)


def receipt_of_holder(number: str, content_hash: str) -> KeptReceipt:
    """A receipt for whoever knows what it says. Raises NotFound: for a number that is not ours just as for one whose
    content is another, so that nobody learns which numbers there are."""
    return _one(_OF_HOLDER, number=number, content_hash=content_hash)


def _one(query: Select[Any], **keys: Any) -> KeptReceipt:
    with reading() as connection:
        row = connection.execute(query, keys).one_or_none()
    if row is None:
        raise NotFound
    return KeptReceipt(*row)


def lines_to_last_receipt(kept: KeptReceipt, most: int) -> Sequence[Line]:
    """The lines after the receipt's own, up to that of the newest receipt of the same quote, `most` at most.

    No further: how much a supplier has to do is no client's business, and where their own receipts stand they know.
    """
    with reading() as connection:
        last = connection.scalar(_LAST_KNOWN, {"number": kept.number})
        keys = {"workspace_id": kept.workspace_id, "first": kept.event_sequence + 1, "last": last, "most": most}
        return [Line(*row) for row in connection.execute(_LINES, keys)]


def standing_of(kept: KeptReceipt) -> Standing:
    """Its line, the one before it and those after it. The head is read first: what comes later is not asked for."""
    with reading() as connection:
        head_sequence, head = connection.execute(_HEAD, {"workspace_id": kept.workspace_id}).one()
        keys = {"workspace_id": kept.workspace_id, "last": head_sequence, "most": MAX_WALK + 2}
        keys["first"] = kept.event_sequence - 1
        return Standing([Line(*row) for row in connection.execute(_LINES, keys)], head, head_sequence)
