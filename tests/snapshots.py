"""Everything that a database holds, to be compared with what it holds later."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from milebill.db import Base, reading

Snapshot = dict[str, list[tuple[Any, ...]]]


def everything(without: Collection[str] = ()) -> Snapshot:
    """All rows of all tables but those in `without`."""
    with reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
            if table.name not in without
        }
