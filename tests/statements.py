"""What a piece of the product asks of the database."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from milebill.db import db, read_engine


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are sent inside."""
    statements: list[str] = []
    asking = threading.get_ident()  # the log of openings is written by a thread of its own

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if threading.get_ident() == asking:
            statements.append(statement)

    engines = (read_engine(), db.engine)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
