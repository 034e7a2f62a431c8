"""Sign-off with invoice, event and queued mails, against the very same statements in raw SQL; and the worst wait."""

import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, event

from bench import workshop
from milebill.db import db
from milebill.domain import milestones

PROJECTS, STEPS, CLIENTS, ROUNDS = 80, 20, 32, 3

Statement = tuple[str, Any, bool]
Job = tuple[int, int, int, int, str]


def measure() -> dict[str, float]:
    """`signoff_ratio`: rate of the verb ÷ rate of its statements in raw SQL, one client each, in the same run.

    `signoff_worst_wait_ms`: the longest of all waits with 32 clients that sign off at the same time; of some rounds
    the one counts that the machine disturbed the least.
    """
    with workshop.scratch_app() as app:
        jobs = _prepare()
        database, share = app.extensions["settings"].var / "milebill.db", len(jobs) // (ROUNDS + 2)
        rounds = []
        for begin in range(0, ROUNDS * share, share):
            _reuse_log(database)
            rounds.append(_crowd(app, jobs[begin : begin + share]))
        _reuse_log(database)
        verb_rate = _rate(jobs[-2 * share : -share], _sign_off)
        before = database.with_name("before.db")
        _copy(app, before)
        # Only now: an engine that was listened to once looks for listeners with every statement.
        recorded: list[list[Statement]] = []
        for job in jobs[-share:]:
            _recording(job, recorded)
        raw_rate = _raw_rate(before, recorded)
    return {
        "signoff_verb_per_second": verb_rate,
        "signoff_raw_per_second": raw_rate,
        "signoff_ratio": verb_rate / raw_rate,
        "signoff_statements": float(len(recorded[-1])),
        "signoff_32_clients_per_second": max(rate for _, rate in rounds),
        "signoff_worst_wait_ms": min(worst for worst, _ in rounds) * 1000,
    }


def _prepare() -> list[Job]:
    jobs = []
    signed_in, actor = workshop.supplier()
    for _ in range(PROJECTS):
        quote_id = workshop.project(signed_in.workspace_id, actor, STEPS, submitted=STEPS)
        link_id = workshop.link_of(quote_id)
        jobs += [
            (signed_in.workspace_id, quote_id, link_id, position, workshop.submission_hash(quote_id, position))
            for position in range(1, STEPS + 1)
        ]
    return jobs


def _sign_off(job: Job) -> None:
    workspace_id, quote_id, link_id, position, shown = job
    milestones.sign_off_milestone(workspace_id, quote_id, link_id, position, workshop.signature(shown))


def _recording(job: Job, recorded: list[list[Statement]]) -> None:
    statements: list[Statement] = []

    def listen(_connection: Connection, _cursor: Any, sql: str, parameters: Any, _context: Any, many: bool) -> None:
        statements.append((sql, parameters, many))

    event.listen(db.engine, "before_cursor_execute", listen)
    _sign_off(job)
    event.remove(db.engine, "before_cursor_execute", listen)
    recorded.append(statements)


def _rate(jobs: list[Job], work: Callable[[Job], None]) -> float:
    started = time.perf_counter()
    for job in jobs:
        work(job)
    return len(jobs) / (time.perf_counter() - started)


def _copy(app: Flask, target: Path) -> None:
    with sqlite3.connect(app.extensions["settings"].var / "milebill.db") as source, sqlite3.connect(target) as copy:
        source.backup(copy)


def _reuse_log(database: Path) -> None:
    """Begin the write-ahead log anew in its file, as the worker has it every few seconds.

    A log that only grows costs the file system a journal entry for each commit.
    """
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(RESTART)")


def _raw_rate(database: Path, recorded: list[list[Statement]]) -> float:
    """The recorded statements, with their own parameters, on a copy of the database from before."""
    scratch = database.with_name("raw.db")
    shutil.copyfile(database, scratch)
    connection = sqlite3.connect(scratch, isolation_level=None)
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "wal_autocheckpoint=0",
        "cache_size=-65536",
        "mmap_size=268435456",
    ):
        connection.execute(f"PRAGMA {pragma}")
    connection.executescript(
        "CREATE TABLE filler (x); INSERT INTO filler VALUES (zeroblob(30000000)); DROP TABLE filler"
    )
    _reuse_log(scratch)
    started = time.perf_counter()
    for statements in recorded:
        connection.execute("BEGIN IMMEDIATE")
        for sql, parameters, many in statements:
            cursor = (connection.executemany if many else connection.execute)(sql, parameters)
            if cursor.description:
                cursor.fetchall()
        connection.execute("COMMIT")
    rate = len(recorded) / (time.perf_counter() - started)
    connection.close()
    return rate


def _crowd(app: Flask, jobs: list[Job]) -> tuple[float, float]:
    waits: list[float] = []
    queue = list(jobs)
    start = threading.Barrier(CLIENTS + 1)

    def client() -> None:
        with app.app_context():
            start.wait()
            while True:
                try:
                    job = queue.pop()
                except IndexError:
                    return
                began = time.perf_counter()
                _sign_off(job)
                waits.append(time.perf_counter() - began)

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return max(waits), len(jobs) / (time.perf_counter() - began)


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name}: {value:.3f}")
