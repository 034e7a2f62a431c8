"""Rows that a verb only appends, or sets columns of: written by Core, compiled once and handed to the driver.

They need no unit of work. Made by the ORM they cost three times as much, while everybody waits for the lock.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect, Table, bindparam, insert, update
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.dml import Insert, Update
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from milebill.db import Base

Values = dict[str, Any]


def append(connection: Connection, model: type[Base], **values: Any) -> int:
    """Insert a row that this transaction will not change any more, and return its id."""
    statement = _insert(connection.dialect, _table(model), tuple(values), returning=True)
    return int(statement.run(connection, [values]).scalar_one())


def append_all(connection: Connection, model: type[Base], rows: Sequence[Values]) -> None:
    """Insert rows with the same keys in one statement."""
    if rows:
        _insert(connection.dialect, _table(model), tuple(rows[0]), returning=False).run(connection, rows)


def change_row(connection: Connection, record: Base, *, old_state: str | None = None, **values: Any) -> bool:
    """Set columns of a loaded record by one UPDATE.

    With `old_state` the row decides (`… WHERE state = old_state`); returns whether it was still in that state.
    """
    statement = _update(connection.dialect, _table(type(record)), tuple(values), old_state is not None)
    row = {"row_id": record.__mapper__.primary_key_from_instance(record)[0], "row_state": old_state, **values}
    if statement.run(connection, [row]).rowcount != 1:
        return False
    for name, value in values.items():
        set_committed_value(record, name, value)
    return True


class _Prepared:
    """A statement as one dialect's driver takes it."""

    def __init__(self, statement: Insert | Update, dialect: Dialect, defaults: Values):
        compiled = statement.compile(dialect=dialect)
        self._sql = str(compiled)
        self._order: list[str] | None = getattr(compiled, "positiontup", None)
        self._defaults = defaults
        self._processors: dict[str, Callable[[Any], Any]] = {}
        for name, bind in compiled.binds.items():
            process = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if process is not None:
                self._processors[name] = process

    def run(self, connection: Connection, rows: Sequence[Values]) -> CursorResult[Any]:
        bound = [self._bound(row) for row in rows]
        return connection.exec_driver_sql(self._sql, bound if len(bound) > 1 else bound[0])

    def _bound(self, row: Values) -> Any:
        values = {**self._defaults, **row}
        for name, process in self._processors.items():
            values[name] = process(values[name])
        return values if self._order is None else tuple([values[name] for name in self._order])


@cache
def _insert(dialect: Dialect, table: Table, names: tuple[str, ...], *, returning: bool) -> _Prepared:
    defaults = {
        column.name: column.default.arg
        for column in table.columns
        if isinstance(column.default, ScalarElementColumnDefault) and column.name not in names
    }
    statement = insert(table).values({name: bindparam(name) for name in (*names, *defaults)})
    return _Prepared(statement.returning(table.c.id) if returning else statement, dialect, defaults)


@cache
def _update(dialect: Dialect, table: Table, names: tuple[str, ...], in_state: bool) -> _Prepared:
    statement = update(table).where(table.c.id == bindparam("row_id"))
    if in_state:
        statement = statement.where(table.c.state == bindparam("row_state"))
    return _Prepared(statement.values({name: bindparam(name) for name in names}), dialect, {})


def _table(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]
