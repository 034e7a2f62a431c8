"""The proof of an acceptance or a sign-off: who, when, from where, on what, and where it stands in the chain."""

from dataclasses import dataclass
from typing import Any

from milebill.canonical import digest
from milebill.domain.signature import Signed
from milebill.domain.work import Recorded, Work
from milebill.models import Quote, Receipt

VERSION, ON_BEHALF = 1, 2
"""2 is an acceptance that the supplier recorded: it has "on_behalf", and names no link."""


@dataclass(frozen=True)
class Issued:
    """A receipt as the invoice and the mails that follow need it."""

    id: int
    number: str
    kind: str
    content: dict[str, Any]


def issue_receipt(
    work: Work, number: str, signed: Signed, event: Recorded, quote: Quote, subject: dict[str, Any]
) -> Issued:
    """Issue the receipt of a signature whose event is `event`; `subject` says what was agreed to."""
    content = _content(work, number, signed, event, quote, subject)
    receipt_id = work.append(
        Receipt,
        workspace_id=work.workspace.id,
        quote_id=quote.id,
        approval_id=signed.approval_id,
        number=number,
        kind=signed.kind,
        event_sequence=event.sequence,
        chain_head=event.hash,
        content=content,
        content_hash=digest(content),
        created_at=work.now,
    )
    return Issued(receipt_id, number, signed.kind, content)


def _content(
    work: Work, number: str, signed: Signed, event: Recorded, quote: Quote, subject: dict[str, Any]
) -> dict[str, Any]:
    who, signature = signed.who, signed.signature
    return {
        "version": VERSION if who.behalf is None else ON_BEHALF,
        "number": number,
        "kind": str(signed.kind),
        "workspace": work.workspace.public_id,
        "seller": work.workspace.seller(),
        "quote": quote.number,
        "subject": subject,
        "who": {
            "name": signature.name.strip(),
            "job_title": signature.job_title.strip(),
            "named": who.person.name,
            "email": who.person.email,
            "link": who.link.id if who.behalf is None else None,
            "link_held_by_supplier": who.link.held_by_supplier_at is not None and who.behalf is None,
        },
        **signed.on_behalf(),
        "at": work.now.isoformat(timespec="microseconds"),
        "time_zone": work.workspace.time_zone,
        "address": signature.address,
        "user_agent": signature.user_agent,
        "consent": signature.consent,
        "language": signature.language,
        "content_hash": signature.content_hash,
        "event": {
            "sequence": event.sequence,
            "version": event.version,
            "commitment": event.commitment,
            "previous_hash": event.previous_hash,
            "hash": event.hash,
        },
    }
