"""Issuing an invoice, inside of the transaction of the acceptance or the sign-off that causes it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from milebill.canonical import digest
from milebill.domain.numbering import next_number
from milebill.domain.quotes import accounts_payable_link
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
    Person,
    Project,
    Quote,
    Receipt,
    TaxGroup,
)
from milebill.models.milestone import Trigger
from milebill.tax import tax_on

VERSION = 1


@dataclass(frozen=True)
class Cause:
    """What issues it: `key` is unique in the workspace, so that one sign-off can never bill twice."""

    key: str
    receipt: Receipt
    milestone_count: int


def issue_invoice(
    work: Work, actor: Actor, quote: Quote, project: Project, milestone: Milestone, cause: Cause
) -> Invoice | None:
    """Issue the milestone's invoice with its number, version 1, event, document and mail; None if it costs nothing.

    Contents follow Directive 2006/112/EC, art. 226.
    """
    if milestone.net == 0:
        return None
    taxes = _taxes(work, milestone)
    contact = accounts_payable_link(work, quote)
    person = work.session.get_one(Person, contact.person_id)
    content = _content(work, project, milestone, cause, taxes)
    invoice = Invoice(
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
        content_hash=digest(content),
        issued_at=work.now,
    )
    project.bill(invoice.net, invoice.tax)
    work.session.add(invoice)
    work.session.flush()
    version = _rows(work, invoice, project, person)
    work.record(
        EventKind.INVOICE_ISSUED,
        actor,
        quote,
        number=invoice.number,
        invoice=invoice.id,
        milestone=milestone.position,
        title=milestone.title,
        gross=invoice.gross,
        currency=invoice.currency,
        due_on=invoice.due_on.isoformat(),
        content_hash=invoice.content_hash,
    )
    document = work.queue_document(DocumentKind.INVOICE, version.id, quote, f"{invoice.number}.pdf")
    work.mail_client(MailKind.INVOICE_ISSUED, contact, quote, invoice_id=invoice.id, document_ids=[document.id])
    return invoice


def _taxes(work: Work, milestone: Milestone) -> list[dict[str, Any]]:
    rows = work.session.execute(
        select(MilestoneAmount.net, MilestoneAmount.tax, TaxGroup.label, TaxGroup.category, TaxGroup.rate)
        .join(TaxGroup, TaxGroup.id == MilestoneAmount.tax_group_id)
        .where(MilestoneAmount.milestone_id == milestone.id)
        .order_by(TaxGroup.position)
    )
    taxes = [dict(row) for row in rows.mappings()]
    for group in taxes:
        if group["tax"] != tax_on(group["net"], group["rate"]):
            raise AssertionError("the frozen split holds a tax that is not its net's")
    return taxes


def _content(
    work: Work, project: Project, milestone: Milestone, cause: Cause, taxes: list[dict[str, Any]]
) -> dict[str, Any]:
    net, tax = sum(group["net"] for group in taxes), sum(group["tax"] for group in taxes)
    proof = cause.receipt.content
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
        "quote": proof["quote"],
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
        "proof": {
            "kind": cause.receipt.kind,
            "milestone_position": milestone.position,
            "milestone_count": cause.milestone_count,
            "milestone_title": milestone.title,
            "name": proof["who"]["name"],
            "job_title": proof["who"]["job_title"],
            "at": proof["at"],
            "receipt": cause.receipt.number,
        },
        "payment": work.workspace.payment_details(),
    }


def _kind(milestone: Milestone, left: int) -> InvoiceKind:
    if left == 0:
        return InvoiceKind.FINAL
    return InvoiceKind.DEPOSIT if milestone.trigger == Trigger.ACCEPTANCE else InvoiceKind.MILESTONE


def _rows(work: Work, invoice: Invoice, project: Project, person: Person) -> InvoiceVersion:
    for position, line in enumerate(invoice.content["lines"], 1):
        work.session.add(
            InvoiceLine(
                invoice_id=invoice.id,
                position=position,
                description=line["description"],
                net=line["net"],
                tax_label=line["tax_label"],
                tax_category=line["tax_category"],
                tax_rate=line["tax_rate"],
            )
        )
    for position, group in enumerate(invoice.content["taxes"], 1):
        work.session.add(InvoiceTax(invoice_id=invoice.id, position=position, **group))
    version = InvoiceVersion(
        invoice_id=invoice.id,
        number=1,
        purchase_order_number=project.purchase_order_number,
        buyer_reference=project.buyer_reference,
        contact_name=person.name,
        contact_email=person.email,
        created_at=work.now,
    )
    work.session.add(version)
    work.session.flush()
    return version
