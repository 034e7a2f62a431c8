"""A small load generator: a process of its own, kept-alive connections, answers read by their Content-Length."""

import socket
import statistics
import threading
import time
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from bench.beside import answer, beside, listen

CONNECTIONS = 8


@dataclass(frozen=True)
class Load:
    """What a run gave; times in seconds."""

    per_second: float
    median: float
    p99: float
    worst: float
    status: int


@dataclass(frozen=True)
class Order:
    """What the generator is to fetch, and for how long."""

    url: str
    seconds: float
    headers: dict[str, str]
    connections: int
    per_second: float | None
    """A steady rate over all connections, waits counted from the moment a request was due; None: as fast as it goes."""


def run(
    url: str,
    seconds: float,
    headers: dict[str, str] | None = None,
    connections: int = CONNECTIONS,
    per_second: float | None = None,
) -> Load:
    """Fetch `url` again and again for `seconds` over some connections, in another process than the caller's."""
    order = Order(url, seconds, headers or {}, connections, per_second)
    with beside("bench.load", asdict(order)) as generator:
        return Load(**generator.hear())


def fetch(url: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
    """One request: status, headers (names in small letters), body."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=30) as connection:
        connection.sendall(request(url, {"Connection": "close", **(headers or {})}))
        return _answer(connection, bytearray())


def request(url: str, headers: dict[str, str]) -> bytes:
    """A GET as it goes over the wire."""
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    lines = [f"GET {target} HTTP/1.1", f"Host: {parts.netloc}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _generate(order: Order) -> Load:
    times: list[float] = []
    statuses: set[int] = set()
    started = time.perf_counter()
    threads = [
        threading.Thread(target=_client, args=(order, started, number, times, statuses))
        for number in range(order.connections)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - started
    ordered = sorted(times)
    status = statuses.pop() if len(statuses) == 1 else 0
    p99 = ordered[int(len(ordered) * 0.99)]
    return Load(len(times) / took, statistics.median(ordered), p99, ordered[-1], status)


def _client(order: Order, started: float, number: int, times: list[float], statuses: set[int]) -> None:
    parts, wanted = urlsplit(order.url), request(order.url, order.headers)
    end, pause = started + order.seconds, order.connections / order.per_second if order.per_second else 0.0
    due = started + pause * number / order.connections
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        rest = bytearray()
        while (now := time.perf_counter()) < end:
            if pause:
                time.sleep(max(due - now, 0))
            began = due if pause else now
            due += pause
            connection.sendall(wanted)
            statuses.add(_answer(connection, rest)[0])
            times.append(time.perf_counter() - began)


def _answer(connection: socket.socket, rest: bytearray) -> tuple[int, dict[str, str], bytes]:
    while (end := rest.find(b"\r\n\r\n")) < 0:
        _more(connection, rest)
    lines = rest[:end].decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    length = int(headers.get("content-length", "0"))
    while len(rest) < end + 4 + length:
        _more(connection, rest)
    body = bytes(rest[end + 4 : end + 4 + length])
    del rest[: end + 4 + length]
    return int(lines[0].split()[1]), headers, body


def _more(connection: socket.socket, rest: bytearray) -> None:
    received = connection.recv(65536)
    if not received:
        raise ConnectionError("the server closed the connection")
    rest += received


if __name__ == "__main__":
    answer(asdict(_generate(Order(**listen()))))
