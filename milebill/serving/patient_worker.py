"""gunicorn's threaded worker, made patient: a request gets a thread once it has arrived, and not before.

The stock worker reads a request in a thread of the pool, so a few hundred clients that send a byte now and then hold
every thread for ever. Here one thread watches the unfinished requests (edge-triggered epoll and MSG_PEEK, nothing is
consumed) and hands each connection to the pool when its head, and a form's body, are complete. Large uploads are read
by their thread.
"""

import re
import select
import socket
import threading
import time
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

MAX_WAITED_FOR = 60_000
"""Bytes of head and body that may be waited for; they must fit into the kernel's receive buffer."""
PATIENCE_SECONDS = 20.0
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,12})[ \t]*\r\n", re.IGNORECASE)


def has_arrived(seen: bytes) -> bool:
    """Whether a request that begins with `seen` can be read without waiting (or is too large to be waited for)."""
    if len(seen) >= MAX_WAITED_FOR:
        return True
    end = seen.find(b"\r\n\r\n")
    if end < 0:
        return False
    length = _LENGTH.search(seen, 0, end + 2)
    wanted = end + 4 + (int(length[1]) if length else 0)
    return wanted > MAX_WAITED_FOR or len(seen) >= wanted


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """Holds unfinished requests outside of the thread pool."""

    def init_process(self) -> None:
        """Called by gunicorn after the fork."""
        self._unfinished: dict[int, tuple[TConn, float]] = {}
        self._guard = threading.Lock()
        self._epoll = select.epoll()
        threading.Thread(target=self._watch, name="arrivals", daemon=True).start()
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        """Called by gunicorn with a new connection, or one that has something to read."""
        buffered = conn.parser is not None and conn.parser.unreader.buf.getvalue()
        if buffered or self._ready(conn):
            super().enqueue_req(conn)
            return
        number = conn.sock.fileno()
        with self._guard:
            self._unfinished[number] = (conn, time.monotonic() + PATIENCE_SECONDS)
            # Edge-triggered: woken by new bytes only, not by those that lie there. What came meanwhile counts as new.
            self._epoll.register(number, select.EPOLLIN | select.EPOLLRDHUP | select.EPOLLET)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """SIGTERM: streams end at once, so that the graceful stop does not wait for them."""
        super().handle_exit(sig, frame)
        threading.Thread(target=self.wsgi.extensions["hub"].close, daemon=True).start()

    def _ready(self, conn: TConn) -> bool:
        """Whether a thread can take it: the request is whole, or the client is gone."""
        try:
            seen = conn.sock.recv(MAX_WAITED_FOR, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return not seen or has_arrived(seen)

    def _watch(self) -> None:
        while True:
            for number, happened in self._epoll.poll(1.0):
                gone = happened & (select.EPOLLHUP | select.EPOLLERR | select.EPOLLRDHUP)
                with self._guard:
                    conn = self._unfinished.get(number, (None, 0.0))[0]
                if conn is not None and (gone or self._ready(conn)):
                    self._forget(number)
                    super().enqueue_req(conn)
            now = time.monotonic()
            with self._guard:
                late = [(number, conn) for number, (conn, end) in self._unfinished.items() if end < now]
            for number, conn in late:
                self._forget(number)
                self.method_queue.defer(self._drop, conn)

    def _forget(self, number: int) -> None:
        with self._guard:
            self._unfinished.pop(number, None)
            self._epoll.unregister(number)

    def _drop(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()
