"""Writing a document of the invoice kind: its rows, version 1, event, PDF and mail, whatever made it necessary."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from milebill.canonical import digest
from milebill.domain.quotes import Contact
from milebill.domain.work import Actor, Work
from milebill.models import (
    DocumentKind,
    EventKind,
    Invoice,
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
) -> IssuedInvoice:
    """Write the document that `content` describes, tell the history, and send it to the contact.

    `cause` is unique in the workspace, so that nothing is issued twice. `content` holds minor units as they are
    printed, its number is already taken. The project's sums are the caller's to change.
    """
    content_hash = digest(content)
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
        net=content["net"],
        tax=content["tax"],
        gross=content["gross"],
        content=content,
        content_hash=content_hash,
        issued_at=work.now,
    )
    _breakdown(work, invoice_id, content)
    version_id = _first_version(work, invoice_id, project, contact)
    work.record(EventKind.INVOICE_ISSUED, actor, quote, **_told(invoice_id, content, content_hash))
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


def _breakdown(work: Work, invoice_id: int, content: Content) -> None:
    names = ("description", "net", "tax_label", "tax_category", "tax_rate")
    work.append_all(InvoiceLine, _numbered(invoice_id, content["lines"], names))
    work.append_all(InvoiceTax, _numbered(invoice_id, content["taxes"], ("label", "category", "rate", "net", "tax")))


def _numbered(invoice_id: int, items: Iterable[Mapping[str, Any]], names: tuple[str, ...]) -> list[Content]:
    return [
        {"invoice_id": invoice_id, "position": position, **{name: item[name] for name in names}}
        for position, item in enumerate(items, 1)
    ]


def _first_version(work: Work, invoice_id: int, project: Project, contact: Contact) -> int:
    return work.append(
        InvoiceVersion,
        invoice_id=invoice_id,
        number=1,
        purchase_order_number=project.purchase_order_number,
        buyer_reference=project.buyer_reference,
        contact_name=contact.name,
        contact_email=contact.email,
        created_at=work.now,
    )
