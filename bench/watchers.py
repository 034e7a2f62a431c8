"""Open dashboards: event streams in one process, and when each of them got which message. Run by bench.live."""

import re
import select
import socket
import time
from urllib.parse import urlsplit

from bench.beside import answer, is_spoken_to, listen
from bench.load import request

_ID = re.compile(rb"(?:^|\n)id: (\d+)\n")
END_OF_MESSAGE = b"\n\n"


class Watcher:
    """One dashboard."""

    def __init__(self, address: tuple[str, int], wanted: bytes):
        self.connection = socket.create_connection(address, timeout=30)
        self.connection.sendall(wanted)
        self._unread = b""
        self.arrived: list[tuple[int, float]] = []
        """Sequence and time of each whole message."""

    def read(self) -> bool:
        """Take what has come; False when the server ended the stream."""
        received = self.connection.recv(1 << 18)
        now = time.perf_counter()
        *whole, self._unread = (self._unread + received).split(END_OF_MESSAGE)
        for message in whole:
            if found := _ID.search(message):
                self.arrived.append((int(found[1]), now))
        return bool(received)


def watch(address: str, seats: list[dict[str, str]]) -> None:
    """Open all, say so when each has heard from the server, and report what came when that is asked for."""
    parts = urlsplit(address)
    poll = select.epoll()
    watchers = {}
    for seat in seats:
        watcher = Watcher((parts.hostname or "", parts.port or 80), request(address + seat["target"], seat["headers"]))
        watchers[watcher.connection.fileno()] = watcher
        poll.register(watcher.connection, select.EPOLLIN)
    silent, ended = set(watchers), 0
    while True:
        for number, _ in poll.poll(0.02):
            if not watchers[number].read():
                poll.unregister(number)
                ended += 1
            silent.discard(number)
            if not silent and number >= 0:
                answer("all are open")
                silent.add(-1)
        if is_spoken_to(0):
            break
    answer({"arrived": [watcher.arrived for watcher in watchers.values()], "ended": ended})


if __name__ == "__main__":
    watch(**listen())
