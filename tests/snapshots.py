"""Everything that a database holds, to be compared with what it holds later."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import literal, select, union_all

from milebill.db import Base, reading

Snapshot = dict[str, list[tuple[Any, ...]]]


_TABLES = Base.metadata.sorted_tables
_FILLED = union_all(*(select(literal(table.name)).where(select(table).exists()) for table in _TABLES))
_ROWS = {table.name: select(table).order_by(*table.primary_key) for table in _TABLES}


def everything(without: Collection[str] = ()) -> Snapshot:
    """All rows of all tables but those in `without`; most are empty in most tests, so that is asked first."""
    with reading() as connection:
        filled = set(connection.scalars(_FILLED))
        return {
            name: [tuple(row) for row in connection.execute(statement)] if name in filled else []
            for name, statement in _ROWS.items()
            if name not in without
        }
