"""Clients that send a byte now and then, of a request's head or of a form's body. Run by bench.slow_clients."""

import random
import socket
from urllib.parse import urlsplit

from bench.beside import answer, is_spoken_to, listen

BYTE_EVERY_SECONDS = 0.5
TENTH = 10


class Dawdler:
    """A client that takes its time; one that was thrown out comes back."""

    def __init__(self, address: tuple[str, int], at_once: bytes, slowly: bytes):
        self._address, self._at_once, self._slowly = address, at_once, slowly
        self.answered = 0
        self._come()

    def _come(self) -> None:
        self._sent = 0
        self.connection = socket.create_connection(self._address, timeout=30)
        self.connection.sendall(self._at_once)
        self.connection.settimeout(0)

    def is_open(self) -> bool:
        """Whether the server still listens and has not answered."""
        try:
            self.answered += bool(self.connection.recv(4096))
        except BlockingIOError:
            return True
        except OSError:
            pass
        return False

    def send_a_byte(self) -> None:
        """The next one; whoever was answered or thrown out begins again."""
        if self._sent >= len(self._slowly) or not self.is_open():
            self.connection.close()
            self._come()
        try:
            self._sent += self.connection.send(self._slowly[self._sent : self._sent + 1])
        except OSError:
            return


def texts(number: int, host: str, form: str) -> tuple[bytes, bytes]:
    """What a client says at once, and what it then says byte by byte."""
    if number % 2:
        head = f"GET /login HTTP/1.1\r\nHost: {host}\r\nCookie: ".encode()
        return head[:1], head[1:] + b"a" * 4000
    head = (
        f"POST {form} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        "Content-Length: 5000\r\n\r\n"
    ).encode()
    return head, b"text=" + b"a" * 4995


def dawdle(address: str, form: str, count: int) -> None:
    """Until the measurement has heard how many are still open."""
    parts = urlsplit(address)
    where = (parts.hostname or "", parts.port or 80)
    clients = [Dawdler(where, *texts(number, parts.netloc, form)) for number in range(count)]
    answer("all have begun")
    while not is_spoken_to(BYTE_EVERY_SECONDS / TENTH):
        for client in random.sample(clients, len(clients) // TENTH):
            client.send_a_byte()
    answer({"open": sum(client.is_open() for client in clients), "answered": sum(one.answered for one in clients)})


if __name__ == "__main__":
    dawdle(**listen())
