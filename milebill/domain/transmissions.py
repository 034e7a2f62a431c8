"""Sending an e-invoice by an access point: asked for by a person, done by the worker, told by events."""

import uuid

from sqlalchemy import select

from milebill.domain.billed import load_billed
from milebill.domain.leases import Lease, release
from milebill.domain.work import CLOCK, Actor, Work, verb
from milebill.errors import Refused
from milebill.models import Document, DocumentKind, EventKind, Invoice, InvoiceVersion, Quote, Transmission
from milebill.models.document import DocumentState
from milebill.models.transmission import TransmissionState

MAX_REASON = 300


@verb
def queue_transmission(work: Work, actor: Actor, invoice_id: int) -> bool:
    """Have the worker send the UBL of an invoice or a credit note; returns False if that version is on its way or sent.

    What was refused is sent as something new. What nobody answered to is asked for again, never sent blindly. Raises
    NotFound; Refused("not_ready") while there is no UBL of the version in force.
    """
    billed = load_billed(work, invoice_id)
    document_id = _ubl_of(work, billed.invoice)
    last = work.session.scalar(
        select(Transmission).where(
            Transmission.document_id == document_id, Transmission.state != TransmissionState.REFUSED
        )
    )
    if last is not None and last.state != TransmissionState.UNKNOWN:
        return False
    if last is not None:
        # One attempt counts as made, so that the access point is asked first.
        last.state, last.attempts, last.next_attempt_at, last.error = TransmissionState.QUEUED, 1, work.now, ""
    else:
        work.append(
            Transmission,
            workspace_id=work.workspace.id,
            quote_id=billed.quote.id,
            invoice_id=invoice_id,
            document_id=document_id,
            key=str(uuid.uuid4()),
            next_attempt_at=work.now,
            created_at=work.now,
        )
    work.record(EventKind.PEPPOL_QUEUED, actor, billed.quote, number=billed.invoice.number, invoice=invoice_id)
    return True


@verb
def transmission_sent(work: Work, lease: Lease) -> bool:
    """The access point has handed it over. Returns whether the lease still was the caller's."""
    return _finish(work, lease, TransmissionState.SENT, EventKind.PEPPOL_SENT, "")


@verb
def transmission_refused(work: Work, lease: Lease, reason: str) -> bool:
    """It will never be taken like this; `reason` is the access point's. Returns whether the lease was the caller's."""
    return _finish(work, lease, TransmissionState.REFUSED, EventKind.PEPPOL_REFUSED, reason)


@verb
def transmission_unknown(work: Work, lease: Lease, reason: str) -> bool:
    """Nobody has answered for days. Returns whether the lease still was the caller's."""
    return _finish(work, lease, TransmissionState.UNKNOWN, EventKind.PEPPOL_UNKNOWN, reason)


def _ubl_of(work: Work, invoice: Invoice) -> int:
    query = (
        select(Document.id)
        .join(InvoiceVersion, InvoiceVersion.id == Document.subject_id)
        .where(
            Document.kind == DocumentKind.UBL,
            Document.state == DocumentState.READY,
            InvoiceVersion.invoice_id == invoice.id,
            InvoiceVersion.number == invoice.version,
        )
    )
    found = work.session.scalar(query)
    if found is None:
        raise Refused("not_ready")
    return found


def _finish(work: Work, lease: Lease, state: TransmissionState, event: EventKind, reason: str) -> bool:
    reason = reason[:MAX_REASON]
    sent_at = work.now if state == TransmissionState.SENT else None
    values = {"state": state, "lease": None, "error": reason, "sent_at": sent_at}
    if not release(work.session, Transmission, lease, values):
        return False
    row = work.session.get_one(Transmission, lease.id)
    invoice, quote = work.session.get_one(Invoice, row.invoice_id), work.session.get_one(Quote, row.quote_id)
    told = {"reason": reason} if reason else {}
    work.record(event, CLOCK, quote, number=invoice.number, invoice=invoice.id, **told)
    return True
