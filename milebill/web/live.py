"""Live dashboards: one tailer per web process reads what happened and fans it out as server-sent events.

A message is the dashboard's changing part, rendered once per workspace and change for all who watch it; its id is the
workspace's event sequence. Because a message is the whole present state, a reconnect needs only the newest one and
misses nothing. A stream holds a thread, but no transaction and no database session.
"""

import logging
import threading
import time
from collections import defaultdict

from flask import Flask, Response, current_app, request
from sqlalchemy import bindparam, select
from sqlalchemy.exc import SQLAlchemyError

from milebill import clock
from milebill.config import Settings
from milebill.db import reading
from milebill.models import Workspace
from milebill.queries.dashboard import dashboard
from milebill.reader import writing_for
from milebill.templating import render
from milebill.web.changes import watch_database
from milebill.web.streams import Departures, Message, Subscriber, direct_connection

_SEQUENCES = select(Workspace.id, Workspace.event_sequence).where(Workspace.id.in_(bindparam("ids", expanding=True)))
_READER = select(Workspace.locale, Workspace.time_zone).where(Workspace.id == bindparam("id"))


class Hub:
    """The streams of one web process."""

    def __init__(self, app: Flask, settings: Settings):
        self._app, self._settings = app, settings
        self._guard = threading.Lock()
        self._subscribers: dict[int, set[Subscriber]] = defaultdict(set)
        self._seen: dict[int, int] = {}
        self._count = 0
        self._departures = Departures()
        self._thread: threading.Thread | None = None
        self._closing = False

    def subscribe(self, subscriber: Subscriber) -> bool:
        """Whether this process has room for one more stream; then it gets what happens from now on."""
        if self._count >= self._settings.streams:
            self._let_go()
        with self._guard:
            if self._closing or self._count >= self._settings.streams:
                return False
            self._subscribers[subscriber.workspace_id].add(subscriber)
            self._count += 1
            self._departures.watch(subscriber)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._tail, name="tailer", daemon=True)
                self._thread.start()
        return True

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """The browser went away, or its stream ended; a second time is no harm."""
        with self._guard:
            group = self._subscribers.get(subscriber.workspace_id, set())
            if subscriber in group:
                group.remove(subscriber)
                self._count -= 1
                self._departures.forget(subscriber)
            if not group:
                self._subscribers.pop(subscriber.workspace_id, None)
                self._seen.pop(subscriber.workspace_id, None)

    def close(self) -> None:
        """End every stream: the process stops."""
        with self._guard:
            self._closing = True
            for group in self._subscribers.values():
                for subscriber in group:
                    subscriber.leave()

    def sequence(self, workspace_id: int) -> int:
        """The workspace's last event."""
        with reading() as connection:
            found: int = connection.execute(_SEQUENCES, {"ids": [workspace_id]}).one().event_sequence
        return found

    def message(self, workspace_id: int) -> Message:
        """The present state as a message, rendered."""
        with self._app.app_context(), reading() as connection:
            reader = connection.execute(_READER, {"id": workspace_id}).one()
            sequence = connection.execute(_SEQUENCES, {"ids": [workspace_id]}).one().event_sequence
            shown = dashboard(connection, workspace_id, clock.today(reader.time_zone))
        with writing_for(self._app, self._settings.base_url, reader.locale, reader.time_zone):
            html = render("supplier/dashboard_live.html", {"dashboard": shown})
        return Message(sequence, server_sent(sequence, html))

    def _tail(self) -> None:
        while not self._stopping():
            try:
                with self._app.app_context():
                    for _ in watch_database(self._settings):
                        if self._stopping():
                            return
                        self._let_go()
                        self._fan_out()
            except (SQLAlchemyError, OSError, RuntimeError):
                logging.getLogger("milebill").exception("the tailer starts again")
                time.sleep(1)

    def _let_go(self) -> None:
        """End the streams whose browser went away: a page that is reloaded must not hold two places for long."""
        with self._guard:
            gone = self._departures.gone()
        for subscriber in gone:
            self.unsubscribe(subscriber)
            subscriber.leave()

    def _stopping(self) -> bool:
        with self._guard:
            return self._closing

    def _fan_out(self) -> None:
        with self._guard:
            watched = list(self._subscribers)
        if not watched:
            return
        with reading() as connection:
            sequences = {row.id: row.event_sequence for row in connection.execute(_SEQUENCES, {"ids": watched})}
        for workspace_id, sequence in sequences.items():
            if self._seen.get(workspace_id) == sequence:
                continue
            message = self.message(workspace_id)
            wire = message.wire()
            self._seen[workspace_id] = sequence
            with self._guard:
                group = list(self._subscribers.get(workspace_id, ()))
            for subscriber in group:
                subscriber.deliver(message, wire)


def server_sent(sequence: int, text: str) -> bytes:
    """A message of the event stream format (HTML standard, 9.2)."""
    data = "".join(f"data: {line}\n" for line in text.splitlines() if line.strip())
    return f"id: {sequence}\n{data}\n".encode()


def init_live(app: Flask, settings: Settings) -> None:
    """Give the application its hub; the tailer starts with the first stream."""
    app.extensions["hub"] = Hub(app, settings)


def event_stream(workspace_id: int, seen: int) -> Response:
    """The stream for a dashboard that already shows everything up to `seen`; 503 when there is no room."""
    hub: Hub = current_app.extensions["hub"]
    subscriber = Subscriber(workspace_id, direct_connection(request.environ))
    if not hub.subscribe(subscriber):
        return Response("", 503, {"Retry-After": "60"})

    def leave() -> None:
        hub.unsubscribe(subscriber)

    try:
        missed = hub.message(workspace_id) if hub.sequence(workspace_id) > seen else None
    except BaseException:
        leave()
        raise
    response = Response(subscriber.messages(seen, missed, leave), mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(leave)
    return response


def last_seen() -> int:
    """What the browser says it has: Last-Event-ID after a break, else the page's own sequence."""
    text = request.headers.get("Last-Event-ID") or request.args.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0
