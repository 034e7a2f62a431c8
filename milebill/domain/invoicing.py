"""Issuing an invoice, inside of the transaction of the acceptance or the sign-off that causes it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select

from milebill.canonical import digest
from milebill.domain.numbering import next_number
from milebill.domain.quotes import Contact, accounts_payable
from milebill.domain.receipts import Issued
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
    Milestone,
    MilestoneAmount,
    Project,
    Quote,
    TaxGroup,
)
from milebill.models.milestone import Trigger
from milebill.tax import tax_on

VERSION = 1


@dataclass(frozen=True)
class Cause:
    """What issues it: `key` is unique in the workspace, so that one sign-off can never bill twice."""

    key: str
    receipt: Issued
    milestone_count: int


@dataclass(frozen=True)
class IssuedInvoice:
    """What the verb that caused it needs to tell."""

    id: int
    number: str


def issue_invoice(
    work: Work, actor: Actor, quote: Quote, project: Project, milestone: Milestone, cause: Cause
) -> IssuedInvoice | None:
    """Issue the milestone's invoice with its number, version 1, event, document and mail; None if it costs nothing.

    Contents follow Directive 2006/112/EC, art. 226.
    """
    if milestone.net == 0:
        return None
    contact = accounts_payable(work, quote)
    content = _content(work, project, milestone, cause, _taxes(work, milestone))
    content_hash = digest(content)
    invoice_id = work.append(
        Invoice,
        workspace_id=work.workspace.id,
        project_id=project.id,
        milestone_id=milestone.id,
        receipt_id=cause.receipt.id,
        cause=cause.key,
        number=content["number"],
        kind=content["kind"],
        currency=project.currency,
        issued_on=work.today,
        due_on=work.today + timedelta(days=project.payment_terms_days),
        net=content["net"],
        tax=content["tax"],
        gross=content["gross"],
        paid=0,
        version=1,
        content=content,
        content_hash=content_hash,
        issued_at=work.now,
    )
    work.change(project, **project.billed_with(content["net"], content["tax"]))
    version_id = _rows(work, invoice_id, content, project, contact)
    work.record(
        EventKind.INVOICE_ISSUED,
        actor,
        quote,
        number=content["number"],
        invoice=invoice_id,
        milestone=milestone.position,
        title=milestone.title,
        gross=content["gross"],
        currency=content["currency"],
        due_on=content["due_on"],
        content_hash=content_hash,
    )
    document_id = work.queue_document(DocumentKind.INVOICE, version_id, quote, f"{content['number']}.pdf")
    work.mail_client(MailKind.INVOICE_ISSUED, contact.link, quote, invoice_id=invoice_id, document_ids=[document_id])
    return IssuedInvoice(invoice_id, content["number"])


_TAXES = (
    select(MilestoneAmount.net, MilestoneAmount.tax, TaxGroup.label, TaxGroup.category, TaxGroup.rate)
    .join(TaxGroup, TaxGroup.id == MilestoneAmount.tax_group_id)
    .where(MilestoneAmount.milestone_id == bindparam("milestone_id"))
    .order_by(TaxGroup.position)
)


def _taxes(work: Work, milestone: Milestone) -> list[dict[str, Any]]:
    rows = work.connection.execute(_TAXES, {"milestone_id": milestone.id})
    taxes = [dict(row) for row in rows.mappings()]
    for group in taxes:
        if group["tax"] != tax_on(group["net"], group["rate"]):
            raise AssertionError("the frozen split holds a tax that is not its net's")
    return taxes


def _content(
    work: Work, project: Project, milestone: Milestone, cause: Cause, taxes: list[dict[str, Any]]
) -> dict[str, Any]:
    net, tax = sum(group["net"] for group in taxes), sum(group["tax"] for group in taxes)
    left = project.gross - project.billed_gross - net - tax
    return {
        "version": VERSION,
        "number": next_number(work, "invoice"),
        "kind": str(_kind(milestone, left)),
        "currency": project.currency,
        "issued_on": work.today.isoformat(),
        "due_on": (work.today + timedelta(days=project.payment_terms_days)).isoformat(),
        "payment_terms_days": project.payment_terms_days,
        "delivered_on": work.today.isoformat(),
        "seller": work.workspace.seller(),
        "buyer": project.buyer,
        "title": project.title,
        "quote": cause.receipt.content["quote"],
        "lines": [
            {
                "description": milestone.title,
                "position": milestone.position,
                "net": group["net"],
                "tax_label": group["label"],
                "tax_category": group["category"],
                "tax_rate": group["rate"],
            }
            for group in taxes
        ],
        "taxes": taxes,
        "net": net,
        "tax": tax,
        "gross": net + tax,
        "contract": {
            "gross": project.gross,
            "billed_before": project.billed_gross,
            "this": net + tax,
            "remaining": left,
        },
        "proof": _proof(milestone, cause),
        "payment": work.workspace.payment_details(),
    }


def _proof(milestone: Milestone, cause: Cause) -> dict[str, Any]:
    proof = cause.receipt.content
    return {
        "kind": cause.receipt.kind,
        "milestone_position": milestone.position,
        "milestone_count": cause.milestone_count,
        "milestone_title": milestone.title,
        "name": proof["who"]["name"],
        "job_title": proof["who"]["job_title"],
        "at": proof["at"],
        "receipt": cause.receipt.number,
    }


def _kind(milestone: Milestone, left: int) -> InvoiceKind:
    if left == 0:
        return InvoiceKind.FINAL
    return InvoiceKind.DEPOSIT if milestone.trigger == Trigger.ACCEPTANCE else InvoiceKind.MILESTONE


def _rows(work: Work, invoice_id: int, content: dict[str, Any], project: Project, contact: Contact) -> int:
    """Lines, tax breakdown and version 1; returns the version's id."""
    lines = [
        {
            "invoice_id": invoice_id,
            "position": position,
            **{name: line[name] for name in ("description", "net", "tax_label", "tax_category", "tax_rate")},
        }
        for position, line in enumerate(content["lines"], 1)
    ]
    taxes = [
        {"invoice_id": invoice_id, "position": position, **group} for position, group in enumerate(content["taxes"], 1)
    ]
    work.append_all(InvoiceLine, lines)
    work.append_all(InvoiceTax, taxes)
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
