"""Long lists by key: a page begins after a row's id, never after a count, so page 1,000 costs what page 1 does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam
from sqlalchemy.orm import InstrumentedAttribute

from milebill.queries.rows import AnyRow, AnySelect

PAGE_LENGTH = 30


@dataclass(frozen=True)
class Page:
    """Some rows, newest first, and the keys of the pages around them."""

    rows: Sequence[AnyRow]
    older: int | None = None
    """Where the next page begins: rows with an id below this."""
    newer: int | None = None
    """Where the previous page ends: rows with an id above this."""


class Paged:
    """A select whose rows are shown newest first; its statements are built once."""

    def __init__(self, base: AnySelect, key: InstrumentedAttribute[int]):
        newest = base.order_by(key.desc()).limit(PAGE_LENGTH + 1)
        self._first = newest
        self._older = newest.where(key < bindparam("key"))
        self._newer = base.order_by(key).limit(PAGE_LENGTH + 1).where(key > bindparam("key"))

    def page(
        self, connection: Connection, values: Mapping[str, Any], before: int | None = None, after: int | None = None
    ) -> Page:
        """The newest rows, those older than id `before`, or those newer than id `after`. Rows have an `id`."""
        if after is not None:
            rows = list(connection.execute(self._newer, {**values, "key": after}))
            shown = rows[PAGE_LENGTH - 1 :: -1] if len(rows) > PAGE_LENGTH else rows[::-1]
            return Page(shown, older=after + 1, newer=shown[0].id if len(rows) > PAGE_LENGTH else None)
        statement = self._first if before is None else self._older
        rows = list(connection.execute(statement, {**values, "key": before} if before is not None else values))
        shown = rows[:PAGE_LENGTH]
        older = shown[-1].id if len(rows) > PAGE_LENGTH else None
        return Page(shown, older=older, newer=shown[0].id if before is not None and shown else None)
