"""Selects that run on every visit of a client's page: compiled once, and handed to the driver as they are.

A statement costs SQLAlchemy an execution context and a result, which is little by itself; but between other work that
code is cold each time, and one look-up of a link took 49 of the 270 µs that an unchanged page costs. The statements
stay Core selects and their columns keep their types; only the ceremony is left out.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, PoolProxiedConnection, Select

from milebill.db import read_engine

Process = Callable[[Any], Any]


class Reader(NamedTuple):
    """A read-only connection in autocommit, without SQLAlchemy's own around it."""

    connection: PoolProxiedConnection
    dialect: Dialect


class _Ready(NamedTuple):
    """A statement as one dialect's driver takes it."""

    sql: str
    order: tuple[str, ...] | None
    """The order of its values, for a driver that takes them by position."""
    constants: dict[str, Any]
    processors: tuple[tuple[int, Process], ...]
    """What makes a column's value of what the driver gives, by position."""


@contextmanager
def reader() -> Iterator[Reader]:
    """Like `db.reading`, for prepared selects."""
    engine = read_engine()
    connection = engine.raw_connection()
    try:
        yield Reader(connection, engine.dialect)
    finally:
        connection.close()


class Prepared:
    """A select with `bindparam`s. It has no IN: that would be written anew for each list."""

    def __init__(self, statement: Select[*tuple[Any, ...]]):
        self._statement = statement
        names = [column.key or "" for column in statement.selected_columns]
        self._row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
        self._ready: dict[str, _Ready] = {}

    def all(self, connection: Reader | Connection, **values: Any) -> list[Any]:
        """Every row, as a named tuple with the names of the columns. A connection of `db.reading` serves as well."""
        ready = self._ready.get(connection.dialect.name) or self._prepare(connection.dialect)
        bound = {**ready.constants, **values}
        cursor = connection.connection.cursor()
        try:
            cursor.execute(ready.sql, bound if ready.order is None else [bound[name] for name in ready.order])
            rows = cursor.fetchall()
        finally:
            cursor.close()
        make = self._row._make
        return [make(_processed(row, ready.processors)) for row in rows]

    def one_or_none(self, connection: Reader | Connection, **values: Any) -> Any:
        """The only row, or None."""
        rows = self.all(connection, **values)
        return rows[0] if rows else None

    def _prepare(self, dialect: Dialect) -> _Ready:
        compiled = self._statement.compile(dialect=dialect)
        order: Sequence[str] | None = getattr(compiled, "positiontup", None)
        processors = (
            (position, column.type.dialect_impl(dialect).result_processor(dialect, None))
            for position, column in enumerate(self._statement.selected_columns)
        )
        ready = _Ready(
            str(compiled),
            tuple(order) if order is not None else None,
            {name: value for name, value in compiled.params.items() if value is not None},
            tuple((position, process) for position, process in processors if process is not None),
        )
        self._ready[dialect.name] = ready
        return ready


def _processed(row: Sequence[Any], processors: tuple[tuple[int, Process], ...]) -> Sequence[Any]:
    if not processors:
        return row
    values = list(row)
    for position, process in processors:
        if values[position] is not None:
            values[position] = process(values[position])
    return values
