"""The command that serves: live over real sockets, a killed worker comes back, and SIGTERM ends everything in time."""

import os
import signal
import socket
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from milebill.db import reading
from milebill.models import Mail
from milebill.serving.supervisor import STOP_SECONDS
from tests.actors import Supplier, a_submitted_milestone, sign_up
from tests.inside import PARTIAL, ask, family, inside, session_cookie, wait_for
from tests.rules import check_rules
from tests.servers.web import Product, StartProduct


def open_stream(product: Product, app: Flask, supplier: Supplier) -> socket.socket:
    """A dashboard's stream as a raw socket, after its first message."""
    host, port = product.url.removeprefix("http://").split(":")
    line = socket.create_connection((host, int(port)), timeout=60)
    cookie = session_cookie(app, supplier)["Cookie"]
    line.sendall(f"GET /events HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {cookie}\r\n\r\n".encode())
    text = b""
    while b"id: " not in text:
        piece = line.recv(65536)
        assert piece, text
        text += piece
    assert text.startswith(b"HTTP/1.1 200")
    return line


def read_until(line: socket.socket, what: bytes) -> bytes:
    text = b""
    while what not in text:
        piece = line.recv(65536)
        assert piece, text[-500:]
        text += piece
    return text


def is_quiet(line: socket.socket) -> bool:
    """Whether nothing comes for a moment but the heartbeat of a stream."""
    line.settimeout(0.3)
    try:
        text = line.recv(65536)
    except TimeoutError:
        return True
    return b"id: " not in text


def worker_of(product: Product) -> int | None:
    """The worker's process."""
    for pid in family(product.process.pid):
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue
        if b"milebill.worker" in command:
            return pid
    return None


def mails_sent(kind: str) -> int:
    with reading() as connection:
        return len(connection.scalars(select(Mail.id).where(Mail.kind == kind, Mail.state == "sent")).all())


@pytest.mark.processes
@pytest.mark.parametrize(
    "empty_database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True
)
def test_one_evening_of_the_product(start_product: StartProduct, empty_database_url: str) -> None:
    processes = "1" if empty_database_url.startswith("sqlite") else "2"
    product = start_product(empty_database_url, WEB_PROCESSES=processes)
    with inside(product) as app:
        anna, rival = sign_up("Anna"), sign_up("Rolf")
        deal = a_submitted_milestone(anna)
        streams = [open_stream(product, app, anna) for _ in range(12)]
        other = open_stream(product, app, rival)

        form = {"name": "Inês Duarte", "consent": "y", "content_hash": deal.submission_hash()}
        status, _, _ = ask(product, f"/q/{deal.token(app)}/milestones/2/signoff", form, PARTIAL)
        assert status == 200
        for line in streams:
            read_until(line, b"id: ")
        assert is_quiet(other)  # nothing happened in Rolf's house

        first = worker_of(product)
        assert first is not None
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: worker_of(product) not in (None, first))
        deal.ask()
        wait_for(lambda: mails_sent("question_asked") == 1)
        check_rules(anna.workspace_id)

        begin = time.monotonic()
        product.stop()
        assert time.monotonic() - begin < 2 * STOP_SECONDS  # which is its own limit
        for line in (*streams, other):
            line.settimeout(60)
            while line.recv(65536):
                pass
            line.close()


@pytest.mark.long
def test_a_second_start_finds_everything_as_it_was(start_product: StartProduct) -> None:
    product = start_product()
    with inside(product):
        anna = sign_up("Anna")
        a_submitted_milestone(anna)
    product.stop()
    again = start_product(product.database_url)
    with inside(again):
        check_rules(anna.workspace_id)
    status, _, text = ask(again, "/readyz")
    assert (status, "moving" in text) == (200, True)
