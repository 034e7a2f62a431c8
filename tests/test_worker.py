"""The loop beside the web: it goes on after a fault, moves the clock, and ends when it is asked to."""

import logging
import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from milebill import clock, worker
from milebill.models import Mail
from milebill.worker import Worker, checkpoint
from tests.actors import Supplier, a_quote, a_sent_quote
from tests.inside import wait_for
from tests.rules import rows


def test_a_fault_in_one_job_stops_nothing(
    in_app: Flask, owner: Supplier, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tries, documents = [], []

    def fails_twice(_app: Flask) -> bool:
        tries.append(1)
        if len(tries) < 3:
            raise RuntimeError("the disk is full")
        return False

    def one_document(_app: Flask) -> bool:
        documents.append(1)
        return len(documents) < 5  # there was one, so the next is looked for at once

    monkeypatch.setattr(worker, "FAULT_SECONDS", 0.02)
    monkeypatch.setattr(worker, "send_next", fails_twice)
    monkeypatch.setattr(worker, "render_next", one_document)
    with caplog.at_level(logging.ERROR, "milebill.worker"):
        crew = Worker(in_app)
        crew.start()
        wait_for(lambda: len(tries) >= 3 and len(documents) >= 5)
        crew.stop()
    assert [record.exc_info is not None for record in caplog.records] == [True, True]
    assert not [thread for thread in threading.enumerate() if thread.name in {"mail", "documents", "clock"}]


def test_the_clock_lets_quotes_expire(in_app: Flask, owner: Supplier, monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.at(clock.now() - timedelta(days=40)):
        deal = a_sent_quote(owner)
    monkeypatch.setattr(worker, "send_next", lambda _app: False)
    monkeypatch.setattr(worker, "render_next", lambda _app: False)
    crew = Worker(in_app)
    crew.start()
    wait_for(lambda: deal.state() == "expired")
    crew.stop()
    assert rows(Mail)[-1].kind == "quote_expired"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_checkpoint_moves_the_log_into_the_database(in_app: Flask, owner: Supplier) -> None:
    path = Path(in_app.extensions["settings"].database_url.removeprefix("sqlite:///"))
    a_quote(owner)
    before = path.read_bytes()
    assert checkpoint() is False
    assert path.read_bytes() != before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_it_ends_by_signal_or_with_its_parent(in_app: Flask) -> None:
    crew = Worker(in_app)
    crew.wait(parent=os.getpid())  # which is not our parent, so it is gone
    crew.ask_to_stop(15, None)
    crew.wait(parent=os.getppid())
