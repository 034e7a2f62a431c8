"""Every mail, readable in the browser, while none is really sent: development only, and only on loopback."""

from base64 import b64encode
from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage, Message, MIMEPart
from io import BytesIO

from flask import Blueprint, Response, abort, request, send_file

from milebill.db import reading
from milebill.queries.outbox import mail_with_bytes, outbox
from milebill.queries.rows import AnyRow
from milebill.web.responses import page, private

outbox_pages = Blueprint("outbox", __name__)

MAX_ID = 2**63 - 1
_SHOWN_HEADERS = ("From", "To", "Reply-To", "Date", "Message-ID")
_WAIT_SECONDS = "2"

# A mail program runs no scripts, submits no forms and reads nothing of ours; its links lead out.
_SANDBOX = (
    "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; "
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


@outbox_pages.get("/outbox")
def mails() -> Response:
    """All mails, newest first."""
    with reading() as connection:
        found = outbox(connection, _key("before"), _key("after"))
    response = private(page("outbox/mails.html", page=found))
    if any(row.state in {"queued", "sending"} for row in found.rows):
        response.headers["Refresh"] = _WAIT_SECONDS  # the worker is about to write them, or just writes them
    return response


@outbox_pages.get(f"/outbox/<int(max={MAX_ID}):mail_id>")
def mail(mail_id: int) -> Response:
    """One mail as text, with its headers and attachments."""
    row = _row(mail_id)
    if row.raw is None:
        response = private(page("outbox/unwritten.html", mail=row))
        response.headers["Refresh"] = _WAIT_SECONDS
        return response
    message = _parsed(row.raw)
    headers = [(name, str(message[name])) for name in _SHOWN_HEADERS if message[name]]
    files = [(part.get_filename() or "", len(_content(part))) for part in _attachments(message)]
    return private(page("outbox/mail.html", mail=row, headers=headers, text=_body(message, "plain"), files=files))


@outbox_pages.get(f"/outbox/<int(max={MAX_ID}):mail_id>/html")
def html(mail_id: int) -> Response:
    """The HTML part alone, as a mail program shows it."""
    message = _message(mail_id)
    response = Response(_illustrated(message, _body(message, "html")), mimetype="text/html")
    response.headers["Content-Security-Policy"] = _SANDBOX
    # A sandboxed page has no origin of its own to keep apart; browsers refuse to show it otherwise.
    response.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
    return private(response)


@outbox_pages.get(f"/outbox/<int(max={MAX_ID}):mail_id>/raw")
def raw(mail_id: int) -> Response:
    """The bytes as they would go to the server."""
    content = _row(mail_id).raw or abort(404)
    return _saved(content, f"mail-{mail_id}.eml", "message/rfc822")


@outbox_pages.get(f"/outbox/<int(max={MAX_ID}):mail_id>/attachments/<int(max=99):position>")
def attachment(mail_id: int, position: int) -> Response:
    """An attachment, counted from 1."""
    parts = _attachments(_message(mail_id))
    if not 1 <= position <= len(parts):
        abort(404)
    part = parts[position - 1]
    return _saved(_content(part), part.get_filename() or "attachment", part.get_content_type())


def _saved(content: bytes, name: str, media_type: str) -> Response:
    return private(send_file(BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name))


def _row(mail_id: int) -> AnyRow:
    with reading() as connection:
        row = mail_with_bytes(connection, mail_id)
    return row if row is not None else abort(404)


def _message(mail_id: int) -> EmailMessage:
    return _parsed(_row(mail_id).raw or abort(404))


def _parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else abort(404)


def _illustrated(message: EmailMessage, html: str) -> str:
    """The HTML with the pictures that the mail brings along."""
    for part in message.walk():
        if part.get_content_maintype() == "image" and part["Content-ID"]:
            address = f"data:{part.get_content_type()};base64,{b64encode(_content(part)).decode()}"
            html = html.replace(f"cid:{str(part['Content-ID']).strip('<>')}", address)
    return html


def _attachments(message: EmailMessage) -> Sequence[MIMEPart]:
    return list(message.iter_attachments())


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _key(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
