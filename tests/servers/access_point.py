"""An access point in the test process: phoss AP's interface on a real socket, and it misbehaves when it is told to."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import trustme

KEY = "the access point's own secret"


@dataclass(frozen=True)
class Submitted:
    """A document as it was handed over."""

    key: str
    envelope: tuple[str, ...]
    """Sender, receiver, document type, process, country."""
    body: bytes
    headers: dict[str, str]


@dataclass
class _Script:
    method: str
    status: int = 0
    body: Any = ""
    headers: dict[str, str] = field(default_factory=dict)
    drop: Literal["", "before", "after"] = ""
    """Before or after the document was taken."""
    hang: bool = False
    meanwhile: Callable[[], None] | None = None


class FakeAccessPoint:
    """Takes every document until a script says otherwise; scripts are used up in order, one for each request."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.submitted: list[Submitted] = []
        """What went out to the network, each time that it did."""
        self.states: dict[str, dict[str, Any]] = {}
        """What is told of a key; as many as there are."""
        self.asked: list[str] = []
        self.requests = 0
        self._scripts: list[_Script] = []
        self._stopping = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._scheme = "https" if tls else "http"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """What MILEBILL_PEPPOL_URL would say."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, status: int, body: Any = "", method: str = "POST", **headers: str) -> None:
        """Answer the next request like this, and take nothing."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._scripts.append(_Script(method, status, body, named))

    def drop(self, when: Literal["before", "after"], method: str = "POST") -> None:
        """Cut the connection. After it was taken the sender can't know."""
        self._scripts.append(_Script(method, drop=when))

    def hang(self, method: str = "POST") -> None:
        """Take it and say nothing any more."""
        self._scripts.append(_Script(method, hang=True))

    def meanwhile(self, act: Callable[[], None]) -> None:
        """Do something while the next document is being taken."""
        self._scripts.append(_Script("POST", meanwhile=act))

    def start(self) -> None:
        """Listen."""
        self._thread.start()

    def stop(self) -> None:
        """Let go of who hangs and stop listening."""
        self._stopping.set()
        self._server.shutdown()
        self._thread.join(60)
        self._server.server_close()

    def _script(self, method: str) -> _Script | None:
        if self._scripts and self._scripts[0].method == method:
            return self._scripts.pop(0)
        return None

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        point = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                point._post(self, body)

            def do_GET(self) -> None:
                point._get(self)

            def log_message(self, *_args: object) -> None:
                pass

        return Handler

    def _post(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        self.requests += 1
        script = self._script("POST")
        if script is not None and script.status:
            self._reply(handler, script.status, script.body, script.headers)
            return
        if script is not None and script.drop == "before":
            handler.close_connection = True
            return
        address = urlsplit(handler.path)
        key = parse_qs(address.query)["sbdhInstanceID"][0]
        envelope = tuple(unquote(part) for part in address.path.removeprefix("/api/outbound/submit/").split("/"))
        self.submitted.append(Submitted(key, envelope, body, dict(handler.headers.items())))
        self.states[key] = {"sbdhInstanceID": key, "status": "sent"}
        if script is not None and script.meanwhile is not None:
            script.meanwhile()
        if script is not None and script.hang:
            self._stopping.wait(60)
        if script is not None and (script.drop or script.hang):
            handler.close_connection = True
            return
        self._reply(handler, 200, {"overallSuccess": True})

    def _get(self, handler: BaseHTTPRequestHandler) -> None:
        self.requests += 1
        key = unquote(urlsplit(handler.path).path.removeprefix("/api/outbound/status/"))
        self.asked.append(key)
        script = self._script("GET")
        if script is not None:
            self._reply(handler, script.status, script.body, script.headers)
        elif key in self.states:
            self._reply(handler, 200, self.states[key])
        else:
            self._reply(handler, 404, None)

    def _reply(self, handler: BaseHTTPRequestHandler, status: int, body: Any, headers: Any = None) -> None:
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        handler.send_response(status)
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)


@pytest.fixture
def point() -> Iterator[FakeAccessPoint]:
    """An access point without TLS, on loopback."""
    server = FakeAccessPoint()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def tls_point(tmp_path: Path) -> Iterator[tuple[FakeAccessPoint, Path]]:
    """One whose certificate comes from an authority that nobody trusts yet, and that authority's file."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server = FakeAccessPoint(context)
    server.start()
    yield server, tmp_path / "authority.pem"
    server.stop()
