"""gunicorn's threaded worker, made patient: a request gets a thread once it has arrived, and not before.

The stock worker reads a request in a thread of the pool, so a few hundred clients that send a byte now and then hold
every thread for ever. Here one thread watches the unfinished requests (edge-triggered epoll and MSG_PEEK, nothing is
consumed) and hands each connection to the pool when its head, and a form's body, are complete. Large uploads are read
by their thread, which comes from a small pool of their own: slow ones keep only each other waiting.
"""

import re
import select
import socket
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

MAX_WAITED_FOR = 60_000
"""Bytes of head and body that may be waited for; they must fit into the kernel's receive buffer."""
PATIENCE_SECONDS = 20.0
UPLOADS = 16
"""Large uploads that are read at the same time."""
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,12})[ \t]*\r\n", re.IGNORECASE)


def has_arrived(seen: bytes) -> bool:
    """Whether a request that begins with `seen` can be read without waiting (or is too large to be waited for)."""
    if len(seen) >= MAX_WAITED_FOR:
        return True
    wanted = _wanted(seen)
    return wanted is not None and (wanted > MAX_WAITED_FOR or len(seen) >= wanted)


def _wanted(seen: bytes) -> int | None:
    """The bytes of the whole request, once its head is there."""
    end = seen.find(b"\r\n\r\n")
    if end < 0:
        return None
    length = _LENGTH.search(seen, 0, end + 2)
    return end + 4 + (int(length[1]) if length else 0)


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """Holds unfinished requests outside of the thread pool."""

    def init_process(self) -> None:
        """Called by gunicorn after the fork."""
        self._unfinished: dict[int, tuple[TConn, float]] = {}
        self._guard = threading.Lock()
        self._epoll = select.epoll()
        self._uploads = ThreadPoolExecutor(UPLOADS, "upload")
        threading.Thread(target=self._watch, name="arrivals", daemon=True).start()
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        """Called by gunicorn with a new connection, or one that has something to read."""
        buffered = conn.parser is not None and conn.parser.unreader.buf.getvalue()
        if buffered or self._ready(conn):
            self._begin(conn)
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

    def _begin(self, conn: TConn) -> None:
        """Give it a thread."""
        if not self._is_upload(conn):
            super().enqueue_req(conn)
            return

        def finish(done: "Future[object]") -> None:
            self.method_queue.defer(self.finish_request, conn, done)

        self._uploads.submit(self.handle, conn).add_done_callback(finish)

    def _is_upload(self, conn: TConn) -> bool:
        try:
            seen = conn.sock.recv(MAX_WAITED_FOR, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except OSError:
            return False
        return len(seen) >= MAX_WAITED_FOR or (_wanted(seen) or 0) > MAX_WAITED_FOR

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
                    self._begin(conn)
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
