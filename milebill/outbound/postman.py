"""Sends what is queued: each mail is written once, kept, and offered to the server until it is taken or refused."""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from milebill import clock
from milebill.config import Settings
from milebill.db import reading
from milebill.domain import leases
from milebill.domain.leases import Lease
from milebill.files import FileStore
from milebill.models import Client, Document, DocumentKind, Link, LoginLink, Mail, Quote
from milebill.models.document import DocumentState
from milebill.models.mail import LOGIN_MAILS
from milebill.outbound.delivery import BadMail, BadServer, Outcome, OutgoingMail, compose, deliver, next_attempt
from milebill.outbound.emails import Attachments, write_mail

log = logging.getLogger("milebill.mail")

DOCUMENT_PAUSE = timedelta(seconds=1)
SERVER_PAUSE = timedelta(minutes=1)
ANSWER_SECONDS = 20
"""For each of the server's answers. A delivery waits for some eight of them, and must end before its lease does."""

_QUEUED = (
    select(
        Mail.kind,
        Mail.recipient,
        Mail.cause,
        Mail.raw,
        LoginLink.expires_at,
        LoginLink.redeemed_at,
        Link.revoked_at,
    )
    .outerjoin(Link, Link.id == Mail.link_id)
    .outerjoin(LoginLink, Mail.kind.in_(LOGIN_MAILS) & (LoginLink.id == Mail.cause["login_link_id"].as_integer()))
    .where(Mail.id == bindparam("mail_id"))
)
_DOCUMENTS = (
    select(Document.state, Document.file_name, Document.sha256, Document.error)
    .where(Document.id.in_(bindparam("ids", expanding=True)))
    .order_by(Document.id)
)
_DATA = aliased(Document)
_AS_DATA = (
    select(_DATA.file_name, _DATA.sha256)
    .join(Document, Document.subject_id == _DATA.subject_id)
    .join(Quote, Quote.id == Document.quote_id)
    .join(Client, Client.id == Quote.client_id)
    .where(
        Document.id.in_(bindparam("ids", expanding=True)),
        Document.kind == DocumentKind.INVOICE,
        _DATA.kind.in_((DocumentKind.UBL, DocumentKind.XRECHNUNG)),
        _DATA.kind == Client.invoice_format,
        _DATA.state == DocumentState.READY,
    )
    .order_by(_DATA.id)
)
"""The e-invoices of invoices, for clients who want a file of their own: Factur-X is inside the PDF."""


@dataclass(frozen=True, slots=True)
class Written:
    """A mail as it goes over the wire."""

    recipient: str
    raw: bytes


def send_next(app: Flask) -> bool:
    """Send the mail that has waited longest; returns whether there was one. Needs an application context.

    Nothing that goes wrong with one mail stops the others: it is tried again for about three days, then it is dead.
    """
    lease = leases.lease_mail()
    if lease is None:
        return False
    with reading() as connection:
        queued = connection.execute(_QUEUED, {"mail_id": lease.id}).one()
    if reason := _pointless(queued):
        leases.mail_dead(lease, reason)
        return True
    try:
        written = _written(app, lease, queued)
    except BadMail as error:
        leases.mail_dead(lease, str(error))
    except BadServer as error:
        _wait_for_the_operator(lease, str(error))
    except Exception as error:
        log.exception("mail %s (%s) can't be written, attempt %s", lease.id, queued.kind, lease.attempts)
        _finish(lease, Outcome("try_again", f"{type(error).__name__}: {error}"[:500]))
    else:
        if written is not None:
            _hand_over(app.extensions["settings"], lease, written)
    return True


def _pointless(queued: Any) -> str:
    """Why nobody would be served by this mail any more, or ""."""
    if queued.kind in LOGIN_MAILS:
        if queued.expires_at is None or queued.expires_at <= clock.now():
            return "expired"
        return "used" if queued.redeemed_at is not None else ""
    return "revoked" if queued.revoked_at is not None else ""


def _written(app: Flask, lease: Lease, queued: Any) -> Written | None:
    """The kept bytes, or new ones that are kept before anybody gets them; None if it has to wait or is not ours."""
    if queued.raw is not None:
        return Written(queued.recipient, queued.raw)
    attachments = _attachments(app, lease, queued.cause.get("document_ids", []))
    if attachments is None:
        return None
    mail = write_mail(app, lease.id, attachments)
    raw = _composed(mail)
    return Written(mail.recipient, raw) if leases.keep_mail_text(lease, mail.subject, mail.recipient, raw) else None


def _composed(mail: OutgoingMail) -> bytes:
    """The mail as bytes. Raises BadMail for the reader's address, and BadServer for the installation's own."""
    try:
        return compose(mail, clock.now())
    except BadMail:
        to_ourselves = replace(mail, recipient=mail.sender_address, reply_to=None)
    try:
        compose(to_ourselves, clock.now())
    except BadMail as error:
        raise BadServer(f"MILEBILL_MAIL_FROM: {error}") from error
    return compose(replace(mail, reply_to=None), clock.now())  # rather without an address for answers than not at all


def _attachments(app: Flask, lease: Lease, document_ids: list[int]) -> Attachments | None:
    """The documents, or None after the mail was put off (not ready) or given up (they never will be)."""
    if not document_ids:
        return ()
    with reading() as connection:
        documents = connection.execute(_DOCUMENTS, {"ids": document_ids}).all()
        data = connection.execute(_AS_DATA, {"ids": document_ids}).all()
    failed = [document for document in documents if document.state == DocumentState.FAILED]
    if failed:
        leases.mail_dead(lease, f"{failed[0].file_name}: {failed[0].error}"[:500])
        return None
    if any(document.state != DocumentState.READY for document in documents):
        leases.mail_postponed(lease, clock.now() + DOCUMENT_PAUSE, counts=False)
        return None
    files: FileStore = app.extensions["files"]
    return (
        *((document.file_name, "application/pdf", files.get(document.sha256)) for document in documents),
        *((one.file_name, "application/xml", files.get(one.sha256)) for one in data),
    )


def _hand_over(settings: Settings, lease: Lease, written: Written) -> None:
    if settings.outbox:
        leases.mail_sent(lease)  # it is read at /outbox
        return
    if settings.smtp_url is None:
        _wait_for_the_operator(lease, "MILEBILL_SMTP_URL is not set")
        return
    try:
        outcome = deliver(
            written.raw,
            envelope_from=settings.mail_from,
            recipient=written.recipient,
            smtp_url=settings.smtp_url,
            timeout=ANSWER_SECONDS,
        )
    except (BadServer, BadMail) as error:
        _wait_for_the_operator(lease, str(error))
    else:
        _finish(lease, outcome)


def _wait_for_the_operator(lease: Lease, reason: str) -> None:
    """Nothing is wrong with the mail, so it counts no attempt; /readyz tells when mail has been waiting for long."""
    log.error("mail waits: %s", reason)
    leases.mail_postponed(lease, clock.now() + SERVER_PAUSE, reason, counts=False)


def _finish(lease: Lease, outcome: Outcome) -> None:
    if outcome.kind == "sent":
        leases.mail_sent(lease)
        return
    wait = next_attempt(lease.attempts) if outcome.kind == "try_again" else None
    if wait is None:
        log.warning("mail %s is dead: %s", lease.id, outcome.reason)
        leases.mail_dead(lease, outcome.reason)
    else:
        leases.mail_postponed(lease, clock.now() + wait, outcome.reason)
