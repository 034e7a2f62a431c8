"""Leasing queued work to a worker: two workers never do one thing twice, and a dead worker's lease runs out."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate, Update

from milebill import clock
from milebill.db import reading, rows_changed, transaction
from milebill.models import Document, DocumentKind, DraftPaper, Mail, Quote, Transmission
from milebill.models.document import E_INVOICES, DocumentState
from milebill.models.mail import MailState
from milebill.models.transmission import TransmissionState

MAIL_LEASE = timedelta(minutes=5)
DOCUMENT_LEASE = timedelta(minutes=3)
DRAFT_LEASE = timedelta(minutes=1)
TRANSMISSION_LEASE = timedelta(minutes=5)

Leased = type[Mail] | type[Document] | type[DraftPaper] | type[Transmission]

_DUE = {
    Mail: ((MailState.QUEUED, MailState.SENDING), MailState.SENDING),
    Document: ((DocumentState.QUEUED, DocumentState.RENDERING), DocumentState.RENDERING),
    DraftPaper: ((DocumentState.QUEUED, DocumentState.RENDERING), DocumentState.RENDERING),
    Transmission: ((TransmissionState.QUEUED, TransmissionState.SENDING), TransmissionState.SENDING),
}


@dataclass(frozen=True)
class Lease:
    """The right to work on a row until the lease ends."""

    id: int
    key: str
    attempts: int
    """Including this one."""


def lease_mail() -> Lease | None:
    """The next mail that is due, or None."""
    return _lease(Mail, MAIL_LEASE)


def lease_document() -> Lease | None:
    """The next document that is due, or None."""
    return _lease(Document, DOCUMENT_LEASE)


def lease_draft_paper() -> Lease | None:
    """The next draft that is to be printed, or None."""
    return _lease(DraftPaper, DRAFT_LEASE)


def draft_paper_made(lease: Lease, pdf: bytes) -> bool:
    """It is there."""
    return _finish(DraftPaper, lease, {"state": DocumentState.READY, "pdf": pdf, "lease": None})


def draft_paper_failed(lease: Lease, reason: str) -> bool:
    """It can't be printed; whoever asked may change it and ask again."""
    return _finish(DraftPaper, lease, {"state": DocumentState.FAILED, "lease": None, "error": reason})


def lease_transmission() -> Lease | None:
    """The next e-invoice that is to be sent, or None."""
    return _lease(Transmission, TRANSMISSION_LEASE)


def transmission_postponed(lease: Lease, until: datetime, reason: str, *, counts: bool = True) -> bool:
    """Try again at `until`; with `counts` False this was no attempt. How it ends is written by transmissions.py."""
    values: dict[str, Any] = {
        "state": TransmissionState.QUEUED,
        "next_attempt_at": until,
        "lease": None,
        "error": reason,
    }
    if not counts:
        values["attempts"] = lease.attempts - 1
    return _finish(Transmission, lease, values)


def _lease(model: Leased, length: timedelta) -> Lease | None:
    now, key = clock.now(), secrets.token_hex(8)
    states, taken = _DUE[model]
    due = select(model.id).where(model.state.in_(states), model.next_attempt_at <= now)
    with reading() as connection:  # most of the time there is nothing, and no lock is taken to find that out
        if connection.scalar(due.limit(1)) is None:
            return None
    oldest = due.order_by(model.next_attempt_at, model.id).limit(1).with_for_update(skip_locked=True)
    take: ReturningUpdate[int, int] = (
        update(model)
        .where(model.id == oldest.scalar_subquery(), model.state.in_(states), model.next_attempt_at <= now)
        .values(state=taken, lease=key, next_attempt_at=now + length, attempts=model.attempts + 1)
        .returning(model.id, model.attempts)
        .execution_options(synchronize_session=False)
    )
    with transaction() as session:
        row = session.execute(take).one_or_none()
    return Lease(row[0], key, row[1]) if row else None


def keep_mail_text(lease: Lease, subject: str, recipient: str, raw: bytes) -> bool:
    """Keep the written mail before it is first sent, so that each later try sends the same bytes."""
    return _finish(Mail, lease, {"subject": subject, "recipient": recipient, "raw": raw})


def mail_sent(lease: Lease) -> bool:
    """The server took it."""
    return _finish(Mail, lease, {"state": MailState.SENT, "sent_at": clock.now(), "lease": None, "error": ""})


def mail_postponed(lease: Lease, until: datetime, reason: str = "", counts: bool = True) -> bool:
    """Try again at `until`; with `counts` False this was no attempt (its document is not ready yet)."""
    values: dict[str, Any] = {"state": MailState.QUEUED, "next_attempt_at": until, "lease": None, "error": reason}
    if not counts:
        values["attempts"] = lease.attempts - 1
    return _finish(Mail, lease, values)


def mail_dead(lease: Lease, reason: str) -> bool:
    """Give up; the supplier is shown the reason."""
    return _finish(Mail, lease, {"state": MailState.DEAD, "lease": None, "error": reason})


@dataclass(frozen=True)
class Beside:
    """An e-invoice that belongs to a PDF: the hash and the size of its bytes, or the `error` for which it has none."""

    kind: DocumentKind
    sha256: str | None = None
    size: int = 0
    error: str = ""


def document_ready(
    lease: Lease, sha256: str, size: int, beside: Sequence[Beside] = (), *, has_facturx: bool = False
) -> bool:
    """The bytes are in the file store, `size` of them; the pages that said "being prepared" have a new version.

    `beside` are its e-invoices, and `has_facturx` says whether one of them is also inside.
    """
    values = {"state": DocumentState.READY, "sha256": sha256, "size": size, "lease": None, "error": ""}

    def also(session: Session) -> None:
        document = session.get_one(Document, lease.id)
        _keep(session, document, beside)
        session.execute(_counted(document.quote_id))

    return _finish(Document, lease, values | {"has_facturx": has_facturx}, also)


def keep_beside(document_id: int, beside: Sequence[Beside]) -> None:
    """Keep the e-invoices of a PDF that is there; one that is kept already stays, one that failed is replaced."""
    with transaction() as session:
        document = session.get_one(Document, document_id, with_for_update=True)  # one after the other
        _keep(session, document, beside)
        session.execute(_counted(document.quote_id))


def _keep(session: Session, document: Document, beside: Sequence[Beside]) -> None:
    same = (Document.subject_id == document.subject_id, Document.kind.in_(E_INVOICES))
    known = {row.kind: row for row in session.scalars(select(Document).where(*same))} if beside else {}
    stem = document.file_name.removesuffix(".pdf")
    for one in beside:
        row = known.get(one.kind)
        if row is None:
            row = Document(workspace_id=document.workspace_id, quote_id=document.quote_id)
            row.kind, row.subject_id = one.kind, document.subject_id
            row.file_name = f"{stem}-{one.kind.replace('_', '-')}.xml"
            session.add(row)
        elif row.state == DocumentState.READY:
            continue
        row.state = DocumentState.FAILED if one.sha256 is None else DocumentState.READY
        row.sha256, row.size, row.error = one.sha256, one.size, one.error
    session.flush()


def _counted(quote_id: int) -> Update:
    """The pages of the quote have a new version."""
    return (
        update(Quote)
        .where(Quote.id == quote_id)
        .values(documents_ready=Quote.documents_ready + 1)
        .execution_options(synchronize_session=False)
    )


def document_postponed(lease: Lease, until: datetime, reason: str) -> bool:
    """Try again at `until`."""
    values = {"state": DocumentState.QUEUED, "next_attempt_at": until, "lease": None, "error": reason}
    return _finish(Document, lease, values)


def document_failed(lease: Lease, reason: str) -> bool:
    """Give up; mails that wait for it say so."""
    return _finish(Document, lease, {"state": DocumentState.FAILED, "lease": None, "error": reason})


def retry_mail(workspace_id: int, mail_id: int) -> bool:
    """The supplier has a dead mail sent once more; returns whether there was one."""
    statement = (
        update(Mail)
        .where(Mail.id == mail_id, Mail.workspace_id == workspace_id, Mail.state == MailState.DEAD)
        .values(state=MailState.QUEUED, attempts=0, next_attempt_at=clock.now())
    )
    with transaction() as session:
        return bool(rows_changed(session, statement))


def _finish(
    model: Leased,
    lease: Lease,
    values: Mapping[str, Any],
    also: Callable[[Session], None] | None = None,
) -> bool:
    """Write the result (and what `also` does), see `release`."""
    with transaction() as session:
        ours = release(session, model, lease, values)
        if ours and also is not None:
            also(session)
        return ours


def release(session: Session, model: Leased, lease: Lease, values: Mapping[str, Any]) -> bool:
    """Write the result, unless the lease ran out and somebody else has it now; returns whether it was the caller's."""
    ours = update(model).where(model.id == lease.id, model.lease == lease.key)
    return bool(rows_changed(session, ours.values(**values)))
