"""The loop beside the web: mail and e-invoices to be sent, documents to be made, and what is due by the clock.

Everything that it does is leased or conditional, so any number of workers may run.
"""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from flask import Flask

from milebill import create_app
from milebill.db import close_db, db
from milebill.domain.draft_papers import purge_draft_papers
from milebill.domain.duties import one_by_one
from milebill.domain.open_drafts import purge_open_drafts
from milebill.domain.quotes import expire_quotes
from milebill.domain.review import remind_reviewers
from milebill.files import STAGED_SECONDS
from milebill.outbound.documents import render_next
from milebill.outbound.draft_papers import render_next_draft
from milebill.outbound.peppol.queue import send_next_transmission
from milebill.outbound.postman import send_next
from milebill.outbound.xml_files import complete

IDLE_SECONDS = 0.25
PEPPOL_SECONDS = 1.0
CLOCK_SECONDS = 20.0
CHECKPOINT_SECONDS = 5.0
FAULT_SECONDS = 2.0
HOUR_SECONDS = 3600.0

log = logging.getLogger("milebill.worker")


class Worker:
    """A thread for each kind of work, so that a slow mail server holds up no document and a large document no mail."""

    def __init__(self, app: Flask):
        self._app = app
        self._stop = threading.Event()
        self._complete_up_to = 0
        jobs: list[tuple[str, Callable[[], object], float]] = [
            ("mail", lambda: send_next(app), IDLE_SECONDS),
            ("documents", lambda: render_next(app) or render_next_draft(app), IDLE_SECONDS),
            ("peppol", lambda: send_next_transmission(app), PEPPOL_SECONDS),
            ("clock", self._clock, CLOCK_SECONDS),
            ("staging", self._forget_staged, HOUR_SECONDS),
            ("e-invoices", self._complete, HOUR_SECONDS),
        ]
        if app.extensions["settings"].is_sqlite:
            jobs.append(("checkpoint", checkpoint, CHECKPOINT_SECONDS))
        self._threads = [threading.Thread(target=self._loop, args=job[1:], name=job[0]) for job in jobs]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End after what is being done now."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def wait(self, parent: int) -> None:
        """Until `stop`, or until the process that started us is gone."""
        while not self._stop.wait(1.0):
            if os.getppid() != parent:
                return

    def ask_to_stop(self, _signal: int, _frame: FrameType | None) -> None:
        """A signal came."""
        self._stop.set()

    def _loop(self, job: Callable[[], object], pause: float) -> None:
        """Do the job again at once while it finds something to do, else after `pause` seconds."""
        while not self._stop.is_set():
            try:
                with self._app.app_context():
                    busy = job()
            except Exception:  # whatever it was: the other mails and documents must go on
                log.exception("the job is tried again")
                self._stop.wait(FAULT_SECONDS)
                continue
            if not busy:
                self._stop.wait(pause)

    def _forget_staged(self) -> bool:
        self._app.extensions["staging"].purge(STAGED_SECONDS + HOUR_SECONDS)
        return False

    def _complete(self) -> bool:
        """What was issued by an older milebill, or failed: looked at once after each start."""
        before = self._complete_up_to
        self._complete_up_to = complete(self._app, before).last
        return self._complete_up_to > before

    def _clock(self) -> bool:
        one_by_one((expire_quotes, remind_reviewers, purge_open_drafts, purge_draft_papers))
        return False


def checkpoint() -> bool:
    """Move SQLite's log into the database. Only this process does it: two at once met a bug of SQLite before 3.51.3."""
    with db.engine.connect() as connection:
        raw = connection.connection.driver_connection
        raw.execute("PRAGMA wal_checkpoint(PASSIVE)")  # type: ignore[union-attr]
    return False


def main() -> int:
    """Work until told to stop; returns the exit code."""
    logging.basicConfig(level=os.environ.get("MILEBILL_LOG_LEVEL", "WARNING").upper())
    parent = os.getppid()
    app = create_app()
    worker = Worker(app)
    signal.signal(signal.SIGTERM, worker.ask_to_stop)
    signal.signal(signal.SIGINT, worker.ask_to_stop)
    worker.start()
    worker.wait(parent)
    worker.stop()
    close_db(app)
    return 0


if __name__ == "__main__":
    sys.exit(main())
