"""Mail on the wire: a message becomes bytes once, and the same bytes are offered to the server until it takes them.

Flask-Mail builds and sends; around it stands what it leaves open: line breaks in file names, no timeout, no check of
certificates, a Message-ID that is not ours, bodies with lines longer than SMTP allows.
"""

import re
import smtplib
import ssl
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import policy
from email.charset import QP, Charset
from email.mime.base import MIMEBase
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.utils import format_datetime
from types import TracebackType
from typing import Literal, cast
from urllib.parse import unquote, urlsplit

import flask_mail

from milebill.errors import MilebillError

_MESSAGE_ID = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+>", re.ASCII)
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[^\s@<>()\[\],;:\\\"]+")
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+", re.ASCII)
_MOST_HEADER_TEXT = 300
_MOST_FILE_NAME = 120

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_SCHEMES = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_MESSAGE_TOO_BIG = 552

_BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240, 480, 720, 720, 720, 720, 720))


class BadMail(MilebillError):
    """An address, a Message-ID or a media type that no mail can carry. Text from people never causes it."""


class BadServer(MilebillError, ValueError):
    """The address of the mail server can't be used as it is written."""


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """One mail to one person. `sender_address` is the installation's own; answers go to `reply_to`."""

    message_id: str
    sender_name: str
    sender_address: str
    reply_to: str | None
    recipient: str
    recipient_name: str
    subject: str
    text: str
    html: str | None = None
    attachments: tuple[tuple[str, str, bytes], ...] = ()
    """File name, media type, content."""
    pictures: tuple[tuple[str, bytes], ...] = ()
    """PNGs that the HTML shows: Content-ID, without its brackets, and content."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt.

    sent: the server took it. try_again: it may be taken later (and may have been taken now, when the connection broke
    after the last byte; the Message-ID stays the same). refused: this server will never take it.
    """

    kind: Literal["sent", "try_again", "refused"]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed over."""

    host: str
    port: int
    security: Literal["none", "starttls", "tls"]
    user: str | None
    password: str | None

    @classmethod
    def parse(cls, url: str) -> "SmtpServer":
        """The server of smtp://, smtp+starttls:// or smtps:// [user:password@]host[:port]. Raises BadServer.

        User and password are percent-encoded. A password is never sent in the clear, except to this machine.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise BadServer(f"the mail server's address can't be read: {error}") from error
        if parts.scheme not in _SCHEMES or not parts.hostname:
            raise BadServer("the mail server is written as smtp://, smtp+starttls:// or smtps:// and its name")
        if parts.password and parts.scheme == "smtp" and parts.hostname not in _LOOPBACK:
            raise BadServer("a password needs smtp+starttls:// or smtps://")
        security: Literal["none", "starttls", "tls"] = "none"
        if parts.scheme != "smtp":
            security = "tls" if parts.scheme == "smtps" else "starttls"
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        return cls(parts.hostname, port or _SCHEMES[parts.scheme], security, user, password)


def compose(mail: OutgoingMail, at: datetime) -> bytes:
    """The mail as RFC 5322 bytes, dated `at` (aware): made once, stored, and sent again as they are.

    Line breaks and control characters in names, subject and file names become spaces. Raises BadMail for an address,
    Message-ID or media type that can't be. Needs an application context with Flask-Mail.
    """
    if not _MESSAGE_ID.fullmatch(mail.message_id) or len(mail.message_id) > 200:
        raise BadMail(f"no Message-ID: {mail.message_id!r}")
    sender = (_one_line(mail.sender_name, _MOST_HEADER_TEXT), _address(mail.sender_address))
    message = _Letter(
        subject=_one_line(mail.subject, _MOST_HEADER_TEXT),
        sender=sender,
        recipients=[(_one_line(mail.recipient_name, _MOST_HEADER_TEXT), _address(mail.recipient))],
        body=mail.text,
        html=mail.html,
        reply_to=("", _address(mail.reply_to)) if mail.reply_to else None,
        attachments=[_attachment(*attachment) for attachment in mail.attachments],
        # The character set is also Python's choice of encoding: quoted-printable keeps every line short and ASCII.
        charset=cast("str", _quoted_printable()),
        # RFC 3834; the second header keeps Outlook's out-of-office replies away.
        extra_headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    )
    message.sender = sender  # again, because the constructor glues the two together and loses commas and quotes
    message.msgId = mail.message_id
    message.moment = at.astimezone(UTC)
    message.pictures = mail.pictures
    return message.as_bytes()


def deliver(raw: bytes, *, envelope_from: str, recipient: str, smtp_url: str, timeout: float = 30) -> Outcome:
    """Offer `raw` to the server, waiting at most `timeout` seconds for each of its answers.

    Certificates are checked. Never raises for what a server or the network does: that is the outcome. Raises BadServer
    and BadMail. Needs an application context.
    """
    server = SmtpServer.parse(smtp_url)
    stored = _Stored(raw, _address(envelope_from), _address(recipient))
    try:
        with _Connection(server, timeout, envelope_from.rpartition("@")[2]) as connection:
            connection.send(stored)
    except smtplib.SMTPRecipientsRefused as error:
        return _by_code(*next(iter(error.recipients.values())))
    except smtplib.SMTPSenderRefused as error:
        # Our own address or login: an operator can cure it. Only the size is the mail's fault.
        outcome = _by_code(error.smtp_code, error.smtp_error)
        return outcome if error.smtp_code == _MESSAGE_TOO_BIG else Outcome("try_again", outcome.reason)
    except smtplib.SMTPDataError as error:
        return _by_code(error.smtp_code, error.smtp_error)
    except smtplib.SMTPResponseException as error:  # greeting, login: nothing was said about this mail yet
        return Outcome("try_again", _by_code(error.smtp_code, error.smtp_error).reason)
    except (smtplib.SMTPException, OSError) as error:
        return Outcome("try_again", f"{type(error).__name__}: {error}"[:500])
    return Outcome("sent")


def next_attempt(attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts; None after about three days: the mail is dead."""
    return _BACK_OFF[attempts - 1] if attempts <= len(_BACK_OFF) else None


class _Letter(flask_mail.Message):
    """A message whose date is ours, and whose headers nobody folds a second time."""

    moment: datetime
    pictures: tuple[tuple[str, bytes], ...] = ()

    def _message(self) -> MIMEBase:
        message = super()._message()
        if self.pictures and self.html:
            _illustrate(message, self.pictures)
        message.replace_header("Date", format_datetime(self.moment))
        message.policy = policy.SMTP.clone(refold_source="none")
        return message


class _Stored(flask_mail.Message):
    """Bytes that were composed before, for Flask-Mail to send."""

    def __init__(self, raw: bytes, sender: str, recipient: str) -> None:
        super().__init__(sender=sender, recipients=[recipient])
        self._raw = raw

    def as_bytes(self) -> bytes:
        return self._raw


class _Connection(flask_mail.Connection):
    """Flask-Mail's connection with a timeout and checked certificates, which ends without drowning the outcome."""

    def __init__(self, server: SmtpServer, timeout: float, own_name: str) -> None:
        super().__init__(flask_mail.Mail())
        self._server = server
        self._timeout = timeout
        self._own_name = own_name

    def __enter__(self) -> "_Connection":
        # Not Flask-Mail's own: it sends nothing when the application is under test.
        self.host = self.configure_host()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        host = cast("smtplib.SMTP", self.host)
        try:
            if error is None:
                host.quit()
        except (smtplib.SMTPException, OSError):
            pass  # the mail has been taken; how the server says good-bye changes nothing
        finally:
            host.close()

    def configure_host(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        server, context = self._server, ssl.create_default_context()
        host: smtplib.SMTP | smtplib.SMTP_SSL
        if server.security == "tls":
            host = smtplib.SMTP_SSL(
                server.host, server.port, local_hostname=self._own_name, timeout=self._timeout, context=context
            )
        else:
            host = smtplib.SMTP(server.host, server.port, local_hostname=self._own_name, timeout=self._timeout)
        try:
            if server.security == "starttls":
                host.starttls(context=context)
            if server.user and server.password:
                host.login(server.user, server.password)
        except BaseException:
            host.close()
            raise
        return host


def _illustrate(message: MIMEBase, pictures: tuple[tuple[str, bytes], ...]) -> None:
    """Put pictures beside the HTML that shows them (RFC 2387), so that no program lists them as attachments."""
    for part in message.walk():
        if part.get_content_type() == "multipart/alternative":
            alternatives = cast("list[MIMEBase]", part.get_payload())
            related = MIMEMultipart("related", type="text/html")
            related.attach(alternatives[-1])
            for content_id, png in pictures:
                picture = MIMEImage(png, "png")
                picture.add_header("Content-ID", f"<{content_id}>")
                picture.add_header("Content-Disposition", "inline", filename="logo.png")
                related.attach(picture)
            alternatives[-1] = related


def _by_code(code: int, said: bytes | str) -> Outcome:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return Outcome("refused" if code >= 500 else "try_again", f"{code} {_one_line(text, 500)}")


def _attachment(name: str, media_type: str, content: bytes) -> flask_mail.Attachment:
    if not _MEDIA_TYPE.fullmatch(media_type):
        raise BadMail(f"no media type: {media_type!r}")
    safe = _one_line(name, _MOST_FILE_NAME).replace("/", "-").replace("\\", "-") or "file"
    return flask_mail.Attachment(safe, media_type, content)


def _address(address: str) -> str:
    """The address with its domain as DNS writes it. Servers that take other local parts than ASCII are too rare."""
    if not _ADDRESS.fullmatch(address) or len(address) > 254:
        raise BadMail(f"no address: {address!r}")
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError as error:
        raise BadMail(f"no domain: {domain!r}") from error


def _one_line(text: str, most: int) -> str:
    visible = "".join(" " if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} else char for char in text)
    return " ".join(visible.split())[:most]


def _quoted_printable() -> Charset:
    charset = Charset("utf-8")
    charset.body_encoding = QP
    return charset
