"""A small load generator: a process of its own, kept-alive connections, answers read by their Content-Length."""

import multiprocessing
import socket
import statistics
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

CONNECTIONS = 8


@dataclass(frozen=True)
class Load:
    """What a run gave; times in seconds."""

    per_second: float
    median: float
    p99: float
    worst: float
    status: int


def run(url: str, seconds: float, headers: dict[str, str] | None = None, connections: int = CONNECTIONS) -> Load:
    """Fetch `url` again and again for `seconds` over some connections, in another process than the caller's."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_generate, args=(theirs, url, seconds, headers or {}, connections))
    process.start()
    load: Load = ours.recv()
    process.join()
    return load


def fetch(url: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
    """One request: status, headers (names in small letters), body."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=30) as connection:
        connection.sendall(_request(url, {"Connection": "close", **(headers or {})}))
        return _answer(connection, bytearray())


def _generate(pipe, url: str, seconds: float, headers: dict[str, str], connections: int) -> None:  # type: ignore[no-untyped-def]
    request, parts = _request(url, headers), urlsplit(url)
    times: list[float] = []
    statuses: set[int] = set()
    end = time.perf_counter() + seconds

    def client() -> None:
        with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=30) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            rest = bytearray()
            while (began := time.perf_counter()) < end:
                connection.sendall(request)
                statuses.add(_answer(connection, rest)[0])
                times.append(time.perf_counter() - began)

    threads = [threading.Thread(target=client) for _ in range(connections)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - started
    ordered = sorted(times)
    status = statuses.pop() if len(statuses) == 1 else 0
    p99 = ordered[int(len(ordered) * 0.99)]
    pipe.send(Load(len(times) / took, statistics.median(ordered), p99, ordered[-1], status))


def _request(url: str, headers: dict[str, str]) -> bytes:
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    lines = [f"GET {target} HTTP/1.1", f"Host: {parts.netloc}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


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
