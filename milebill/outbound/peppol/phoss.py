"""phoss AP, the free access point by Philip Helger, through its documented HTTP interface.

https://github.com/phax/phoss-ap/wiki/API-Specification: POST /api/outbound/submit/… hands a document over and names it
by its SBDH instance identifier, GET /api/outbound/status/… tells what became of it; X-Token is the key.
"""

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlsplit

from milebill.outbound.peppol.access_point import Answer, Outgoing, Refused, Sent, Unknown

SECONDS = 60
"""To connect, and for each piece of an answer: it sends to the other access point before it answers."""
MAX_ANSWER = 256 * 1024
MAX_REASON = 300
MAX_WAIT = timedelta(hours=1)

_FINAL = {"rejected", "permanently_failed"}
_UNDER_WAY = {"pending", "sending", "failed"}
"""It tries again by itself."""


@dataclass(frozen=True)
class _Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def reason(self) -> str:
        """What it says, on one line: the interface gives a string, or an object that has one."""
        try:
            said: Any = json.loads(self.body)
        except ValueError:
            said = self.body.decode("utf-8", "replace")
        if isinstance(said, dict):
            said = next((said[name] for name in ("errorDetails", "message", "error", "status") if said.get(name)), "")
        line = " ".join("".join(sign if sign.isprintable() else " " for sign in str(said or "")).split())
        return line[:MAX_REASON] or f"HTTP {self.status}"


class Phoss:
    """One installation of phoss AP at `url` (without /api), which knows us by `key`."""

    sends = True

    def __init__(self, url: str, key: str, seconds: float = SECONDS):
        self._parts = urlsplit(url)
        self._key, self._seconds = key, seconds

    def send(self, document: Outgoing) -> Answer:
        """Hand it over, named by its key; what is not clear from the answer is asked for at once."""
        parts = (document.sender, document.receiver, document.document_type, document.process, document.country)
        path = "/".join(quote(part, safe="") for part in parts)
        reply = self._request(
            "POST",
            f"/api/outbound/submit/{path}?sbdhInstanceID={quote(document.key, safe='')}",
            document.xml,
        )
        if isinstance(reply, Unknown):
            return reply
        if reply.status == 200:
            return Sent()
        if reply.status in {400, 413}:
            return Refused(reply.reason())
        if reply.status == 422:  # refused for good, or it failed once and is tried again by the access point
            answer = self.ask(document.key) or Refused(reply.reason())
            # It was an attempt, whatever keeps us from asking: the next one must not send before it asks.
            return replace(answer, counts=True) if isinstance(answer, Unknown) else answer
        return _nobody_knows(reply)

    def ask(self, key: str) -> Answer | None:
        """What became of a document."""
        reply = self._request("GET", f"/api/outbound/status/{quote(key, safe='')}")
        if isinstance(reply, Unknown):
            return reply
        if reply.status == 404:
            return None
        return _by_status(reply) if reply.status == 200 else _nobody_knows(reply)

    def _request(self, method: str, path: str, body: bytes | None = None) -> _Reply | Unknown:
        connection = self._connection()
        headers = {"X-Token": self._key, "Accept": "application/json", "User-Agent": "milebill"}
        if body is not None:
            headers["Content-Type"] = "application/xml"
        try:
            connection.request(method, self._parts.path.rstrip("/") + path, body=body, headers=headers)
            response = connection.getresponse()
            return _Reply(response.status, dict(response.headers.items()), response.read(MAX_ANSWER))
        except ssl.SSLCertVerificationError as error:
            return Unknown(f"the access point’s certificate: {error.verify_message}", counts=False)
        except (OSError, HTTPException, ValueError) as error:
            return Unknown(f"{type(error).__name__}: {error}"[:MAX_REASON])
        finally:
            connection.close()

    def _connection(self) -> HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "https":
            return HTTPSConnection(host, port, timeout=self._seconds, context=ssl.create_default_context())
        return HTTPConnection(host, port, timeout=self._seconds)


def _by_status(reply: _Reply) -> Answer:
    try:
        status = str(json.loads(reply.body)["status"])
    except (ValueError, KeyError, TypeError):
        return Unknown("the access point gave an answer that is none")
    if status == "sent":
        return Sent()
    if status in _FINAL:
        return Refused(reply.reason())
    known = status in _UNDER_WAY
    return Unknown("the access point has it, and goes on trying" if known else f"the access point says {status[:40]!r}")


def _nobody_knows(reply: _Reply) -> Unknown:
    if reply.status == 429:
        return Unknown("the access point asks to wait", _wait(reply.headers), counts=False)
    if reply.status in {401, 403}:
        return Unknown("the access point does not take MILEBILL_PEPPOL_KEY", counts=False)
    if reply.status == 404 or 300 <= reply.status < 400:
        return Unknown("there is no access point that sends at MILEBILL_PEPPOL_URL", counts=False)
    return Unknown(f"HTTP {reply.status}: {reply.reason()}"[:MAX_REASON], _wait(reply.headers))


def _wait(headers: Mapping[str, str]) -> timedelta | None:
    """Retry-After in seconds (RFC 9110, 10.2.3); a date is as good as nothing said."""
    text = next((value for name, value in headers.items() if name.lower() == "retry-after"), "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 8):
        return None
    return min(timedelta(seconds=int(text)), MAX_WAIT)
