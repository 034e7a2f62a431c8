"""SQLite as the writing engine speaks it: what SQLAlchemy leaves to event listeners or compiles anew each time."""

from typing import Any

from sqlalchemy import URL, Connection
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite


class WritingDialect(SQLiteDialect_pysqlite):
    """Every transaction begins as a writer's: a deferred BEGIN that turns into one later fails at once when locked.

    Written here, because a listener for "begin" lets every statement look for listeners of its own, and savepoints,
    two in each transaction, are compiled again each time.
    """

    supports_statement_cache = True

    def do_begin(self, dbapi_connection: Any) -> None:
        """Take the database's write lock."""
        dbapi_connection.execute("BEGIN IMMEDIATE")

    def do_savepoint(self, connection: Connection, name: str) -> None:
        """The name is SQLAlchemy's own."""
        connection.exec_driver_sql(f"SAVEPOINT {name}")

    def do_rollback_to_savepoint(self, connection: Connection, name: str) -> None:
        """See `do_savepoint`."""
        connection.exec_driver_sql(f"ROLLBACK TO SAVEPOINT {name}")

    def do_release_savepoint(self, connection: Connection, name: str) -> None:
        """See `do_savepoint`."""
        connection.exec_driver_sql(f"RELEASE SAVEPOINT {name}")


registry.register("sqlite.writing", __name__, WritingDialect.__name__)


def writing_url(url: URL) -> URL:
    """The same SQLite database, spoken to by the writing dialect."""
    return url.set(drivername="sqlite+writing")
