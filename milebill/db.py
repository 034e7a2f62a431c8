"""The database: the declarative base, the writing session with its transaction, and the read-only connection."""

import fcntl
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    Table,
    TypeDecorator,
    bindparam,
    event,
    insert,
    update,
)
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.dml import ReturningInsert, Update

from milebill.config import Settings


class Base(DeclarativeBase):
    """Names every constraint, so that migrations can drop what they made on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False, "autoflush": False})
migrate = Migrate()

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

Id = BigInteger().with_variant(Integer, "sqlite")
"""SQLite only numbers rows by itself in an INTEGER column."""


class Moment(TypeDecorator[datetime]):
    """An aware UTC time; a naive one is refused, because nobody could say when it was."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class WriteQueue:
    """First come, first served, in front of SQLite's own lock, whose busy timeout starves writers for seconds.

    Threads of this process queue here; the process at the head then waits for a file lock, which the kernel hands
    on to the process that has waited longest.
    """

    def __init__(self, lock_file: Path | None):
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._busy = False
        self._file = lock_file.open("a") if lock_file else None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the right to write."""
        self._wait()
        try:
            if self._file:
                fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                if self._file:
                    fcntl.flock(self._file, fcntl.LOCK_UN)
        finally:
            self._next()

    def close(self) -> None:
        """Let go of the lock file."""
        if self._file:
            self._file.close()

    def _wait(self) -> None:
        ticket = threading.Lock()
        with self._guard:
            if not self._busy:
                self._busy = True
                return
            ticket.acquire()
            self._waiting.append(ticket)
        ticket.acquire()

    def _next(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._busy = False


_thread = threading.local()


@contextmanager
def transaction() -> Iterator[Session]:
    """The only place where a change is committed: everything inside happens, or nothing.

    Not to be nested: the inner one would wait for the outer one's turn for ever, so it is refused. What is loaded
    inside is detached afterwards.
    """
    if getattr(_thread, "writes", False):
        raise RuntimeError("a transaction inside of a transaction")
    with _write_queue().turn():
        session, _thread.writes = db.session(), True
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            _thread.writes = False
            session.close()


def append(session: Session, model: type[Base], **values: Any) -> int:
    """Insert a row that this transaction will not change any more, and return its id.

    By Core: what is only ever appended (events, invoices, documents …) needs no unit of work, which costs three times
    as much while everybody waits for the lock.
    """
    return int(session.connection().execute(_insert_returning_id(_table(model)), values).scalar_one())


def append_all(session: Session, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows with the same keys in one statement."""
    if rows:
        session.connection().execute(insert(_table(model)), rows)


def change_row(session: Session, record: Base, *, old_state: str | None = None, **values: Any) -> bool:
    """Set columns of a loaded record by one UPDATE, by Core for the same reason as `append`.

    With `old_state` the row decides (`… WHERE state = old_state`); returns whether it was still in that state.
    """
    statement = _update_by_id(_table(type(record)), tuple(values), old_state is not None)
    row = {"row_id": record.__mapper__.primary_key_from_instance(record)[0], "row_state": old_state, **values}
    if session.connection().execute(statement, row).rowcount != 1:
        return False
    for name, value in values.items():
        set_committed_value(record, name, value)
    return True


@cache
def _update_by_id(table: Table, columns: tuple[str, ...], in_state: bool) -> Update:
    statement = update(table).where(table.c.id == bindparam("row_id"))
    if in_state:
        statement = statement.where(table.c.state == bindparam("row_state"))
    return statement.values({name: bindparam(name) for name in columns})


def _table(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]


@cache
def _insert_returning_id(table: Table) -> ReturningInsert[int]:
    return insert(table).returning(table.c.id)


@contextmanager
def reading() -> Iterator[Connection]:
    """A read-only connection in autocommit: each select sees what is committed at its moment."""
    with read_engine().connect() as connection:
        yield connection


def read_engine() -> Engine:
    """The engine behind `reading`; it can't write on either database."""
    return db.engines["read"]


def init_db(app: Flask, settings: Settings) -> None:
    """Bind both engines to the application."""
    app.config |= {
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings),
        "SQLALCHEMY_BINDS": {"read": {"url": settings.database_url, **_read_options(settings)}},
    }
    db.init_app(app)
    migrate.init_app(app, db, compare_type=True, render_as_batch=False)
    lock_file = None
    if settings.is_sqlite:
        settings.var.mkdir(parents=True, exist_ok=True)
        lock_file = settings.var / "write.lock"
    app.extensions["milebill_write_queue"] = WriteQueue(lock_file) if settings.is_sqlite else NoQueue()
    with app.app_context():
        if settings.is_sqlite:
            event.listen(db.engine, "connect", _connect_writer)
            event.listen(db.engine, "begin", _begin_immediate)
            event.listen(read_engine(), "connect", _connect_reader)
        else:
            event.listen(read_engine(), "connect", _connect_postgresql_reader)


def close_db(app: Flask) -> None:
    """Give back every connection and the lock file, when an application ends before its process does."""
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
        _write_queue().close()


class NoQueue:
    """PostgreSQL queues fairly at the workspace's row."""

    @contextmanager
    def turn(self) -> Iterator[None]:
        yield

    def close(self) -> None:
        """Nothing is held."""


def _write_queue() -> WriteQueue | NoQueue:
    queue: WriteQueue | NoQueue = current_app.extensions["milebill_write_queue"]
    return queue


def _engine_options(settings: Settings) -> dict[str, Any]:
    if settings.is_sqlite:
        return {"connect_args": {"timeout": 30}}
    return {"pool_pre_ping": True, "pool_size": 16, "max_overflow": 16}


def _read_options(settings: Settings) -> dict[str, Any]:
    # AUTOCOMMIT without BEGIN and reset halves what a page of small selects costs.
    options: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None}
    if settings.is_sqlite:
        return {**options, "connect_args": {"timeout": 30}, "pool_size": 16, "max_overflow": 48}
    return {**options, "pool_pre_ping": True, "pool_size": 16, "max_overflow": 16}


def _connect_writer(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    # The worker alone moves the log into the database, see worker.checkpoint.
    _pragmas(connection, "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "wal_autocheckpoint=0")


def _connect_reader(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    _pragmas(connection, "query_only=ON")


def _pragmas(connection: Any, *pragmas: str) -> None:
    cursor = connection.cursor()
    for pragma in (*pragmas, "cache_size=-65536", "mmap_size=268435456", "temp_store=MEMORY"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    # A deferred BEGIN that turns into a writer later fails at once with "database is locked".
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _connect_postgresql_reader(connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
