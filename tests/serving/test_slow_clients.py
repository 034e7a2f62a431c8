"""A request gets a thread once it has arrived: clients that send a byte now and then hold nobody up."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from milebill.serving.patient_worker import MAX_WAITED_FOR, has_arrived
from tests.servers.run import free_port
from tests.servers.web import ROOT

pytestmark = pytest.mark.processes

PATIENCE = 5.0
# The web process alone, less patient than usual, so that the test need not be as patient.
SERVE = f"""
import sys
from milebill.serving import patient_worker, web
from milebill.config import settings_from_environment
patient_worker.PATIENCE_SECONDS = {PATIENCE}
sys.argv = sys.argv[:1]
web.Web(settings_from_environment()).run()
"""
GET = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
Open = Callable[[], socket.socket]


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Where a web process with four threads listens."""
    port, var = free_port(), tmp_path_factory.mktemp("slow") / "var"
    own = {"VAR": str(var), "PORT": str(port), "DATABASE_URL": f"sqlite:///{var}/milebill.db", "WEB_THREADS": "3",
           "STREAMS": "1"}  # fmt: skip
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MILEBILL_")}
    environment |= {f"MILEBILL_{name}": value for name, value in own.items()}
    process = subprocess.Popen([sys.executable, "-c", SERVE], cwd=ROOT, env=environment)
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except ConnectionError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    yield port
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0


@pytest.fixture
def dial(port: int) -> Iterator[Open]:
    """Open a connection to it."""
    opened: list[socket.socket] = []

    def connect() -> socket.socket:
        opened.append(socket.create_connection(("127.0.0.1", port), timeout=60))
        return opened[-1]

    yield connect
    for connection in opened:
        connection.close()


def answer_of(connection: socket.socket) -> bytes:
    """One whole answer, or what came of it before the server hung up."""
    text = b""
    while not (head := re.match(rb"(?s).*?content-length: (\d+).*?\r\n\r\n", text, re.IGNORECASE)) or len(
        text
    ) < head.end() + int(head[1]):
        piece = connection.recv(65536)
        if not piece:
            break
        text += piece
    return text


def test_slow_clients_hold_nobody_up_and_are_dropped_in_the_end(dial: Open) -> None:
    slow = [dial() for _ in range(60)]
    begin = time.monotonic()
    for number, connection in enumerate(slow):
        connection.sendall(GET[: 5 + number % 30])
    form = dial()
    form.sendall(b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000\r\n\r\nemail=")
    for _ in range(5):
        quick = dial()
        asked = time.monotonic()
        quick.sendall(GET)
        assert answer_of(quick).startswith(b"HTTP/1.1 200")
        assert time.monotonic() - asked < PATIENCE - 1  # so it has not waited until the slow ones were dropped
    for connection in slow[:10]:
        connection.sendall(b"x")  # a byte now and then buys no time
    for connection in (*slow, form):
        with suppress(ConnectionResetError):
            assert connection.recv(100) == b""
    assert PATIENCE <= time.monotonic() - begin < PATIENCE + 30
    late = dial()
    late.sendall(GET)
    assert answer_of(late).startswith(b"HTTP/1.1 200")


def test_a_request_may_come_in_pieces(dial: Open) -> None:
    pieces, head = dial(), GET
    for place in range(0, len(head), 11):
        pieces.sendall(head[place : place + 11])
        time.sleep(0.02)
    assert answer_of(pieces).startswith(b"HTTP/1.1 200")
    pieces.sendall(GET[:20])  # the same connection again, kept alive
    time.sleep(0.1)
    pieces.sendall(GET[20:])
    assert answer_of(pieces).startswith(b"HTTP/1.1 200")
    body = b"email=" + b"a" * 3000
    form = dial()
    form.sendall(
        b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: %d\r\n\r\n" % len(body)
    )
    time.sleep(0.1)
    form.sendall(body[:1000])
    time.sleep(0.1)
    form.sendall(body[1000:])
    assert answer_of(form).startswith(b"HTTP/1.1 400")  # whole, but without its token
    large = dial()
    large.sendall(b"POST /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 200000\r\n\r\n" + b"x" * 200_000)
    assert answer_of(large).startswith(b"HTTP/1.1 404")


def test_two_requests_at_once_on_one_line_are_both_answered(dial: Open) -> None:
    line = dial()
    line.sendall(GET + GET)
    text = b""
    while text.count(b"HTTP/1.1 200") < 2:
        piece = line.recv(65536)
        assert piece
        text += piece


def test_who_hangs_up_leaves_nothing_behind(dial: Open) -> None:
    for _ in range(30):
        gone = dial()
        gone.sendall(GET[:10])
        gone.close()
    last = dial()
    last.sendall(GET)
    assert answer_of(last).startswith(b"HTTP/1.1 200")


HEAD = b"POST /q HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize(
    ("seen", "arrived"),
    [
        (b"", False),
        (b"G", False),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", False),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", True),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET", True),
        (HEAD + b"Content-Length: 4\r\n\r\nab", False),
        (HEAD + b"Content-Length: 4\r\n\r\nabcd", True),
        (HEAD + b"Content-Length: 4\r\n\r\nabcde", True),
        (HEAD + b"content-length:4\r\n\r\nabc", False),
        (HEAD + b"CONTENT-LENGTH:\t4 \r\n\r\nabcd", True),
        (HEAD + b"Content-Length: 0\r\n\r\n", True),
        (HEAD + b"X-Content-Length: 9\r\n\r\n", True),
        (HEAD + b"\r\nContent-Length: 9\r\n\r\n", True),
        (HEAD + b"Content-Length: nine\r\n\r\n", True),
        (HEAD + b"Content-Length: 60001\r\n\r\n", True),
        (HEAD + b"Content-Length: 9999999999999\r\n\r\n", True),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", True),
        (b"x" * (MAX_WAITED_FOR - 1), False),
        (b"x" * MAX_WAITED_FOR, True),
    ],
)
def test_what_has_arrived(seen: bytes, arrived: bool) -> None:
    assert has_arrived(seen) is arrived
