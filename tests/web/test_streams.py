"""One stream: what the tailer sends itself, what the stream's thread sends, and in which order a browser gets it."""

import socket
import threading
from collections.abc import Iterator

import pytest

from milebill.web import streams
from milebill.web.streams import Departures, Message, Subscriber, direct_connection

HELLO = b": hello\n\n"


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.settimeout(60)
        yield ours, theirs


def message(sequence: int, text: bytes = b"data: x\n\n") -> Message:
    return Message(sequence, b"id: %d\n%b" % (sequence, text))


def deliver(subscriber: Subscriber, *messages: Message) -> None:
    for one in messages:
        subscriber.deliver(one, one.wire())


def nothing() -> None:
    pass


def test_a_message_is_a_chunk() -> None:
    assert Message(1, b"0123456789").wire() == b"A\r\n0123456789\r\n"


def test_until_the_head_is_out_the_server_writes(ends: tuple[socket.socket, socket.socket]) -> None:
    subscriber = Subscriber(1, ends[0])
    body = subscriber.messages(4, None, nothing)
    deliver(subscriber, message(5))
    assert next(body) == HELLO
    assert next(body) == message(5).text
    deliver(subscriber, message(6))
    assert next(body) == message(6).text
    subscriber.leave()
    assert list(body) == []


def test_what_the_tailer_wrote_is_not_written_again(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    subscriber = Subscriber(1, ours)
    body = subscriber.messages(4, message(5), nothing)
    assert next(body) == message(5).text
    subscriber._turn.release()  # as the server does when it asks for the next one
    deliver(subscriber, message(6))
    assert theirs.recv(100) == message(6).wire()
    subscriber._inbox.put(message(5))
    subscriber._turn.acquire()
    subscriber.leave()
    assert list(body) == []


def test_the_thread_finishes_what_the_kernel_had_no_room_for(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    subscriber = Subscriber(1, ours)
    subscriber._turn.release()
    large = message(5, b"data: " + b"x" * 4_000_000 + b"\n\n")
    deliver(subscriber, large, message(6), message(7))
    subscriber._turn.acquire()
    received = bytearray()

    def read() -> None:
        while len(received) < len(large.wire()):
            received.extend(theirs.recv(1 << 20))

    reader = threading.Thread(target=read)
    reader.start()
    body = subscriber.messages(4, None, nothing)
    assert next(body) == HELLO
    assert next(body) == message(7).text
    reader.join(60)
    assert bytes(received) == large.wire()


def test_a_stream_without_a_connection_is_the_servers_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.01)
    left: list[bool] = []
    subscriber = Subscriber(1)
    body = subscriber.messages(4, None, lambda: left.append(True))
    assert next(body) == HELLO
    deliver(subscriber, message(5), message(6))
    assert next(body) == message(6).text
    assert next(body) == streams._QUIET.text
    monkeypatch.setattr(streams, "LIFETIME_SECONDS", 0)
    subscriber.leave()
    assert list(body) == []
    assert left == [True]


def test_a_browser_that_went_away_is_noticed(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    departures, subscriber, unknown = Departures(), Subscriber(1, ours), Subscriber(1)
    departures.watch(subscriber)
    departures.watch(unknown)
    assert departures.gone() == []
    theirs.close()
    assert departures.gone() == [subscriber]
    departures.forget(subscriber)
    departures.forget(unknown)
    assert departures.gone() == []


def test_nobody_there_any_more_is_the_threads_to_meet(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    theirs.close()
    subscriber = Subscriber(1, ours)
    subscriber._turn.release()
    deliver(subscriber, message(5))
    assert subscriber._next() == message(5)


def test_only_chunks_over_plain_tcp_are_written_directly(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, _ = ends
    assert direct_connection({"gunicorn.socket": ours, "SERVER_PROTOCOL": "HTTP/1.1"}) is ours
    assert direct_connection({"gunicorn.socket": ours, "SERVER_PROTOCOL": "HTTP/1.0"}) is None
    assert direct_connection({"SERVER_PROTOCOL": "HTTP/1.1"}) is None
