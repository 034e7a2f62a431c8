"""Every mail in words: for each kind one function that reads what happened, and three templates that say it."""

import logging
import re
import textwrap
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

import css_inline
from flask import Flask
from flask_babel import gettext as _
from sqlalchemy import Connection, bindparam, func, select

from milebill.brand import brand_ink, relative_luminance
from milebill.config import Settings
from milebill.db import reading
from milebill.files import FileStore
from milebill.models import DraftLink, LoginLink, Mail, MailKind, Membership, User, Workspace
from milebill.models.login import LIFETIME
from milebill.models.mail import LOGIN_MAILS
from milebill.outbound.addresses import SupplierAddresses, client_addresses, confirm_address, login_address
from milebill.outbound.client_mails import CLIENT_MAILS, ClientMail
from milebill.outbound.delivery import OutgoingMail
from milebill.outbound.letter import Envelope, Letter, Values, envelope_of
from milebill.outbound.logo_pictures import MailLogo, mail_logo
from milebill.outbound.supplier_mails import SUPPLIER_MAILS, SupplierMail
from milebill.reader import FALLBACK_LOCALE, writing_for
from milebill.templating import render

log = logging.getLogger("milebill.mail")

Attachments = tuple[tuple[str, str, bytes], ...]

OWN_NAME, OWN_COLOUR = "milebill", "#0b6a4b"
_GREY, _NEARLY_WHITE, _NEARLY_BLACK = "#85898d", 0.8, 0.03
TEXT_WIDTH = 72

_HEAD = select(Mail.kind, Mail.recipient, Mail.cause, Mail.message_id).where(Mail.id == bindparam("mail_id"))
_LOGIN = (
    select(LoginLink.code, func.coalesce(Workspace.locale, DraftLink.locale).label("locale"))
    .outerjoin(DraftLink, DraftLink.id == LoginLink.draft_link_id)
    .outerjoin(User, User.email == LoginLink.email)
    .outerjoin(Membership, Membership.user_id == User.id)
    .outerjoin(Workspace, Workspace.id == Membership.workspace_id)
    .where(LoginLink.id == bindparam("id"))
    .order_by(Membership.id)
    .limit(1)
)

# Embeddings, overrides and isolates can turn the rest of a sentence round, amounts included. Arabic and Hebrew are
# written without them.
_TURNS_TEXT = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SIGNATURE = "-- "
_LOOSE_LIST = re.compile(r"^(- .*(?:\n  .*)*)\n\n(?=- )", re.MULTILINE)
_PARAGRAPHS = frozenset({"introduction", "message", "note", "reason", "text"})
"""Values that people write with line breaks."""

# The styles stay in the head as well, for what can't be inlined: dark mode, small screens.
_inliner = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


@dataclass(frozen=True, slots=True)
class Words:
    """A mail's three texts."""

    subject: str
    text: str
    html: str


def write_mail(app: Flask, mail_id: int, attachments: Attachments = ()) -> OutgoingMail:
    """The queued mail as it will be sent, in its reader's language, with `attachments` that are ready.

    Raises what a template or a select raises when the rows that it tells of are not there.
    """
    settings: Settings = app.extensions["settings"]
    with reading() as connection:
        head = connection.execute(_HEAD, {"mail_id": mail_id}).one()
        if head.kind in LOGIN_MAILS:
            code, locale = connection.execute(_LOGIN, {"id": head.cause["login_link_id"]}).one()
            return _login(app, settings, head, code, locale or FALLBACK_LOCALE)
        envelope = envelope_of(connection, mail_id)
        letter, values = _letter(connection, settings, envelope)
    # A supplier's mail speaks of the client's doings, so it comes in the name of whoever did them.
    is_for_client = envelope.kind in CLIENT_MAILS
    name = envelope.sender_name if is_for_client else letter.person
    locale = (is_for_client and envelope.client_locale) or envelope.locale
    logo = _logo(app, envelope) if is_for_client else None
    with writing_for(app, settings.base_url, locale, envelope.time_zone):
        words = _words(envelope.kind, {**values, **letter.values}, _brand(envelope, logo))
        sender = _plain(_("%(name)s via milebill", name=name) if name else OWN_NAME)
    return OutgoingMail(
        message_id=_message_id(settings, envelope.message_id),
        sender_name=sender,
        sender_address=settings.mail_from,
        reply_to=(envelope.reply_to or None) if is_for_client else letter.person_email,
        recipient=envelope.recipient,
        recipient_name=_plain(envelope.recipient_name),
        subject=words.subject,
        text=words.text,
        html=words.html,
        attachments=tuple((_plain(name), media_type, content) for name, media_type, content in attachments),
        pictures=((logo.content_id, logo.png),) if logo else (),
    )


def _letter(connection: Connection, settings: Settings, envelope: Envelope) -> tuple[Letter, Values]:
    """What the kind says, and what every mail to that side says."""
    values: Values = {"mail": asdict(envelope)}
    if envelope.kind in CLIENT_MAILS:
        if envelope.link_id is None:
            raise LookupError(f"a {envelope.kind} mail without a link")
        to = client_addresses(settings, envelope.link_id, envelope.link_expires_at)
        return CLIENT_MAILS[envelope.kind](ClientMail(connection, envelope, to)), {**values, "page": to.page}
    mail = SupplierMail(connection, envelope, SupplierAddresses(settings.base_url))
    letter = SUPPLIER_MAILS[envelope.kind](mail)
    return letter, {**values, "person": letter.person}


def _login(app: Flask, settings: Settings, head: Any, code: str, locale: str) -> OutgoingMail:
    address = login_address if head.kind == MailKind.LOGIN else confirm_address
    values = {
        "page": address(settings, head.cause["login_link_id"]),
        "code": f"{code[:4]} {code[4:]}",
        "minutes": int(LIFETIME.total_seconds() // 60),
    }
    with writing_for(app, settings.base_url, locale, "UTC"):
        words = _words(head.kind, values, _look(OWN_NAME, OWN_COLOUR))
    return OutgoingMail(
        message_id=_message_id(settings, head.message_id),
        sender_name=OWN_NAME,
        sender_address=settings.mail_from,
        reply_to=None,
        recipient=head.recipient,
        recipient_name="",
        subject=words.subject,
        text=words.text,
        html=words.html,
    )


def _words(kind: str, values: Values, brand: Values) -> Words:
    values = {name: _tidy(value, name) for name, value in values.items()}
    subject = " ".join(_plain(render(f"emails/{kind}.subject.txt", values)).split())
    text = _plain(render(f"emails/{kind}.txt", {"brand": brand, **values}))
    html = _plain(render(f"emails/{kind}.html", {"brand": brand, "subject": subject, **values}))
    return Words(subject, folded(text), _inliner.inline(html))


def folded(text: str) -> str:
    """The text with its lines at most 72 signs long where words allow it, and never two empty lines in a row.

    What somebody is quoted with stays quoted ("> ") on every line, and an address is never broken.
    """
    lines: list[str] = []
    for line in text.splitlines():
        if line.strip() or (lines and lines[-1]):
            lines += [line] if line == _SIGNATURE else _fold(line.rstrip())
    return _LOOSE_LIST.sub(r"\1\n", "\n".join(lines).strip()) + "\n"


def _fold(line: str) -> list[str]:
    indent = {"> ": "> ", "- ": "  "}.get(line[:2], "")
    folded_line = textwrap.wrap(
        line, TEXT_WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return folded_line or [""]


def _tidy(value: Any, name: str = "") -> Any:
    """Names, titles and the like on one line each, so that nobody's name can write a paragraph of its own."""
    if isinstance(value, str) and name not in _PARAGRAPHS:
        return " ".join(value.split())
    if isinstance(value, dict):
        return {key: _tidy(item, key) for key, item in value.items()}
    return [_tidy(item) for item in value] if isinstance(value, list) else value


def _logo(app: Flask, envelope: Envelope) -> MailLogo | None:
    """The supplier's logo; a mail without it is better than no mail."""
    if envelope.logo_sha256 is None:
        return None
    files: FileStore = app.extensions["files"]
    try:
        return mail_logo(files.get(envelope.logo_sha256))
    except OSError:
        log.exception("the logo of mail %s can't be read", envelope.message_id)
        return None


def _brand(envelope: Envelope, logo: MailLogo | None) -> Values:
    return _look(envelope.supplier or envelope.supplier_email or OWN_NAME, envelope.colour) | {"logo": logo}


def _look(name: str, colour: str) -> Values:
    """A letterhead. What has to be seen on white or on black is grey where the colour is too near to that."""
    light = relative_luminance(colour)
    return {
        "name": name,
        "colour": colour,
        "ink": brand_ink(colour),
        "edge": colour if light < _NEARLY_WHITE else _GREY,
        "night_edge": colour if light > _NEARLY_BLACK else _GREY,
    }


def _message_id(settings: Settings, key: str) -> str:
    """Derived from the mail alone, so that a mail has the same one for ever (RFC 5322, 3.6.4)."""
    host = urlsplit(settings.base_url).hostname or "localhost"
    name = "localhost" if ":" in host else host.encode("idna").decode("ascii")
    return f"<{key}@{name}>"


def _plain(text: str) -> str:
    return _TURNS_TEXT.sub("", text)
