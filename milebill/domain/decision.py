"""The client decides: acceptance makes the schedule and bills the deposits; a decline carries a reason."""

from dataclasses import dataclass, replace

from sqlalchemy import select

from milebill.domain.billing_needs import apply_needs
from milebill.domain.buyer import Buyer, buyer_of
from milebill.domain.contacts import approver_links
from milebill.domain.conversation import is_repeated
from milebill.domain.invoicing import Cause, issue_invoice
from milebill.domain.quotes import current_revision, load_quote
from milebill.domain.receipts import Issued, issue_receipt
from milebill.domain.schedule import make_project
from milebill.domain.second_signature import First, check_named, first_of_two, keep_first, record_first
from milebill.domain.signature import Signature, Signed, Signer, check_shown, check_signed, sign, signer
from milebill.domain.thread import write
from milebill.domain.work import Work, verb
from milebill.errors import Invalid, Refused
from milebill.models import (
    Client,
    DocumentKind,
    EventKind,
    MailKind,
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
from milebill.models.party import PARTY_FIELDS
from milebill.models.receipt import new_receipt_number
from milebill.models.two_approvers import TwoApprovers, pair_for, two_approvers


@dataclass(frozen=True)
class Decided:
    """The receipt's number, and whether this very call decided (False: it had been accepted before)."""

    receipt_number: str
    first: bool
    waits_for: str = ""
    """Who has to sign too, where the quote asks for two; there is no receipt before."""


@verb
def accept_quote(work: Work, quote_id: int, link_id: int, signature: Signature, buyer: Buyer) -> Decided:
    """Accept what the page showed; the project, its deposits' invoices, receipt, events and mails follow at once.

    Where the quote asks for two people, the first signature is kept and nothing moves; the second signs what the first
    one gave, and `buyer` is then left aside. Whoever comes later gets the receipt that there is. Raises NotFound;
    LinkRevoked, LinkExpired; Refused with "role", "not_named" or the state that the quote is in; Stale; Invalid by
    field.
    """
    quote = load_quote(work, quote_id)
    who = signer(work, quote.id, link_id, signature, Role.APPROVE)
    if quote.state == QuoteState.ACCEPTED:
        return Decided(acceptance_receipt(work, quote), first=False)
    revision = _decidable(work, quote)
    pair, first = pair_for(two_approvers(revision.content or {}), revision.gross), None
    if pair is not None:
        check_named(pair, who)
        first = first_of_two(work, ApprovalKind.ACCEPTANCE, revision.id)
        if first is not None and first.person.id == who.person.id:
            return Decided("", first=False, waits_for=pair.other_than(who.person.email).name)
    buyer = buyer if first is None else buyer_of(first.terms)
    _check_acceptance(signature, who, buyer, revision)
    check_shown(signature, revision.content_hash if first is None else first.hash_of(revision.content_hash))
    signature = replace(signature, content_hash=revision.content_hash or "")
    if pair is not None and first is None:
        return _keep_first(work, pair, quote, revision, who, signature, buyer)
    return agree(work, quote, revision, who, signature, buyer, first)


def _keep_first(
    work: Work, pair: TwoApprovers, quote: Quote, revision: Revision, who: Signer, signature: Signature, buyer: Buyer
) -> Decided:
    other = pair.other_than(who.person.email).name
    about = {"number": quote.number, "title": revision.title, "gross": revision.gross, "currency": revision.currency}
    event = record_first(work, EventKind.QUOTE_APPROVED, who, signature, quote, waits_for=other, **about)
    keep_first(work, pair, ApprovalKind.ACCEPTANCE, who, signature, quote, event, revision.id, buyer.terms())
    return Decided("", first=True, waits_for=other)


def agree(
    work: Work, quote: Quote, revision: Revision, who: Signer, signature: Signature, buyer: Buyer, first: First | None
) -> Decided:
    """All that an acceptance causes, whose conditions were checked."""
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
        **signed.on_behalf(),
    )
    subject = {
        "title": project.title,
        "number": quote.number,
        "revision": revision.number,
        "gross": project.gross,
        "currency": project.currency,
        "buyer": snapshot,
        "purchase_order_number": project.purchase_order_number,
    } | ({} if first is None else {"first": first.proof()})
    receipt = issue_receipt(work, number, signed, event, quote, subject)
    _tell_both(work, who, quote, receipt, first)
    _bill_deposits(work, signed, quote, project, milestones, receipt)
    return Decided(number, first=True)


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
        buyer.check(revision.content or {})
    except Invalid as error:
        errors |= error.errors
    check_signed(signature, who, errors=errors)


def _remember(work: Work, quote: Quote, who: Signer, signature: Signature, project: Project, buyer: Buyer) -> None:
    """The client's book learns what the buyer gave, for the next quote, and tells where its e-invoices go."""
    client = work.session.get_one(Client, project.client_id)
    for name in PARTY_FIELDS:
        setattr(client, name, project.buyer[name])
    project.buyer = client.addressed(project.buyer)
    apply_needs(work, quote, project, client, buyer.needs)
    if signature.job_title.strip():
        who.person.job_title = signature.job_title.strip()[:200]


def _tell_both(work: Work, who: Signer, quote: Quote, receipt: Issued, first: First | None) -> None:
    document_id = work.queue_document(DocumentKind.AGREEMENT, receipt.id, quote, f"{quote.number}-agreement.pdf")
    cause = {"receipt_id": receipt.id, "document_ids": [document_id]}
    signers = [who.link] if first is None else [first.link(work), who.link]
    for link in signers if who.behalf is None else approver_links(work, quote):
        work.mail_client(MailKind.QUOTE_ACCEPTED_CLIENT, link, quote, **cause)
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


def acceptance_receipt(work: Work, quote: Quote) -> str:
    """The number of the receipt that an accepted quote has."""
    query = select(Receipt.number).where(Receipt.quote_id == quote.id, Receipt.kind == ApprovalKind.ACCEPTANCE)
    return work.session.scalars(query).one()


@verb
def decline_quote(work: Work, quote_id: int, link_id: int, signature: Signature, reason: str) -> bool:
    """Decline with a reason, which the supplier gets by mail and reads in the thread; returns whether this call did.

    Raises like `accept_quote`; Invalid also for "reason".
    """
    quote = load_quote(work, quote_id)
    who = signer(work, quote.id, link_id, signature, Role.APPROVE)
    if quote.state == QuoteState.DECLINED and _is_second_click(work, quote, who, reason):
        return False
    revision = _decidable(work, quote)
    reason = reason.strip()
    errors = {} if reason else {"reason": "required"}
    if len(reason) > 4000:
        errors["reason"] = "too_long"
    check_signed(signature, who, errors=errors)
    check_shown(signature, revision.content_hash)
    work.move(quote, QuoteState.DECLINED, decided_at=work.now)
    sign(work, ApprovalKind.DECLINE, who, signature, quote, revision.id, reason=reason)
    actor = who.actor(signature)
    write(work, quote, "decline", actor, reason, _once(revision))
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


def _is_second_click(work: Work, quote: Quote, who: Signer, reason: str) -> bool:
    return is_repeated(work, quote.id, _once(current_revision(work, quote)), who, reason)


def _once(revision: Revision) -> str:
    return f"decline:{revision.id}"
