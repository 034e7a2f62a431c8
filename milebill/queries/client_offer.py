"""What was offered, read from a revision's frozen content (domain/offer.py): for the client's page and its preview."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from milebill.agreed_criteria import AgreedCriterion, agreed_criteria
from milebill.models.milestone import MilestoneState, Trigger
from milebill.models.review import Review, review_of
from milebill.models.two_approvers import TwoApprovers, two_approvers


class OfferedMilestone(NamedTuple):
    """A step of the offer. Amounts are minor units, `share` is thousandths of a percent of the net total."""

    position: int
    title: str
    description: str
    planned_on: date | None
    trigger: str
    criteria: tuple[AgreedCriterion, ...]
    net: int
    tax: int
    gross: int
    share: int
    state: str = MilestoneState.PLANNED
    next: str = ""


class OfferedItem(NamedTuple):
    """A line of what the price is made of. Amounts are minor units, net, after every discount."""

    description: str
    quantity: int
    """Thousandths of a unit."""
    unit: str
    unit_price: int
    discount: int
    """Thousandths of a percent."""
    discount_of_whole: int
    """Minor units: its part of what is taken off the whole."""
    net: int


class TaxLine(NamedTuple):
    """One tax as it is printed: the rate is thousandths of a percent, the tax minor units."""

    label: str
    rate: int
    tax: int
    reason: str = ""
    """Why none is charged."""


def tax_lines(taxes: Iterable[Mapping[str, Any]]) -> tuple[TaxLine, ...]:
    """The entries of a frozen breakdown, of a quote or an invoice of any version."""
    return tuple(TaxLine(tax["label"], tax["rate"], tax["tax"], tax.get("reason", "")) for tax in taxes)


@dataclass(frozen=True, slots=True)
class Offer:
    """The offer as it is shown and hashed. Amounts are minor units."""

    number: str
    revision: int
    title: str
    introduction: str
    currency: str
    valid_until: date
    payment_terms_days: int
    review: Review | None
    """How long the client may review a milestone, if that is agreed."""
    seller: Mapping[str, Any]
    client_name: str
    approver_name: str
    two_approvers: TwoApprovers | None
    """Who must approve above an amount, if the quote asks for two people."""
    items: tuple[OfferedItem, ...]
    milestones: tuple[OfferedMilestone, ...]
    tax_lines: tuple[TaxLine, ...]
    categories: frozenset[str]
    """Of its taxes, BT-151."""
    net: int
    tax: int
    gross: int
    final_invoice: str
    """"deducts", or "own_share"."""
    deposit: int
    """Gross of what acceptance bills at once; 0 when nothing is."""


def offer_of(content: Mapping[str, Any]) -> Offer:
    """The offer in a revision's content, whose form is versioned there."""
    milestones = tuple(_milestone(item) for item in content["milestones"])
    return Offer(
        number=content["number"],
        revision=content["revision"],
        title=content["title"],
        introduction=content["introduction"],
        currency=content["currency"],
        valid_until=date.fromisoformat(content["valid_until"]),
        payment_terms_days=content["payment_terms_days"],
        review=review_of(content.get("clauses")),
        seller=content["seller"],
        client_name=content["client"]["name"],
        approver_name=content["approver"]["name"],
        two_approvers=two_approvers(content),
        items=tuple(_item(item) for item in content.get("items", ())),
        milestones=milestones,
        tax_lines=tax_lines(content["taxes"]),
        categories=frozenset(tax["category"] for tax in content["taxes"]),
        net=content["net"],
        tax=content["tax"],
        gross=content["gross"],
        final_invoice=content.get("final_invoice", "own_share"),
        deposit=sum(milestone.gross for milestone in milestones if milestone.trigger == Trigger.ACCEPTANCE),
    )


def _item(item: Mapping[str, Any]) -> OfferedItem:
    return OfferedItem(*(item[name] for name in OfferedItem._fields))


def _milestone(item: Mapping[str, Any]) -> OfferedMilestone:
    return OfferedMilestone(
        position=item["position"],
        title=item["title"],
        description=item["description"],
        planned_on=date.fromisoformat(item["planned_on"]) if item["planned_on"] else None,
        trigger=item["trigger"],
        criteria=agreed_criteria(item["criteria"]),
        net=item["net"],
        tax=item["tax"],
        gross=item["gross"],
        share=item["share"],
    )
