"""The database: the declarative base, the writing session with its transaction, and the read-only connection."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    URL,
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    TypeDecorator,
    event,
    make_url,
)
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.sql.dml import Update

from milebill.config import Settings
from milebill.sqlite_writing import writing_url
from milebill.write_queue import NoQueue, WriteQueue


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


db = SQLAlchemy(model_class=Base)
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


_thread = threading.local()


@contextmanager
def transaction() -> Iterator[Session]:
    """The only place where a change is committed: everything inside happens, or nothing.

    Not to be nested: the inner one would wait for the outer one's turn for ever, so it is refused. What is loaded
    inside is detached afterwards.
    """
    if getattr(_thread, "writes", False):
        raise RuntimeError("a transaction inside of a transaction")
    with _write_queue().turn() as bind:
        session = Session(bind, expire_on_commit=False, autoflush=False, join_transaction_mode="create_savepoint")
        _thread.writes = True
        try:
            yield session
            session.commit()
        except BaseException:
            _roll_back(session)
            raise
        finally:
            _thread.writes = False
            session.close()


def _roll_back(session: Session) -> None:
    try:
        session.rollback()
    except BaseException:
        session.invalidate()  # what could not be undone must not be committed with the changes of others
        raise


def rows_changed(session: Session, statement: Update) -> int:
    """How many rows an UPDATE changed whose condition says who may; what is loaded of them stays as it was."""
    done = session.execute(statement, execution_options={"synchronize_session": False})
    return int(done.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it


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
        "SQLALCHEMY_DATABASE_URI": _writing_url(settings),
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings),
        "SQLALCHEMY_BINDS": {"read": {"url": settings.database_url, **_read_options(settings)}},
    }
    db.init_app(app)
    migrate.init_app(app, db, compare_type=True, render_as_batch=False)
    with app.app_context():
        bind_write_queue(app, settings)
        if settings.is_sqlite:
            event.listen(db.engine, "connect", _connect_writer)
            event.listen(read_engine(), "connect", _connect_reader)
        else:
            event.listen(read_engine(), "connect", _connect_postgresql_reader)


def bind_write_queue(app: Flask, settings: Settings) -> None:
    """Give the application, whose context is pushed, the queue of its writers; on SQLite with a lock file in `var`."""
    if settings.is_sqlite:
        settings.var.mkdir(parents=True, exist_ok=True)
        app.extensions["milebill_write_queue"] = WriteQueue(db.engine, settings.var / "write.lock")
    else:
        app.extensions["milebill_write_queue"] = NoQueue(db.engine)


def close_db(app: Flask) -> None:
    """Give back every connection and the lock file, when an application ends before its process does."""
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
        _write_queue().close()


def _write_queue() -> WriteQueue | NoQueue:
    queue: WriteQueue | NoQueue = current_app.extensions["milebill_write_queue"]
    return queue


def _writing_url(settings: Settings) -> URL:
    url = make_url(settings.database_url)
    return writing_url(url) if settings.is_sqlite else url


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
    _know_letters(connection)
    connection.isolation_level = None  # the driver must not begin transactions of its own
    # The worker alone moves the log into the database, see worker.checkpoint.
    _pragmas(connection, "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "wal_autocheckpoint=0")


def _connect_reader(connection: Any, _record: Any) -> None:
    _know_letters(connection)
    connection.isolation_level = None
    _pragmas(connection, "query_only=ON")


def _know_letters(connection: Any) -> None:
    """SQLite's own lower() knows only ASCII, and "ŁOŚ" would be another client than "Łoś"."""
    connection.create_function(
        "lower", 1, lambda text: text.lower() if isinstance(text, str) else text, deterministic=True
    )


def _pragmas(connection: Any, *pragmas: str) -> None:
    cursor = connection.cursor()
    for pragma in (*pragmas, "cache_size=-65536", "mmap_size=268435456", "temp_store=MEMORY"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _connect_postgresql_reader(connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
