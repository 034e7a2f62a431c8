"""The queue in front of SQLite: in order, without long waits, and with one commit for those who wait."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from milebill.db import db, reading, transaction
from milebill.domain.work import Work, verb
from milebill.write_queue import GroupLost, WriteQueue
from tests.actors import Supplier


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'queue.db'}")

    @event.listens_for(engine, "connect")
    def _own_transactions(connection: object, _record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE note (number INTEGER UNIQUE)")
    yield engine
    engine.dispose()


@pytest.fixture
def queue(engine: Engine, tmp_path: Path) -> Iterator[WriteQueue]:
    queue = WriteQueue(engine, tmp_path / "lock")
    yield queue
    queue.close()


@pytest.fixture
def commits(engine: Engine) -> list[Connection]:
    seen: list[Connection] = []
    event.listen(engine, "commit", seen.append)
    return seen


def note(connection: Connection, number: int) -> None:
    with connection.begin_nested():
        connection.execute(text("INSERT INTO note VALUES (:number)"), {"number": number})


def noted(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT number FROM note ORDER BY number")))


def behind(queue: WriteQueue, writes: list[Callable[[], None]], first: Callable[[Connection], None]) -> list[str]:
    """Let `writes` queue up behind a turn that does `first`; returns how each ended, that turn last."""
    ends = [""] * (len(writes) + 1)

    def run(place: int, write: Callable[[], None]) -> None:
        try:
            write()
            ends[place] = "kept"
        except (GroupLost, SQLAlchemyError) as error:
            ends[place] = type(error).__name__

    threads = [threading.Thread(target=run, args=(place, write)) for place, write in enumerate(writes)]

    def hold() -> None:
        with queue.turn() as connection:
            for place, thread in enumerate(threads):
                thread.start()
                while len(queue._waiting) <= place:
                    time.sleep(0.0005)
            first(connection)

    run(len(writes), hold)
    for thread in threads:
        thread.join()
    return ends


def test_first_come_first_served(queue: WriteQueue) -> None:
    order: list[int] = []

    def write(number: int) -> None:
        with queue.turn():
            order.append(number)

    behind(queue, [lambda number=number: write(number) for number in range(40)], lambda _: None)  # type: ignore[misc]
    assert order == list(range(40))


def test_nobody_waits_long_for_their_turn(queue: WriteQueue) -> None:
    waits: list[int] = []
    turns = 0

    def write() -> None:
        nonlocal turns
        for _ in range(20):
            asked = turns
            with queue.turn():
                waits.append(turns - asked)
                turns += 1
                time.sleep(0.0005)

    threads = [threading.Thread(target=write) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Each lets the fifteen before it write, and never a second round. Counted, so that a busy machine is no fault.
    assert len(waits) == 320
    assert max(waits) < 30


class TestOneCommitForThoseWhoWait:
    def writes(self, queue: WriteQueue, numbers: range) -> list[Callable[[], None]]:
        def write(number: int) -> None:
            with queue.turn() as connection:
                note(connection, number)

        return [lambda number=number: write(number) for number in numbers]  # type: ignore[misc]

    def test_a_group_commits_once(self, queue: WriteQueue, engine: Engine, commits: list[Connection]) -> None:
        ends = behind(queue, self.writes(queue, range(1, 16)), lambda connection: note(connection, 0))
        assert set(ends) == {"kept"}
        assert noted(engine) == list(range(16))
        assert len(commits) == 1

    def test_a_group_has_an_end(self, queue: WriteQueue, engine: Engine, commits: list[Connection]) -> None:
        behind(queue, self.writes(queue, range(1, 40)), lambda connection: note(connection, 0))
        assert noted(engine) == list(range(40))
        assert len(commits) == 3

    def test_nobody_hears_of_it_before_it_is_on_the_disk(self, queue: WriteQueue, engine: Engine) -> None:
        returned: list[int] = []
        seen_at_commit: list[list[int]] = []
        event.listen(engine, "commit", lambda _: seen_at_commit.append(list(returned)))

        def write(number: int) -> None:
            with queue.turn() as connection:
                note(connection, number)
            returned.append(number)

        jobs = [lambda number=number: write(number) for number in range(1, 16)]  # type: ignore[misc]
        behind(queue, jobs, lambda connection: note(connection, 0))
        assert seen_at_commit == [[]]
        assert sorted(returned) == list(range(1, 16))

    def test_who_fails_takes_nobody_along(self, queue: WriteQueue, engine: Engine, commits: list[Connection]) -> None:
        ends = behind(queue, self.writes(queue, range(4)), lambda connection: note(connection, 2))
        assert ends == ["kept", "kept", "IntegrityError", "kept", "kept"]
        assert noted(engine) == [0, 1, 2, 3]
        assert len(commits) == 1

    def test_a_commit_that_fails_fails_for_all(self, queue: WriteQueue, engine: Engine) -> None:
        def no_space(_connection: Connection) -> None:
            raise OSError("no space left on device")

        event.listen(engine, "commit", no_space)
        ends = behind(queue, self.writes(queue, range(1, 4)), lambda connection: note(connection, 0))
        assert ends == ["GroupLost"] * 4
        event.remove(engine, "commit", no_space)
        assert noted(engine) == []
        assert behind(queue, self.writes(queue, range(1, 4)), lambda _: None) == ["kept"] * 4
        assert noted(engine) == [1, 2, 3]

    def test_when_the_database_gives_up_nobody_is_told_otherwise(self, queue: WriteQueue, engine: Engine) -> None:
        """As SQLite does of itself when the disk is full or can't be read."""

        def gives_up() -> None:
            with queue.turn() as connection:
                note(connection, 2)
                connection.exec_driver_sql("ROLLBACK")
                raise OperationalError("INSERT", {}, Exception("disk I/O error"))

        one, three = self.writes(queue, range(1, 2)), self.writes(queue, range(3, 4))
        ends = behind(queue, [*one, gives_up, *three], lambda connection: note(connection, 0))
        assert ends == ["GroupLost", "OperationalError", "kept", "GroupLost"]
        assert noted(engine) == [3]


def test_a_database_that_can_not_be_opened_holds_nobody_up(tmp_path: Path) -> None:
    queue = WriteQueue(create_engine(f"sqlite:///{tmp_path / 'missing' / 'queue.db'}"), tmp_path / "lock")
    for _ in range(2):
        with pytest.raises(OperationalError), queue.turn():
            raise AssertionError("unreachable")
    queue.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_verb_whose_group_was_lost_runs_again(in_app: Flask, owner: Supplier) -> None:
    tries: list[int] = []

    @verb
    def renames(work: Work) -> None:
        tries.append(1)
        work.change(work.workspace, name=f"Try {len(tries)}")

    def once(_connection: Connection) -> None:
        if len(tries) == 1:
            raise OSError("no space left on device")

    event.listen(db.engine, "commit", once)
    renames(owner.workspace_id)
    event.remove(db.engine, "commit", once)
    assert len(tries) == 2
    with reading() as connection:
        assert connection.scalar(text("SELECT name FROM workspace")) == "Try 2"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_can_not_be_undone_is_not_committed_with_others(
    in_app: Flask, owner: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(_session: Session) -> None:
        raise OSError("disk I/O error")

    def half() -> None:
        with transaction() as session:
            session.execute(text("UPDATE workspace SET name = 'Half done'"))
            raise ZeroDivisionError

    monkeypatch.setattr(Session, "rollback", refuses)
    with pytest.raises(OSError, match="disk"):
        half()
    monkeypatch.undo()
    with reading() as connection:
        assert connection.scalar(text("SELECT name FROM workspace")) == "Studio Lindqvist"
    with transaction() as session:
        session.execute(text("UPDATE workspace SET name = 'Goes on'"))


def test_lost_means_lost(queue: WriteQueue, engine: Engine) -> None:
    def no_space(_connection: Connection) -> None:
        raise OSError("no space left on device")

    event.listen(engine, "commit", no_space)
    with pytest.raises(GroupLost) as lost, queue.turn() as connection:
        note(connection, 0)
    assert isinstance(lost.value.__cause__, OSError)
