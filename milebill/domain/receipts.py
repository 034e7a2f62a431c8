"""The proof of an acceptance or a sign-off: who, when, from where, on what, and where it stands in the chain."""

from typing import Any

from milebill.canonical import digest
from milebill.domain.signature import Signer
from milebill.domain.work import Work
from milebill.models import Approval, Event, Quote, Receipt
from milebill.models.receipt import new_receipt_number

VERSION = 1


def issue_receipt(
    work: Work, number: str, approval: Approval, who: Signer, event: Event, quote: Quote, subject: dict[str, Any]
) -> Receipt:
    """Issue the receipt of `approval`, whose event is `event`; `subject` says what was agreed to."""
    content = {
        "version": VERSION,
        "number": number,
        "kind": approval.kind,
        "workspace": work.workspace.public_id,
        "seller": work.workspace.seller(),
        "quote": quote.number,
        "subject": subject,
        "who": {
            "name": approval.name,
            "job_title": approval.job_title,
            "named": who.person.name,
            "email": who.person.email,
            "link": who.link.id,
            "link_held_by_supplier": approval.link_held_by_supplier,
        },
        "at": work.now.isoformat(timespec="microseconds"),
        "time_zone": work.workspace.time_zone,
        "address": approval.address,
        "user_agent": approval.user_agent,
        "consent": approval.consent,
        "content_hash": approval.content_hash,
        "event": {
            "sequence": event.sequence,
            "version": event.version,
            "commitment": event.commitment,
            "previous_hash": event.previous_hash,
            "hash": event.hash,
        },
    }
    receipt = Receipt(
        workspace_id=work.workspace.id,
        quote_id=quote.id,
        approval_id=approval.id,
        number=number,
        kind=approval.kind,
        event_sequence=event.sequence,
        chain_head=event.hash,
        content=content,
        content_hash=digest(content),
        created_at=work.now,
    )
    work.session.add(receipt)
    work.session.flush()
    return receipt


def number_for_receipt() -> str:
    """A number of its own for the next receipt; chosen before the event, which names it."""
    return new_receipt_number()
