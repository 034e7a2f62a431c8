"""A thousand open dashboards: how soon each has what happened, and what that costs the client's page."""

import math
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import event, select

from bench import load, pages, servers, workshop
from bench.beside import Beside, beside
from milebill.db import db, reading
from milebill.domain import conversation
from milebill.models import Workspace

STREAMS = 1000
ROUNDS, SECONDS = 4, 6.0
PAGES_PER_SECOND, CONNECTIONS = 60.0, 2
SETTLE_SECONDS = 1.0
"""What has not come by then is lost."""


@dataclass(frozen=True)
class Room:
    """A workspace whose dashboards are open, and the quote about which its client asks."""

    workspace_id: int
    quote_id: int
    link_id: int
    cookie: str


@dataclass(frozen=True)
class Commit:
    """What a dashboard has to show, and since when: `at` is the moment before COMMIT."""

    workspace_id: int
    sequence: int
    at: float


def measure() -> dict[str, float]:
    """Milliseconds from commit to message at each dashboard, and the page's p99 with them ÷ without them.

    Events happen in both cases. Of some rounds the one counts in which the machine disturbed the page the least.

    `live_…`: 50 workspaces of 20 dashboards, ten events a second. `crowd_…`: all of them in one, one event a second.
    """
    return _measure("live", rooms=50, events_per_second=10.0) | _measure("crowd", rooms=1, events_per_second=1.0)


def _measure(name: str, rooms: int, events_per_second: float) -> dict[str, float]:
    with workshop.scratch_app() as app:
        settings = servers.at_free_port(app.extensions["settings"])
        token = pages.client_token(settings.secret_keys)
        open_rooms = [_room(app, number) for number in range(rooms)]
        alone, watched, waits = [], [], []
        with (
            servers.serving(settings, "milebill.serving.web", "/healthz") as address,
            _events(app, open_rooms, events_per_second) as commits,
        ):
            url = f"{address}/q/{token}"
            load.run(url, 1.0)
            for _ in range(ROUNDS):
                alone.append(_steady(url))
                with _watchers(address, open_rooms) as watchers:
                    began = time.perf_counter()
                    watched.append(_steady(url))
                    asked = [commit for commit in commits if commit.at > began]
                    time.sleep(SETTLE_SECONDS)
                    waits += _waits(open_rooms, watchers, asked)
    if {one.status for one in alone + watched} != {200}:
        raise RuntimeError("the page was not served")
    waits.sort()
    return {
        f"{name}_messages": float(len(waits)),
        f"{name}_lost": float(waits.count(math.inf)),
        f"{name}_p50_ms": waits[len(waits) // 2] * 1000,
        f"{name}_p99_ms": waits[int(len(waits) * 0.99)] * 1000,
        f"{name}_page_alone_p99_ms": min(one.p99 for one in alone) * 1000,
        f"{name}_page_p99_ms": min(one.p99 for one in watched) * 1000,
        f"{name}_page_p99_ratio": min(one.p99 for one in watched) / min(one.p99 for one in alone),
    }


def _steady(url: str) -> load.Load:
    return load.run(url, SECONDS, connections=CONNECTIONS, per_second=PAGES_PER_SECOND)


def _room(app: Flask, number: int) -> Room:
    signed_in, actor = workshop.supplier(f"studio{number}@studios.example")
    quote_id = workshop.project(signed_in.workspace_id, actor, steps=4, submitted=1, signed=1)
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    session = {"_permanent": True, "user": signed_in.user_id, "workspace": signed_in.workspace_id}
    cookie = f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps(session)}"
    return Room(signed_in.workspace_id, quote_id, workshop.link_of(quote_id), cookie)


def _sequence(workspace_id: int) -> int:
    with reading() as connection:
        return connection.execute(select(Workspace.event_sequence).where(Workspace.id == workspace_id)).scalar_one()


@contextmanager
def _events(app: Flask, rooms: Sequence[Room], per_second: float) -> Iterator[list[Commit]]:
    """Somebody's client asks something, again and again, with streams and without; yields what was committed."""
    commits: list[Commit] = []
    enough = threading.Event()
    moment = [0.0]

    def note(_connection: object) -> None:
        moment[0] = time.perf_counter()

    def ask() -> None:
        with app.app_context():
            event.listen(db.engine, "commit", note)
            number = 0
            while not enough.wait(1 / per_second):
                room, number = rooms[number % len(rooms)], number + 1
                signature = workshop.signature("")
                words = "May we have the second draft on Friday?"
                conversation.ask_question(
                    room.workspace_id, room.quote_id, room.link_id, signature, words, f"live{number}"
                )
                commits.append(Commit(room.workspace_id, _sequence(room.workspace_id), moment[0]))
            event.remove(db.engine, "commit", note)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield commits
    finally:
        enough.set()
        thread.join()


@contextmanager
def _watchers(address: str, rooms: Sequence[Room]) -> Iterator[Beside]:
    seats: list[dict[str, Any]] = [
        {"target": f"/events?seen={_sequence(room.workspace_id)}", "headers": {"Cookie": room.cookie}}
        for room in _seats(rooms)
    ]
    with beside("bench.watchers", {"address": address, "seats": seats}) as watchers:
        watchers.hear()
        yield watchers


def _seats(rooms: Sequence[Room]) -> list[Room]:
    return [rooms[number % len(rooms)] for number in range(STREAMS)]


def _waits(rooms: Sequence[Room], watchers: Beside, commits: Sequence[Commit]) -> list[float]:
    """For each dashboard and event: how long until a message that has it, which may be the one of a later event."""
    watchers.tell("report")
    report = watchers.hear()
    if report["ended"]:
        raise RuntimeError(f"{report['ended']} streams ended early")
    waits = []
    for room, arrived in zip(_seats(rooms), report["arrived"], strict=True):
        for commit in commits:
            if commit.workspace_id == room.workspace_id:
                at = next((at for sequence, at in arrived if sequence >= commit.sequence), math.inf)
                waits.append(at - commit.at)
    return waits


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name}: {value:.3f}")
