"""Drafts with more than one plain tax, and what is left of a project when all of it was told."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from milebill.db import reading
from milebill.domain import decision
from milebill.domain.buyer import Buyer
from milebill.models import Invoice, Milestone, Project, Revision
from tests.actors import ACCEPT, BUYER, Deal, signed

BC = {"tax_label": "GST", "tax_rate": "5", "second_tax_label": "PST", "second_tax_rate": "7", "currency": "CAD"}
"""British Columbia: two taxes of the same net."""
REVERSE = {"tax_label": "VAT", "tax_rate": "0", "tax_category": "AE"}
"""Services to a business in another country of the EU."""


def taxed(milestones: list[dict[str, str]], *taxes: str) -> list[dict[str, str]]:
    """The same milestones, each with the number of its tax."""
    return [{**row, "tax": tax} for row, tax in zip(milestones, taxes, strict=True)]


def accept(deal: Deal, **party: str) -> None:
    """The approver accepts and gives these details of their company."""
    buyer = Buyer(BUYER | party)
    decision.accept_quote(deal.workspace_id, deal.quote_id, deal.link(), signed(deal.offer_hash(), ACCEPT), buyer)


def finish(deal: Deal, order: Sequence[int] = ()) -> list[dict[str, Any]]:
    """Send, accept, submit and sign off everything; returns the invoices' contents in the order of their issue.

    Milestones that `order` names (by position) are signed off in its order, the others after them.
    """
    deal.send()
    deal.accept()
    with reading() as connection:
        query = select(Milestone.position, Milestone.state).join(Project, Project.id == Milestone.project_id)
        steps = connection.execute(query.where(Project.quote_id == deal.quote_id).order_by(Milestone.position)).all()
    for step in sorted(steps, key=lambda step: order.index(step.position) if step.position in order else len(order)):
        if step.state == "planned":
            deal.submit(step.position)
            deal.sign_off(step.position)
    return contents(deal)


def offered(deal: Deal) -> dict[str, Any]:
    """The content that the client was sent."""
    with reading() as connection:
        return dict(connection.scalar(select(Revision.content).where(Revision.quote_id == deal.quote_id)) or {})


def contents(deal: Deal) -> list[dict[str, Any]]:
    """Of the deal's invoices, oldest first."""
    query = select(Invoice.content).join(Project, Project.id == Invoice.project_id)
    with reading() as connection:
        return list(connection.scalars(query.where(Project.quote_id == deal.quote_id).order_by(Invoice.id)))
