"""A milestone's invoice, inside of the transaction of the acceptance or the sign-off that causes it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select

from milebill.domain.issuing import IssuedInvoice, issue
from milebill.domain.numbering import next_number
from milebill.domain.quotes import accounts_payable
from milebill.domain.receipts import Issued
from milebill.domain.work import Actor, Work
from milebill.models import InvoiceKind, Milestone, MilestoneAmount, Project, Quote, TaxGroup
from milebill.models.milestone import Trigger
from milebill.tax import tax_on

VERSION = 1


@dataclass(frozen=True)
class Cause:
    """What issues it: `key` is unique in the workspace, so that one sign-off can never bill twice."""

    key: str
    receipt: Issued
    milestone_count: int


def issue_invoice(
    work: Work, actor: Actor, quote: Quote, project: Project, milestone: Milestone, cause: Cause
) -> IssuedInvoice | None:
    """Issue the milestone's invoice with its number, version 1, event, document and mail; None if it costs nothing.

    Contents follow Directive 2006/112/EC, art. 226.
    """
    if milestone.net == 0:
        return None
    content = _content(work, project, milestone, cause, _taxes(work, milestone))
    issued = issue(
        work,
        actor,
        quote,
        project,
        accounts_payable(work, quote),
        content,
        milestone_id=milestone.id,
        receipt_id=cause.receipt.id,
        cause=cause.key,
    )
    work.change(project, **project.billed_with(content["net"], content["tax"]))
    return issued


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
