"""A real SMTP server in the test process: it keeps what it is given, and misbehaves when it is told to."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Literal

import pytest
import trustme
from aiosmtpd.smtp import SMTP, Envelope, Session

Stage = Literal["MAIL", "RCPT", "DATA"]


@dataclass(frozen=True)
class Delivery:
    """One mail as it arrived."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The mail, parsed."""
        return message_from_bytes(self.raw, policy=policy.default)


@dataclass(frozen=True)
class _Script:
    stage: Stage
    answer: str | None = None
    """A full reply such as "451 4.3.0 Try again later"."""
    drop: bool = False
    hang: bool = False


class MailServer:
    """Listens on loopback. Without a script it takes every mail; scripts are used up in order, one for each mail."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.deliveries: list[Delivery] = []
        self.host, self.port = "127.0.0.1", 0
        self.tls = tls
        self._scripts: list[_Script] = []
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._thread = threading.Thread(target=self._serve, name="smtp", daemon=True)
        self._ready = threading.Event()

    @property
    def url(self) -> str:
        """What MILEBILL_SMTP_URL would say, without TLS."""
        return f"smtp://{self.host}:{self.port}"

    @property
    def messages(self) -> list[EmailMessage]:
        """What arrived, parsed, oldest first."""
        return [delivery.message for delivery in self.deliveries]

    def answer(self, reply: str, stage: Stage = "RCPT", times: int = 1) -> None:
        """Answer the next mails with this reply at this stage: "451 …" for later, "550 …" for never."""
        self._scripts += [_Script(stage, answer=reply)] * times

    def drop(self, stage: Stage = "DATA", times: int = 1) -> None:
        """Cut the connection. After DATA the mail *was* taken, and the sender can't know."""
        self._scripts += [_Script(stage, drop=True)] * times

    def hang(self, stage: Stage = "RCPT", times: int = 1) -> None:
        """Say nothing any more, so that only a timeout helps the sender."""
        self._scripts += [_Script(stage, hang=True)] * times

    def start(self) -> None:
        """Listen on a free port; `port` says which."""
        self._thread.start()
        if not self._ready.wait(60):
            raise RuntimeError("the SMTP server did not start")

    def stop(self) -> None:
        """Let go of hanging senders and stop listening."""
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(60)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return await self._act("MAIL", server) or "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = await self._act("RCPT", server) or "250 OK"
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        script = self._scripts[0] if self._scripts else None
        if script is None or script.answer is None:
            content = envelope.original_content or b""
            self.deliveries.append(Delivery(envelope.mail_from or "", tuple(envelope.rcpt_tos), content))
        return await self._act("DATA", server) or "250 OK"

    async def _act(self, stage: Stage, server: SMTP) -> str | None:
        if not self._scripts or self._scripts[0].stage != stage:
            return None
        script = self._scripts.pop(0)
        if script.hang:
            await self._stopping.wait()
        if (script.hang or script.drop) and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return script.answer

    def _serve(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._listen())

    async def _listen(self) -> None:
        server = await asyncio.get_running_loop().create_server(self._session, self.host, 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        async with server:
            await self._stopping.wait()
            await asyncio.sleep(0)  # the sessions that hung get to their abort

    def _session(self) -> SMTP:
        return SMTP(
            self, hostname="mail.test", enable_SMTPUTF8=True, tls_context=self.tls, require_starttls=bool(self.tls)
        )


@dataclass(frozen=True)
class TlsMailServer:
    """A mail server that insists on STARTTLS, and the authority that vouches for its certificate."""

    server: MailServer
    authority: Path
    """A PEM file; a sender that has it in SSL_CERT_FILE trusts the server."""


@pytest.fixture
def smtp() -> Iterator[MailServer]:
    """A mail server without TLS."""
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def smtp_tls(tmp_path: Path) -> Iterator[TlsMailServer]:
    """A mail server whose certificate (for 127.0.0.1) comes from an authority that nobody trusts yet."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server = MailServer(context)
    server.start()
    yield TlsMailServer(server, tmp_path / "authority.pem")
    server.stop()
