"""A milestone goes before the client and comes back: submit, take back, sign off, request changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from milebill.canonical import digest
from milebill.domain.contacts import approver_links
from milebill.domain.conversation import is_repeated
from milebill.domain.criteria import criteria_of, in_receipt, load_criteria
from milebill.domain.evidence import MAX_NOTE, Evidence, keep_evidence, shown, submission_errors
from milebill.domain.invoicing import Cause, issue_invoice
from milebill.domain.parting import Part, propose, split_off
from milebill.domain.place import Place, load_place, named
from milebill.domain.receipts import Issued, issue_receipt
from milebill.domain.review import reviewed_until
from milebill.domain.second_sign_off import Awaited, sign_in_turn
from milebill.domain.second_signature import First
from milebill.domain.signature import Signature, Signed, Signer, check_shown, check_signed, sign, signer
from milebill.domain.stored_files import Attached, told_of
from milebill.domain.thread import write
from milebill.domain.work import Actor, Work, verb
from milebill.errors import Invalid, Refused
from milebill.models import (
    DocumentKind,
    EventKind,
    Invoice,
    MailKind,
    Milestone,
    MilestoneState,
    Receipt,
    Role,
    Submission,
)
from milebill.models.approval import Approval, ApprovalKind
from milebill.models.receipt import new_receipt_number
from milebill.models.submission import Outcome


@dataclass(frozen=True)
class SignedOff:
    """What the sign-off made; the invoice is None for a milestone that costs nothing.

    Where two people have to sign and one has, nothing was made yet, and `waits_for` names the other.
    """

    receipt_number: str
    invoice_id: int | None
    invoice_number: str | None
    first: bool
    waits_for: str = ""


@verb
def submit_milestone(
    work: Work,
    actor: Actor,
    quote_id: int,
    position: int,
    note: str,
    evidence: Sequence[Evidence] = (),
    part: Part | None = None,
) -> None:
    """Put the milestone before the client with a note, links, files (already stored) and notes by criterion.

    Criteria that were accepted before are shown as accepted, and need nothing. With `part`, signing off will split the
    milestone. Raises NotFound; Refused with the state that it is in; Invalid as `submission_errors` and `propose`.
    """
    place = load_place(work, quote_id, position)
    milestone = place.milestone
    if not milestone.can_submit():
        raise Refused(milestone.state)
    note = note.strip()
    criteria = load_criteria(work, place)
    errors = submission_errors(note, evidence, criteria)
    proposed, errors_of_part = propose(work, place, part, criteria) if part else (None, {})
    if errors or errors_of_part:
        raise Invalid(errors | errors_of_part)
    number = milestone.submissions + 1
    content = shown(place, number, note, evidence, criteria, proposed)
    submission = Submission(
        milestone_id=milestone.id,
        number=number,
        note=note,
        content=content,
        part=proposed,
        content_hash=digest(content),
        submitted_by=actor.user_id,
        submitted_at=work.now,
        **reviewed_until(work, place.project),
    )
    work.session.add(submission)
    work.session.flush()
    keep_evidence(work, submission.id, evidence)
    work.move(
        milestone,
        MilestoneState.SUBMITTED,
        submissions=number,
        submitted_at=work.now,
        started_on=milestone.started_on or work.today,
    )
    write(work, place.quote, "submission", actor, note, f"submission:{submission.id}", milestone_id=milestone.id)
    work.record(
        EventKind.MILESTONE_SUBMITTED,
        actor,
        place.quote,
        shown=submission.content_hash,
        **_told_of(place, proposed),
        **named(place, number),
    )
    for link in approver_links(work, place.quote):
        work.mail_client(MailKind.MILESTONE_SUBMITTED, link, place.quote, submission_id=submission.id)


def _told_of(place: Place, part: dict[str, Any] | None) -> dict[str, Any]:
    if part is None:
        return {}
    return {"part": {"gross": part["net"] + part["tax"], "currency": place.project.currency}}


@verb
def take_back_milestone(work: Work, actor: Actor, quote_id: int, position: int) -> None:
    """The supplier withdraws the submission; the milestone is planned again. Raises NotFound, Refused."""
    place = load_place(work, quote_id, position)
    if not place.milestone.can_take_back():
        raise Refused(place.milestone.state)
    work.move(place.milestone, MilestoneState.PLANNED)
    submission = place.submission
    work.change(submission, outcome=Outcome.TAKEN_BACK, decided_at=work.now)
    work.record(EventKind.MILESTONE_TAKEN_BACK, actor, place.quote, **named(place, submission.number))


@verb
def sign_off_milestone(work: Work, quote_id: int, link_id: int, position: int, signature: Signature) -> SignedOff:
    """Sign a submitted milestone off; its invoice is issued in the same transaction.

    The signature accepts every criterion that was still open. Whoever comes second gets the first one's receipt and
    invoice. Raises NotFound; LinkRevoked, LinkExpired; Refused with "role" or the state that the milestone is in;
    Stale; Invalid for "name" and "consent".
    """
    place = load_place(work, quote_id, position)
    who = signer(work, quote_id, link_id, signature, Role.APPROVE)
    if place.milestone.state == MilestoneState.SIGNED_OFF:
        return first_result(work, place.milestone)
    if not place.milestone.can_sign_off():
        raise Refused(place.milestone.state)
    check_signed(signature, who)
    return complete(work, place, who, signature)


def complete(work: Work, place: Place, who: Signer, signature: Signature) -> SignedOff:
    """The sign-off itself, once state and signature were checked. Raises Stale, Refused("not_named")."""
    milestone, submission = place.milestone, place.submission
    check_shown(signature, submission.content_hash)
    first = sign_in_turn(work, place, who, signature)
    if isinstance(first, Awaited):
        return SignedOff("", None, None, first=first.first, waits_for=first.name)
    work.move(milestone, MilestoneState.SIGNED_OFF, signed_off_at=work.now)
    work.change(submission, outcome=Outcome.SIGNED_OFF, decided_at=work.now)
    remainder = split_off(work, place, submission.part) if submission.part else None
    signed = _sign(work, who, signature, place, submission)
    receipt = _receipt(work, signed, place, submission, first, remainder)
    cause = Cause(f"sign_off:{submission.id}", receipt, place.milestone_count + bool(remainder))
    invoice = issue_invoice(work, signed.actor(), place.quote, place.project, milestone, cause)
    document_id = work.queue_document(DocumentKind.RECEIPT, receipt.id, place.quote, f"receipt-{receipt.number}.pdf")
    tell = {"receipt_id": receipt.id, "document_ids": [document_id]}
    for link in [who.link] if first is None else [first.link(work), who.link]:
        work.mail_client(MailKind.MILESTONE_SIGNED_OFF_CLIENT, link, place.quote, **tell)
    work.mail_supplier(MailKind.MILESTONE_SIGNED_OFF_SUPPLIER, place.quote, **tell)
    return SignedOff(receipt.number, invoice.id if invoice else None, invoice.number if invoice else None, first=True)


def _sign(work: Work, who: Signer, signature: Signature, place: Place, submission: Submission) -> Signed:
    return sign(
        work,
        ApprovalKind.SIGN_OFF,
        who,
        signature,
        place.quote,
        place.project.revision_id,
        milestone_id=place.milestone.id,
        submission_id=submission.id,
    )


def _receipt(
    work: Work,
    signed: Signed,
    place: Place,
    submission: Submission,
    first: First | None,
    remainder: dict[str, Any] | None,
) -> Issued:
    number = new_receipt_number()
    split = {"remainder": remainder} if remainder else {}
    event = work.record(
        EventKind.MILESTONE_SIGNED_OFF,
        signed.actor(),
        place.quote,
        shown=submission.content_hash,
        consent=signed.signature.consent,
        receipt=number,
        **split,
        **named(place, submission.number),
    )
    subject = {
        **named(place, submission.number),
        "gross": place.milestone.gross,
        "currency": place.project.currency,
        "criteria": in_receipt(criteria_of(work, place), submission.number, signed.signature.name.strip(), work.now),
        **({"first": first.proof()} if first else {}),
        **split,
    }
    return issue_receipt(work, number, signed, event, place.quote, subject)


def first_result(work: Work, milestone: Milestone) -> SignedOff:
    """What the first one got. Raises Refused for a deposit, which the acceptance signed off."""
    row = work.session.execute(
        select(Receipt.number, Invoice.id, Invoice.number.label("invoice_number"))
        .join(Approval, Approval.id == Receipt.approval_id)
        .outerjoin(Invoice, (Invoice.receipt_id == Receipt.id) & Invoice.cause.startswith("sign_off:"))
        .where(Approval.milestone_id == milestone.id)
        .order_by(Receipt.id.desc())  # a milestone that was reopened is signed off again
    ).first()
    if row is None:  # a deposit: the acceptance signed it off
        raise Refused(MilestoneState.SIGNED_OFF)
    return SignedOff(row[0], row.id, row.invoice_number, first=False)


@verb
def request_changes(
    work: Work,
    quote_id: int,
    link_id: int,
    position: int,
    signature: Signature,
    reason: str,
    files: Sequence[Attached] = (),
) -> bool:
    """Send a submitted milestone back to the supplier with a reason; returns whether this call did.

    Raises like `sign_off_milestone`, but needs no ticked box; Invalid also for "reason".
    """
    place = load_place(work, quote_id, position)
    who = signer(work, quote_id, link_id, signature, Role.APPROVE)
    if was_sent_back(work, place, who, reason):
        return False
    if not place.milestone.can_sign_off():
        raise Refused(place.milestone.state)
    reason = reason.strip()
    errors = {} if reason else {"reason": "required"}
    if len(reason) > MAX_NOTE:
        errors["reason"] = "too_long"
    check_signed(signature, who, needs_consent=False, errors=errors)
    send_back(work, place, who, signature, reason, files)
    return True


def was_sent_back(work: Work, place: Place, who: Signer, reason: str) -> bool:
    """Whether this person has sent it back with just this reason, so that this is their second click."""
    if place.milestone.state != MilestoneState.CHANGES_REQUESTED:
        return False
    return is_repeated(work, place.quote.id, _once(place.submission), who, reason)


def _once(submission: Submission) -> str:
    return f"changes:{submission.id}"


def send_back(
    work: Work,
    place: Place,
    who: Signer,
    signature: Signature,
    reason: str,
    files: Sequence[Attached] = (),
    **told: Any,
) -> None:
    """The supplier gets the milestone back, once state and signature were checked; `told` goes into the event.

    Raises Stale.
    """
    submission = place.submission
    check_shown(signature, submission.content_hash)
    work.move(place.milestone, MilestoneState.CHANGES_REQUESTED)
    work.change(submission, outcome=Outcome.CHANGES_REQUESTED, decided_at=work.now, reason=reason)
    actor = who.actor(signature)
    about, once = place.milestone.id, _once(submission)
    write(work, place.quote, "changes_requested", actor, reason, once, milestone_id=about, files=files)
    work.record(
        EventKind.CHANGES_REQUESTED,
        actor,
        place.quote,
        shown=submission.content_hash,
        reason=reason,
        **told,
        **told_of(files),
        **named(place, submission.number),
    )
    work.mail_supplier(MailKind.CHANGES_REQUESTED, place.quote, submission_id=submission.id)
