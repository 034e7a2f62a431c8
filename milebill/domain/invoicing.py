"""A milestone's invoice, inside of the transaction of the acceptance or the sign-off that causes it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, or_, select

from milebill.categories import DEDUCTS
from milebill.domain.contacts import accounts_payable
from milebill.domain.invoice_lines import Billed, Share, breakdown, check_shares, deducting, line, net_and_tax
from milebill.domain.issuing import IssuedInvoice, issue
from milebill.domain.numbering import next_number
from milebill.domain.receipts import Issued
from milebill.domain.work import Actor, Work
from milebill.models import Invoice, InvoiceKind, Milestone, MilestoneAmount, Project, Quote, TaxGroup
from milebill.models.milestone import Trigger

VERSION = 2
"""2 breaks the tax down by group and tax, with reasons, and can deduct and refer to earlier invoices."""


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
    content = _content(work, project, milestone, cause, load_shares(work, milestone))
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


SHARE_COLUMNS = (
    MilestoneAmount.net,
    MilestoneAmount.tax,
    MilestoneAmount.second_tax,
    TaxGroup.position.label("group"),
    TaxGroup.label,
    TaxGroup.category,
    TaxGroup.rate,
    TaxGroup.reason_code,
    TaxGroup.reason,
    TaxGroup.second_label,
    TaxGroup.second_rate,
)
"""What invoice_lines.Share needs."""

_SHARES = (
    select(*SHARE_COLUMNS)
    .join(TaxGroup, TaxGroup.id == MilestoneAmount.tax_group_id)
    .where(MilestoneAmount.milestone_id == bindparam("milestone_id"), MilestoneAmount.net != 0)
    .order_by(TaxGroup.position)
)


def load_shares(work: Work, milestone: Milestone) -> list[Share]:
    """The milestone's frozen share of each tax group in which it has one."""
    rows = work.connection.execute(_SHARES, {"milestone_id": milestone.id})
    shares = [dict(row) for row in rows.mappings()]
    check_shares(shares)
    return shares  # type: ignore[return-value]


_CONTRACT = (
    select(Milestone.id, Milestone.title, Milestone.position, *SHARE_COLUMNS)
    .join(Milestone, Milestone.id == MilestoneAmount.milestone_id)
    .join(TaxGroup, TaxGroup.id == MilestoneAmount.tax_group_id)
    .where(Milestone.project_id == bindparam("project_id"), MilestoneAmount.net != 0)
    .order_by(Milestone.position, TaxGroup.position)
)
_BILLED = (
    select(Invoice.id, Invoice.milestone_id, Invoice.number, Invoice.issued_on, Invoice.kind, Invoice.credited)
    .where(Invoice.project_id == bindparam("project_id"), Invoice.kind != InvoiceKind.CREDIT_NOTE.value)
    .order_by(Invoice.id)
)


def _deducting(work: Work, project: Project, milestone: Milestone) -> dict[str, Any]:
    """The final invoice's own parts, from two selects that no other sign-off needs; empty if nothing was billed."""
    key = {"project_id": project.id}
    contract: list[Share] = [dict(row) for row in work.connection.execute(_CONTRACT, key).mappings()]
    check_shares(contract)
    standing = {row.milestone_id: row for row in work.connection.execute(_BILLED, key)}  # the last one of each
    standing.pop(milestone.id, None)
    earlier = []
    for milestone_id, row in sorted(standing.items(), key=lambda pair: pair[1].id):
        shares = [share for share in contract if share["id"] == milestone_id]
        earlier.append(
            Billed(
                row.number, row.issued_on.isoformat(), row.kind, row.credited, shares[0]["title"],
                shares[0]["position"], shares,
            )
        )  # fmt: skip
    return deducting([(share["title"], share["position"], share) for share in contract], earlier) if earlier else {}


def _content(work: Work, project: Project, milestone: Milestone, cause: Cause, shares: list[Share]) -> dict[str, Any]:
    taxes = breakdown(shares)
    net, tax = net_and_tax(taxes)
    left = project.gross - project.billed_gross - net - tax
    kind = _kind(work, milestone, left)
    deducts = kind == InvoiceKind.FINAL and project.final_invoice == DEDUCTS
    return {
        "version": VERSION,
        "number": next_number(work, "invoice", project.client_id),
        "kind": str(kind),
        "currency": project.currency,
        "issued_on": work.today.isoformat(),
        "due_on": (work.today + timedelta(days=project.payment_terms_days)).isoformat(),
        "payment_terms_days": project.payment_terms_days,
        "delivered_on": work.today.isoformat(),
        "seller": work.workspace.seller(),
        "buyer": project.buyer,
        "vendor_number": project.vendor_number,
        "title": project.title,
        "quote": cause.receipt.content["quote"],
        "references": [],
        "lines": [line(milestone.title, milestone.position, share) for share in shares],
        "taxes": taxes,
        "net": net,
        "tax": tax,
        "gross": net + tax,
        "contract": {
            "gross": project.gross,
            "billed_before": project.billed_gross,
            "this": net + tax,
            "remaining": left,
            "credited": project.credited_gross,
        },
        "proof": _proof(milestone, cause),
        "payment": work.workspace.payment_details(),
        **(_deducting(work, project, milestone) if deducts else {}),
    }


def _proof(milestone: Milestone, cause: Cause) -> dict[str, Any]:
    proof = cause.receipt.content
    behalf = proof.get("on_behalf")
    return {
        "kind": cause.receipt.kind,
        "milestone_position": milestone.position,
        "milestone_count": cause.milestone_count,
        "milestone_title": milestone.title,
        "name": proof["who"]["name"],
        "job_title": proof["who"]["job_title"],
        "at": proof["at"],
        "receipt": cause.receipt.number,
        **({"on_behalf": {name: behalf[name] for name in ("recorded_by", "accepted_on")}} if behalf else {}),
    }


def _kind(work: Work, milestone: Milestone, left: int) -> InvoiceKind:
    if left == 0 and not (milestone.reopened_at and _has_final(work, milestone)):
        return InvoiceKind.FINAL
    return InvoiceKind.DEPOSIT if milestone.trigger == Trigger.ACCEPTANCE else InvoiceKind.MILESTONE


def _has_final(work: Work, milestone: Milestone) -> bool:
    """Whether a final invoice stands already: what is billed again after it is an invoice of its milestone."""
    query = select(Invoice.id).where(
        Invoice.project_id == milestone.project_id,
        Invoice.kind != InvoiceKind.CREDIT_NOTE,
        or_(Invoice.kind == InvoiceKind.FINAL, Invoice.content["of_kind"].as_string() == InvoiceKind.FINAL),
        Invoice.credited < Invoice.gross,
    )
    return work.session.scalar(query.limit(1)) is not None
