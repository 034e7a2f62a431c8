"""The client decides: acceptance makes the schedule and bills the deposits; a decline carries a reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from milebill.categories import BETWEEN_TAX_IDS, is_untaxed_between
from milebill.domain.billing_needs import Needs, apply_needs
from milebill.domain.invoicing import Cause, issue_invoice
from milebill.domain.quotes import current_revision, load_quote
from milebill.domain.receipts import Issued, issue_receipt
from milebill.domain.schedule import make_project
from milebill.domain.signature import Signature, Signed, Signer, check_shown, check_signed, sign, signer
from milebill.domain.work import Work, verb
from milebill.errors import Invalid, NotFound, Refused
from milebill.models import (
    Client,
    DocumentKind,
    EventKind,
    MailKind,
    Message,
    Milestone,
    MilestoneState,
    Project,
    Quote,
    QuoteState,
    Receipt,
    Revision,
    Role,
)
from milebill.models.approval import ApprovalKind
from milebill.models.milestone import Trigger
from milebill.models.party import PARTY_FIELDS, Snapshot
from milebill.models.receipt import new_receipt_number

REQUIRED_OF_BUYER = ("legal_name", "address_line_1", "city", "country_code")
"""Directive 2006/112/EC, art. 226 (5): the customer's full name and address."""


@dataclass(frozen=True)
class Decided:
    """The receipt's number, and whether this very call decided (False: it had been accepted before)."""

    receipt_number: str
    first: bool


@dataclass(frozen=True)
class Buyer:
    """Who is invoiced, as the approver gives it with the acceptance."""

    party: Snapshot
    purchase_order_number: str = ""
    buyer_reference: str = ""
    needs: Needs = field(default_factory=Needs)

    def check(self, offer: Mapping[str, Any]) -> None:
        """Raises Invalid for what the offer's invoices could not be issued without.

        Reverse charge and intra-community supplies need the buyer's tax id, in another country of the EU (BR-AE-02,
        BR-IC-02): nothing is taxed anew here, the supplier has to offer it anew.
        """
        errors = {name: "required" for name in REQUIRED_OF_BUYER if not str(self.party.get(name, "")).strip()}
        errors |= {name: "too_long" for name in PARTY_FIELDS if len(self.party.get(name, "")) > 200}
        if any(tax["category"] in BETWEEN_TAX_IDS for tax in offer["taxes"]):
            country = str(self.party.get("country_code", "")).strip()
            if not str(self.party.get("tax_id", "")).strip():
                errors["tax_id"] = "required"
            if country and not is_untaxed_between(offer["seller"]["country_code"], country):
                errors["country_code"] = "category"
        try:
            self.needs.read()
        except Invalid as error:
            errors |= error.errors
        if errors:
            raise Invalid(errors)

    def snapshot(self) -> Snapshot:
        """Every field of a party, stripped."""
        return {name: str(self.party.get(name, "")).strip() for name in PARTY_FIELDS}


@verb
def accept_quote(work: Work, quote_id: int, link_id: int, signature: Signature, buyer: Buyer) -> Decided:
    """Accept what the page showed; the project, its deposits' invoices, receipt, events and mails follow at once.

    Whoever comes second gets the first one's receipt. Raises NotFound; LinkRevoked, LinkExpired; Refused with "role"
    or the state that the quote is in; Stale; Invalid by field.
    """
    quote = load_quote(work, quote_id)
    who = _signer_of(work, quote, link_id, signature)
    if quote.state == QuoteState.ACCEPTED:
        return Decided(_acceptance_receipt(work, quote), first=False)
    revision = _decidable(work, quote)
    _check_acceptance(signature, who, buyer, revision)
    check_shown(signature, revision.content_hash)
    work.move(quote, QuoteState.ACCEPTED, decided_at=work.now)
    signed = sign(work, ApprovalKind.ACCEPTANCE, who, signature, quote, revision.id)
    snapshot = buyer.snapshot()
    project, milestones, _ = make_project(
        work, quote, revision, snapshot, buyer.purchase_order_number.strip(), buyer.buyer_reference.strip()
    )
    _remember(work, quote, who, signature, project, buyer)
    number = new_receipt_number()
    event = work.record(
        EventKind.QUOTE_ACCEPTED,
        signed.actor(),
        quote,
        shown=revision.content_hash,
        number=quote.number,
        title=project.title,
        gross=project.gross,
        currency=project.currency,
        buyer=snapshot["legal_name"],
        purchase_order_number=project.purchase_order_number,
        consent=signature.consent,
        receipt=number,
    )
    subject = {
        "title": project.title,
        "number": quote.number,
        "revision": revision.number,
        "gross": project.gross,
        "currency": project.currency,
        "buyer": snapshot,
        "purchase_order_number": project.purchase_order_number,
    }
    receipt = issue_receipt(work, number, signed, event, quote, subject)
    _tell_both(work, who, quote, receipt)
    _bill_deposits(work, signed, quote, project, milestones, receipt)
    return Decided(number, first=True)


def _signer_of(work: Work, quote: Quote, link_id: int, signature: Signature) -> Signer:
    who = signer(work, link_id, signature, Role.APPROVE)
    if who.link.quote_id != quote.id:
        raise NotFound
    return who


def _decidable(work: Work, quote: Quote) -> Revision:
    revision = current_revision(work, quote)
    if not quote.can_decide():
        raise Refused(quote.state)
    if revision.valid_until is not None and revision.valid_until < work.today:
        raise Refused(QuoteState.EXPIRED)
    return revision


def _check_acceptance(signature: Signature, who: Signer, buyer: Buyer, revision: Revision) -> None:
    errors: dict[str, str] = {}
    try:
        check_signed(signature, who)
    except Invalid as error:
        errors |= error.errors
    try:
        buyer.check(revision.content or {})
    except Invalid as error:
        errors |= error.errors
    if errors:
        raise Invalid(errors)


def _remember(work: Work, quote: Quote, who: Signer, signature: Signature, project: Project, buyer: Buyer) -> None:
    """The client's book learns what the buyer gave, so that the next quote can start from it."""
    client = work.session.get_one(Client, project.client_id)
    for name, value in project.buyer.items():
        setattr(client, name, value)
    apply_needs(work, quote, project, client, buyer.needs)
    if signature.job_title.strip():
        who.person.job_title = signature.job_title.strip()[:200]


def _tell_both(work: Work, who: Signer, quote: Quote, receipt: Issued) -> None:
    document_id = work.queue_document(DocumentKind.AGREEMENT, receipt.id, quote, f"{quote.number}-agreement.pdf")
    cause = {"receipt_id": receipt.id, "document_ids": [document_id]}
    work.mail_client(MailKind.QUOTE_ACCEPTED_CLIENT, who.link, quote, **cause)
    work.mail_supplier(MailKind.QUOTE_ACCEPTED_SUPPLIER, quote, **cause)


def _bill_deposits(
    work: Work,
    signed: Signed,
    quote: Quote,
    project: Project,
    milestones: list[Milestone],
    receipt: Issued,
) -> None:
    for milestone in milestones:
        if milestone.trigger == Trigger.ACCEPTANCE:
            milestone.state, milestone.signed_off_at = MilestoneState.SIGNED_OFF, work.now
            cause = Cause(f"acceptance:{milestone.id}", receipt, len(milestones))
            issue_invoice(work, signed.actor(), quote, project, milestone, cause)


def _acceptance_receipt(work: Work, quote: Quote) -> str:
    query = select(Receipt.number).where(Receipt.quote_id == quote.id, Receipt.kind == ApprovalKind.ACCEPTANCE)
    return work.session.scalars(query).one()


@verb
def decline_quote(work: Work, quote_id: int, link_id: int, signature: Signature, reason: str) -> bool:
    """Decline with a reason, which the supplier gets by mail and reads in the thread; returns whether this call did.

    Raises like `accept_quote`; Invalid also for "reason".
    """
    quote = load_quote(work, quote_id)
    who = _signer_of(work, quote, link_id, signature)
    if quote.state == QuoteState.DECLINED:
        return False
    revision = _decidable(work, quote)
    reason = reason.strip()
    errors = {} if reason else {"reason": "required"}
    if len(reason) > 4000:
        errors["reason"] = "too_long"
    try:
        check_signed(signature, who)
    except Invalid as error:
        errors |= error.errors
    if errors:
        raise Invalid(errors)
    check_shown(signature, revision.content_hash)
    work.move(quote, QuoteState.DECLINED, decided_at=work.now)
    sign(work, ApprovalKind.DECLINE, who, signature, quote, revision.id, reason=reason)
    actor = who.actor(signature)
    work.session.add(
        Message(
            workspace_id=work.workspace.id,
            quote_id=quote.id,
            side="client",
            kind="decline",
            person_id=who.person.id,
            name=actor.name,
            text=reason,
            once="decline",
            at=work.now,
        )
    )
    work.record(
        EventKind.QUOTE_DECLINED,
        actor,
        quote,
        shown=revision.content_hash,
        number=quote.number,
        title=revision.title,
        reason=reason,
    )
    work.mail_supplier(MailKind.QUOTE_DECLINED, quote, reason=reason, name=actor.name)
    return True
