"""Noticing that the database changed, cheaply: what the tailer waits for."""

import sqlite3
import time
from collections.abc import Iterator

import psycopg
from sqlalchemy.engine import make_url

from milebill.config import Settings

POLL_SECONDS = 0.025
"""SQLite has no way to call us; its data_version costs microseconds to ask for."""
IDLE_SECONDS = 1.0


def watch_database(settings: Settings) -> Iterator[None]:
    """Yield once at the start, after every commit of anybody, and now and then for no reason.

    Raises ConnectionError when the database is gone, whichever it is.
    """
    try:
        yield from (_watch_sqlite if settings.is_sqlite else _watch_postgresql)(settings)
    except (sqlite3.Error, psycopg.Error) as error:
        raise ConnectionError("the database can not be watched") from error


def _watch_sqlite(settings: Settings) -> Iterator[None]:
    # A connection of its own: data_version tells of the commits of others only.
    connection = sqlite3.connect(make_url(settings.database_url).database or "", isolation_level=None)
    try:
        version, idle = None, 0.0
        while True:
            now = connection.execute("PRAGMA data_version").fetchone()[0]
            if now != version or idle >= IDLE_SECONDS:
                version, idle = now, 0.0
                yield
            time.sleep(POLL_SECONDS)
            idle += POLL_SECONDS
    finally:
        connection.close()


def _watch_postgresql(settings: Settings) -> Iterator[None]:
    address = make_url(settings.database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("LISTEN milebill")
        while True:
            yield
            for _ in connection.notifies(timeout=IDLE_SECONDS, stop_after=1):
                pass
