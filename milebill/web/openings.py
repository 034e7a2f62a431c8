"""Noting that a link was fetched without making the fetch wait: buffered, and written by a thread every second."""

import logging
import threading
import time

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from milebill import clock
from milebill.domain.openings import Opening, log_openings
from milebill.web.security import client_address, user_agent

QUIET_SECONDS = 60
"""Further fetches of a link from the same address are counted into one line for this long."""
MAX_BUFFERED = 10_000


class OpeningLog:
    """The buffer of one web process. A crash loses at most its last lines, which prove nothing anyway."""

    def __init__(self, app: Flask):
        self._app = app
        self._guard, self._writing = threading.Lock(), threading.Lock()
        self._lines: dict[tuple[int, str], Opening] = {}
        self._written: dict[tuple[int, str], float] = {}
        self._thread: threading.Thread | None = None
        self._closing = threading.Event()

    def note(self, link_id: int) -> None:
        """A link was fetched by the current request."""
        key = (link_id, client_address())
        # No lock for most fetches: `flush` puts a whole new mapping in the old one's place.
        if self._written.get(key, 0) > time.monotonic() - QUIET_SECONDS or len(self._lines) >= MAX_BUFFERED:
            return
        now = clock.now()
        with self._guard:
            line = self._lines.get(key)
            self._lines[key] = Opening(
                link_id,
                line.first_at if line else now,
                now,
                (line.fetches if line else 0) + 1,
                key[1],
                user_agent(),
            )
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="openings", daemon=True)
                self._thread.start()

    def flush(self) -> None:
        """Write what is buffered; afterwards it is written, whoever did it."""
        with self._writing:
            with self._guard:
                lines, self._lines = self._lines, {}
                seconds = time.monotonic()
                self._written = {key: at for key, at in self._written.items() if at > seconds - QUIET_SECONDS}
                self._written |= dict.fromkeys(lines, seconds)
            if lines:
                with self._app.app_context():
                    log_openings(lines.values())

    def close(self) -> None:
        """Write what is buffered and end the thread, before the database goes."""
        with self._guard:
            thread = self._thread
        self._closing.set()
        if thread is not None:
            thread.join()
        self.flush()

    def _run(self) -> None:
        while not self._closing.wait(1):
            with self._guard:
                if not self._lines:
                    self._thread = None
                    return
            try:
                self.flush()
            except SQLAlchemyError:
                logging.getLogger("milebill").exception("link openings were not written")


def init_openings(app: Flask) -> None:
    """Give the application its buffer."""
    app.extensions["openings"] = OpeningLog(app)


def note_opening(link_id: int) -> None:
    """The current request fetched this link."""
    log: OpeningLog = current_app.extensions["openings"]
    log.note(link_id)
