"""Quotes that two people have to approve, told by the people of tests/actors.py."""

from typing import Any

from milebill.domain import decision, milestones
from milebill.domain.buyer import Buyer
from milebill.domain.decision import Decided
from milebill.domain.milestones import SignedOff
from milebill.models import Approval, Revision
from milebill.models.approval import ApprovalKind
from milebill.models.two_approvers import shown_to_second
from tests.actors import ACCEPT, APPROVER, BUYER, SIGN_OFF, ClientPerson, Deal, Supplier, a_sent_quote, signed
from tests.rules import rows

SECOND = ClientPerson("Ben Vogt", "ben@los-verlag.example")
OF_TWO: dict[str, Any] = {"second_name": SECOND.name, "second_email": SECOND.email, "second_above": "3000"}
"""Of 11,900.00 with tax: the quote and milestone 2 (5,355.00) need both, milestone 3 (2,975.00) does not."""


def a_quote_for_two(supplier: Supplier, **changes: Any) -> Deal:
    """A quote that waits for two people."""
    return a_sent_quote(supplier, **(OF_TWO | changes))


def accept_as(deal: Deal, person: ClientPerson, shown: str | None = None, buyer: Buyer | None = None) -> Decided:
    """Somebody accepts what they are shown now."""
    signature = signed(offer_shown(deal) if shown is None else shown, ACCEPT, name=person.name)
    given = buyer or Buyer(BUYER, "PO-7")
    return decision.accept_quote(deal.workspace_id, deal.quote_id, deal.link(person), signature, given)


def decline_as(deal: Deal, person: ClientPerson) -> bool:
    """Somebody declines."""
    signature = signed(deal.offer_hash(), "I decline.", name=person.name)
    return decision.decline_quote(deal.workspace_id, deal.quote_id, deal.link(person), signature, "No.")


def offer_shown(deal: Deal) -> str:
    """The hash of what the form that accepts shows now."""
    shown = deal.offer_hash()
    (revision,) = rows(Revision, Revision.quote_id == deal.quote_id, Revision.content_hash == shown)
    firsts = rows(Approval, Approval.revision_id == revision.id, Approval.kind == ApprovalKind.ACCEPTANCE)
    return shown_to_second(shown, firsts[0].id, firsts[0].terms) if firsts else shown


def an_accepted_project_of_two(supplier: Supplier, **changes: Any) -> Deal:
    """Both have accepted."""
    deal = a_quote_for_two(supplier, **changes)
    accept_as(deal, APPROVER)
    accept_as(deal, SECOND)
    return deal


def a_milestone_for_two(supplier: Supplier, **changes: Any) -> Deal:
    """Milestone 2 waits for two sign-offs."""
    deal = an_accepted_project_of_two(supplier, **changes)
    deal.submit(2)
    return deal


def sign_off_as(deal: Deal, person: ClientPerson, position: int = 2) -> SignedOff:
    """Somebody signs a milestone off."""
    signature = signed(deal.submission_hash(position), SIGN_OFF, name=person.name)
    return milestones.sign_off_milestone(deal.workspace_id, deal.quote_id, deal.link(person), position, signature)


def send_back_as(deal: Deal, person: ClientPerson, position: int = 2) -> bool:
    """Somebody requests changes."""
    signature, link = signed(deal.submission_hash(position), name=person.name), deal.link(person)
    return milestones.request_changes(deal.workspace_id, deal.quote_id, link, position, signature, "Not yet.")
