"""The dashboard's stream: what happens arrives, a break misses nothing, and nobody hears of somebody else's house."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from queue import Empty, SimpleQueue

import pytest
from flask import Flask
from sqlalchemy import select, text

from milebill.config import Settings
from milebill.db import reading, transaction
from milebill.models import Workspace
from milebill.web import live, streams
from milebill.web.changes import watch_database
from tests.actors import Supplier, a_sent_quote, a_submitted_milestone, browser_of

PATIENCE = 60.0
QUIET = 0.6


HEARTBEAT = ": still here\n\n"


@pytest.fixture(autouse=True)
def _a_quick_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    # So that a listener who wants to leave gets a chance to.
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.05)


class Listener:
    """An open dashboard's stream, read by a thread of its own."""

    def __init__(self, app: Flask, supplier: Supplier, last_seen: int | None = None):
        headers = {} if last_seen is None else {"Last-Event-ID": str(last_seen)}
        self.response = browser_of(app, supplier).get("/events", headers=headers, buffered=False)
        self.beats = 0
        self._chunks: SimpleQueue[str | None] = SimpleQueue()
        self._leaving = False
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        self.first = self.next()

    def _read(self) -> None:
        for chunk in self.response.response:
            text = chunk if isinstance(chunk, str) else chunk.decode()
            if self._leaving:
                break
            if text == HEARTBEAT:
                self.beats += 1
            else:
                self._chunks.put(text)
        self.response.close()
        self._chunks.put(None)

    def leave(self) -> None:
        """Close the dashboard."""
        self._leaving = True
        self._thread.join()

    def next(self, seconds: float = PATIENCE) -> str | None:
        """The next chunk; None when the stream ended. Raises Empty when nothing comes in time."""
        return self._chunks.get(timeout=seconds)

    def hear_of(self, sequence: int) -> str:
        """Listen until the event with this number, or a later one, is told."""
        text = self.first or ""
        while number_of(text) < sequence:
            text = self.next() or ""
            assert text, "the stream ended"
        return text

    def is_quiet(self) -> bool:
        try:
            self.next(QUIET)
        except Empty:
            return True
        return False


def number_of(text: str) -> int:
    """The id of a message; 0 for a comment."""
    found = re.match(r"id: (\d+)\n", text)
    return int(found[1]) if found else 0


def last_event(supplier: Supplier) -> int:
    with reading() as connection:
        query = select(Workspace.event_sequence).where(Workspace.id == supplier.workspace_id)
        return connection.scalar(query) or 0


@contextmanager
def listening(app: Flask, supplier: Supplier, last_seen: int | None = None) -> Iterator[Listener]:
    listener = Listener(app, supplier, last_seen)
    try:
        yield listener
    finally:
        listener.leave()


def test_what_a_client_does_is_heard(in_app: Flask, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    with listening(in_app, owner, last_event(owner)) as stream:
        assert stream.response.mimetype == "text/event-stream"
        assert stream.response.headers["Cache-Control"] == "no-store"
        assert stream.first == ": hello\n\n"
        deal.sign_off()
        text = stream.hear_of(last_event(owner))
        assert number_of(text) == last_event(owner)
        assert all(line.startswith(("id: ", "data: ")) for line in text.strip().splitlines())
        assert "signed" in text.lower()
        deal.pay(100, "k")
        stream.hear_of(last_event(owner))


def test_a_reconnect_gets_what_it_missed(in_app: Flask, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    with listening(in_app, owner) as stream:
        seen = number_of(stream.first or "")
        assert seen == last_event(owner)
    deal.sign_off()
    with listening(in_app, owner, seen) as stream:
        assert number_of(stream.first or "") == last_event(owner) > seen
    with listening(in_app, owner, last_event(owner)) as stream:
        assert stream.first == ": hello\n\n"
        assert stream.is_quiet()


def test_nothing_is_missed_however_often_the_line_breaks(in_app: Flask, owner: Supplier) -> None:
    deal, seen = a_sent_quote(owner), 0
    done = threading.Event()

    def talk() -> None:
        with in_app.app_context():
            for _ in range(25):
                deal.ask()
        done.set()

    talker = threading.Thread(target=talk)
    talker.start()
    breaks = 0
    while not done.is_set() or breaks < 3:
        with listening(in_app, owner, seen) as stream:
            seen = max(seen, number_of(stream.first or ""))
        breaks += 1
    talker.join()
    with listening(in_app, owner, seen) as stream:
        if seen < last_event(owner):
            stream.hear_of(last_event(owner))


def test_other_houses_are_not_heard(in_app: Flask, owner: Supplier, rival: Supplier) -> None:
    with listening(in_app, owner, last_event(owner)) as mine, listening(in_app, rival, last_event(rival)) as theirs:
        deal = a_sent_quote(rival, title="A secret project")
        deal.accept()
        assert "A secret project" in theirs.hear_of(last_event(rival))
        assert mine.is_quiet()


def test_two_dashboards_of_one_house_hear_the_same(in_app: Flask, owner: Supplier, member: Supplier) -> None:
    with listening(in_app, owner) as one, listening(in_app, member) as other:
        a_sent_quote(owner).accept()
        last = last_event(owner)
        assert one.hear_of(last) == other.hear_of(last)


@pytest.mark.parametrize("last_seen", ["", "x", "-1", "9" * 30, "٣", "1.5"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_number_that_is_none_means_that_nothing_was_seen(in_app: Flask, owner: Supplier, last_seen: str) -> None:
    response = browser_of(in_app, owner).get("/events", query_string={"seen": last_seen}, buffered=False)
    first = next(iter(response.response))
    response.close()
    assert number_of(first.decode() if isinstance(first, bytes) else first) == last_event(owner)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_stream_ends_with_the_process(in_app: Flask, owner: Supplier) -> None:
    stream = Listener(in_app, owner)
    in_app.extensions["hub"].close()
    assert stream.next() is None
    assert browser_of(in_app, owner).get("/events").status_code == 503


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_stream_ends_after_its_time_so_that_access_is_asked_again(
    in_app: Flask, owner: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "LIFETIME_SECONDS", 0.5)
    stream = Listener(in_app, owner, last_event(owner))
    assert stream.next() is None
    assert stream.beats


class TestWithRoomForTwo:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, streams=2)

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    def test_one_more_is_told_to_poll(self, in_app: Flask, owner: Supplier) -> None:
        with listening(in_app, owner) as first, listening(in_app, owner):
            answer = browser_of(in_app, owner).get("/events")
            assert answer.status_code == 503
            assert answer.headers["Retry-After"] == "60"
            assert "/dashboard/live" in answer.get_data(as_text=True)
            first.leave()  # a place is free again
            with listening(in_app, owner) as again:
                assert again.response.status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_tailer_whose_database_goes_away_starts_again(in_app: Flask, owner: Supplier) -> None:
    hub, gone = in_app.extensions["hub"], []
    watch = live.watch_database

    def fails_once(settings: Settings) -> Iterator[None]:
        if not gone:
            gone.append(1)
            raise ConnectionError("the database can not be watched")
        yield from watch(settings)

    with pytest.MonkeyPatch.context() as patch, listening(in_app, owner) as stream:
        patch.setattr(live, "watch_database", fails_once)
        hub._thread = None  # the next listener starts another tailer
        with listening(in_app, owner) as again:
            a_sent_quote(owner)
            assert again.hear_of(last_event(owner)) == stream.hear_of(last_event(owner))
    assert gone


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_lost_watch_is_a_connection_error(settings: Settings, in_app: Flask) -> None:
    changes = watch_database(settings)
    next(changes)
    with transaction() as session:
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE query LIKE 'LISTEN%' AND datname = current_database()"
            )
        )
    with pytest.raises(ConnectionError):
        next(changes)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_polling_costs_nothing_while_nothing_happens(in_app: Flask, owner: Supplier) -> None:
    browser, deal = browser_of(in_app, owner), a_sent_quote(owner)
    first = browser.get("/dashboard/live")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert browser.get("/dashboard/live", headers=tag).status_code == 304
    deal.accept()
    assert browser.get("/dashboard/live", headers=tag).status_code == 200
