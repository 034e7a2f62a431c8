"""One open dashboard: its thread waits and writes now and then, and the tailer writes to it directly.

Waking a thousand threads for one message makes all of them, and whoever renders a page meanwhile, queue for the
interpreter's lock. So the tailer hands a message to the kernel itself, and only what does not fit there at once goes
to the stream's own thread, which may wait for a slow browser.
"""

import select
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

HEARTBEAT_SECONDS = 20
LIFETIME_SECONDS = 600
"""After this a stream ends and the browser comes back, so that somebody who lost access also loses the stream."""


@dataclass(frozen=True, slots=True)
class Message:
    """The present state of a workspace's dashboard."""

    sequence: int
    text: bytes

    def wire(self) -> bytes:
        """As a chunk of an HTTP/1.1 response (RFC 9112, 7.1)."""
        return b"%X\r\n%b\r\n" % (len(self.text), self.text)


_QUIET = Message(-1, b": still here\n\n")


class Subscriber:
    """One open dashboard; `connection` is its socket, or None where only the server may write to it."""

    def __init__(self, workspace_id: int, connection: socket.socket | None = None):
        self.workspace_id = workspace_id
        self.connection = connection
        self._inbox: SimpleQueue[Message | None] = SimpleQueue()
        self._seen = 0
        self._rest = b""
        """Of a chunk that did not fit into the kernel's buffer."""
        self._turn = threading.Lock()
        """Whoever writes has it: until the response's head is out, that is the server."""
        self._turn.acquire()

    def deliver(self, message: Message, wire: bytes) -> None:
        """Send a message, without ever waiting. `wire` is its chunk, made once for all who watch."""
        if self.connection is None or not self._turn.acquire(blocking=False):
            self._inbox.put(message)
            return
        with_thread = self._rest or not self._inbox.empty()
        if message.sequence > self._seen:  # else the response began with it
            if with_thread or not self._send(self.connection, wire):
                self._inbox.put(message)
            else:
                self._seen = message.sequence
        self._turn.release()

    def leave(self) -> None:
        """End the stream."""
        self._inbox.put(None)

    def messages(self, seen: int, first: Message | None, leave: Callable[[], None]) -> Iterator[bytes]:
        """The response's body: what happens, and now and then that nothing does. `leave` is called at its end."""
        end = time.monotonic() + LIFETIME_SECONDS
        try:
            self._seen = first.sequence if first else seen
            yield first.text if first else b": hello\n\n"
            self._turn.release()
            while time.monotonic() < end and (message := self._next()) is not None:
                with self._turn:
                    self._send_rest()
                    if message is _QUIET or message.sequence > self._seen:
                        self._seen = max(self._seen, message.sequence)
                        yield message.text
            self._turn.acquire()  # and keep it: the connection may go on with another response
            self._send_rest()
        finally:
            leave()

    def _next(self) -> Message | None:
        """The last of the messages that wait: each is the whole state, so the ones before it need not be sent."""
        try:
            message = self._inbox.get(timeout=HEARTBEAT_SECONDS)
        except Empty:
            return _QUIET
        while message is not None and not self._inbox.empty():
            message = self._inbox.get()  # we are the only reader, so this one is there
        return message

    def _send(self, connection: socket.socket, wire: bytes) -> bool:
        """Whether the kernel took it, or its beginning, whose rest the thread then sends."""
        try:
            sent = connection.send(wire, socket.MSG_DONTWAIT)
        except OSError:  # no room, or nobody there any more: the thread waits for the one and meets the other
            return False
        if sent < len(wire):
            self._rest = wire[sent:]
            self._inbox.put(_QUIET)
        return True

    def _send_rest(self) -> None:
        if self._rest and self.connection is not None:
            self.connection.sendall(self._rest)
            self._rest = b""


def direct_connection(environ: Mapping[str, Any]) -> socket.socket | None:
    """The request's socket, if its response goes out in chunks over plain TCP: then we can write chunks ourselves."""
    connection = environ.get("gunicorn.socket")
    plain = type(connection) is socket.socket and environ.get("SERVER_PROTOCOL") == "HTTP/1.1"
    return connection if plain else None


class Departures:
    """Notices that a browser went away although nothing was written to it."""

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._watched: dict[int, Subscriber] = {}

    def watch(self, subscriber: Subscriber) -> None:
        """From now on."""
        if subscriber.connection is not None:
            self._watched[subscriber.connection.fileno()] = subscriber
            self._epoll.register(subscriber.connection, select.EPOLLRDHUP)

    def forget(self, subscriber: Subscriber) -> None:
        """Before its connection is closed."""
        if subscriber.connection is not None:
            del self._watched[subscriber.connection.fileno()]
            self._epoll.unregister(subscriber.connection)

    def gone(self) -> list[Subscriber]:
        """Who went away."""
        return [self._watched[number] for number, _ in self._epoll.poll(0) if number in self._watched]
