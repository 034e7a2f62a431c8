"""SQLite lets one write at a time: first come, first served here, and those who wait share one commit.

Its own busy timeout starves writers for seconds, and its commit, which waits for the disk, costs as much as the work.
"""

import fcntl
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine

MOST_IN_A_GROUP = 16
"""Bounds how long the first of a group waits for the last, and other processes for the group."""


class GroupLost(Exception):
    """The commit that this change shared with others failed: nothing of it was kept, and it may run again."""


class _Group:
    """Changes that become durable together, or not at all."""

    def __init__(self, connection: Connection):
        self.connection = connection
        self.members = 0
        self.failure: BaseException | None = None
        self.over = threading.Event()

    def is_whole(self) -> bool:
        """Whether what its members did is still there: after some errors SQLite rolls back everything by itself."""
        return not self.connection.invalidated and bool(
            getattr(self.connection.connection.driver_connection, "in_transaction", False)
        )

    def end(self) -> None:
        """Commit, and let the members know."""
        try:
            if self.failure is None:
                self.connection.commit()
        except BaseException as error:  # noqa: BLE001 - whatever it was, no member may take it for a commit
            self.failure = error
        finally:
            if self.failure is not None:  # who knows in what state it is: a new one begins cleanly
                self.connection.invalidate()
            self.connection.close()
            self.over.set()


class WriteQueue:
    """The queue of this process's threads. Its head waits for a file lock, which is the queue of the processes.

    The kernel hands the lock on to the process that has waited longest.
    """

    def __init__(self, engine: Engine, lock_file: Path):
        self._engine = engine
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._busy = False
        self._group: _Group | None = None
        self._file = lock_file.open("a")

    @contextmanager
    def turn(self) -> Iterator[Connection]:
        """Hold the right to write, by a connection that may hold others' changes too: work within a savepoint.

        At the end of the block the turn goes on to the next one, and the caller waits until the group has committed.
        Raises GroupLost when another's error or the commit took the change with it.
        """
        self._wait()
        group = self._group or self._begin()
        try:
            yield group.connection
        except BaseException as error:
            if not group.is_whole():
                group.failure = error
            self._leave(group, error)
            raise
        self._leave(group)

    def close(self) -> None:
        """Let go of the lock file."""
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

    def _begin(self) -> _Group:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            connection = self._engine.connect()
            try:
                connection.begin()
            except BaseException:
                connection.close()
                raise
        except BaseException:
            self._release()
            raise
        self._group = _Group(connection)
        return self._group

    def _leave(self, group: _Group, own: BaseException | None = None) -> None:
        group.members += 1
        if group.failure is not None or group.members == MOST_IN_A_GROUP or not self._hand_on():
            self._group = None
            group.end()
            self._release()
        group.over.wait()
        if group.failure is not None and group.failure is not own:
            raise GroupLost from group.failure

    def _release(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)
        with self._guard:
            self._busy = bool(self._waiting)
            if self._waiting:
                self._waiting.popleft().release()

    def _hand_on(self) -> bool:
        """Let the next one in; False when nobody waits."""
        with self._guard:
            if not self._waiting:
                return False
            self._waiting.popleft().release()
            return True


class NoQueue:
    """PostgreSQL queues fairly at the workspace's row, and groups commits by itself."""

    def __init__(self, engine: Engine):
        self._engine = engine

    @contextmanager
    def turn(self) -> Iterator[Engine]:
        """Nothing to wait for."""
        yield self._engine

    def close(self) -> None:
        """Nothing is held."""
