"""Writing a document of the invoice kind: its rows, version 1, event, PDF and mail, whatever made it necessary."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from milebill.canonical import digest
from milebill.domain.contacts import Contact
from milebill.domain.work import Actor, Work
from milebill.models import (
    DocumentKind,
    EventKind,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceTax,
    InvoiceVersion,
    MailKind,
    Project,
    Quote,
)

Content = dict[str, Any]


@dataclass(frozen=True)
class IssuedInvoice:
    """What the verb that caused it needs to tell."""

    id: int
    number: str


def issue(
    work: Work,
    actor: Actor,
    quote: Quote,
    project: Project,
    contact: Contact,
    content: Content,
    *,
    milestone_id: int,
    receipt_id: int,
    cause: str,
    amendable: Mapping[str, str] = MappingProxyType({}),
) -> IssuedInvoice:
    """Write the document that `content` describes, tell the history, and send it to the contact.

    `cause` is unique in the workspace, so that nothing is issued twice. `content` holds minor units as they are
    printed, its number is already taken; the columns of a credit note get the opposite sign, and it is born settled.
    `amendable` are the fields of version 1 that differ from the project's and the contact's (AMENDABLE). The project's
    sums are the caller's to change.
    """
    content_hash = digest(content)
    credits_one = content["kind"] == InvoiceKind.CREDIT_NOTE
    sign = -1 if credits_one else 1
    invoice_id = work.append(
        Invoice,
        workspace_id=work.workspace.id,
        project_id=project.id,
        milestone_id=milestone_id,
        receipt_id=receipt_id,
        cause=cause,
        number=content["number"],
        kind=content["kind"],
        currency=content["currency"],
        issued_on=date.fromisoformat(content["issued_on"]),
        due_on=date.fromisoformat(content["due_on"]),
        net=sign * content["net"],
        tax=sign * content["tax"],
        gross=sign * content["gross"],
        settled_on=work.today if credits_one else None,
        content=content,
        content_hash=content_hash,
        issued_at=work.now,
    )
    _breakdown(work, invoice_id, content, sign)
    version_id = _first_version(work, invoice_id, project, contact, amendable)
    event = EventKind.CREDIT_NOTE_ISSUED if credits_one else EventKind.INVOICE_ISSUED
    work.record(event, actor, quote, **_told(invoice_id, content, content_hash))
    document_id = work.queue_document(DocumentKind.INVOICE, version_id, quote, f"{content['number']}.pdf")
    work.mail_client(MailKind.INVOICE_ISSUED, contact.link, quote, invoice_id=invoice_id, document_ids=[document_id])
    return IssuedInvoice(invoice_id, content["number"])


def _told(invoice_id: int, content: Content, content_hash: str) -> Content:
    return {
        "number": content["number"],
        "invoice": invoice_id,
        "milestone": content["proof"]["milestone_position"],
        "title": content["proof"]["milestone_title"],
        "gross": content["gross"],
        "currency": content["currency"],
        "due_on": content["due_on"],
        "content_hash": content_hash,
    }


def _breakdown(work: Work, invoice_id: int, content: Content, sign: int) -> None:
    work.append_all(
        InvoiceLine,
        [
            {
                "invoice_id": invoice_id,
                "position": position,
                "kind": line.get("kind", "share"),
                "tax_group": line.get("group", 0),
                "net": sign * line["net"],
                **{name: line[name] for name in ("description", "tax_label", "tax_category", "tax_rate")},
            }
            for position, line in enumerate(content["lines"], 1)
        ],
    )
    work.append_all(
        InvoiceTax,
        [
            {
                "invoice_id": invoice_id,
                "position": position,
                "tax_group": entry.get("group", 0),
                "nth": entry.get("nth", 1),
                "reason_code": entry.get("reason_code", ""),
                "reason": entry.get("reason", ""),
                "net": sign * entry["net"],
                "tax": sign * entry["tax"],
                **{name: entry[name] for name in ("label", "category", "rate")},
            }
            for position, entry in enumerate(content["taxes"], 1)
        ],
    )


def _first_version(
    work: Work, invoice_id: int, project: Project, contact: Contact, amendable: Mapping[str, str]
) -> int:
    usual = {
        "purchase_order_number": project.purchase_order_number,
        "buyer_reference": project.buyer_reference,
        "cost_centre": project.cost_centre,
        "contact_name": contact.name,
        "contact_email": contact.email,
    }
    return work.append(InvoiceVersion, invoice_id=invoice_id, number=1, created_at=work.now, **{**usual, **amendable})
