"""A milestone goes before the client and comes back: submit, take back, sign off, request changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update

from milebill.canonical import digest
from milebill.domain import receipts
from milebill.domain.invoicing import Cause, issue_invoice
from milebill.domain.quotes import approver_links
from milebill.domain.signature import Signature, Signer, check_shown, check_signed, sign, signer
from milebill.domain.stored_files import claim_file
from milebill.domain.work import Actor, Work, verb
from milebill.errors import Invalid, NotFound, Refused
from milebill.models import (
    Criterion,
    Deliverable,
    DocumentKind,
    EventKind,
    Invoice,
    MailKind,
    Message,
    Milestone,
    MilestoneState,
    Project,
    Quote,
    Receipt,
    Revision,
    Role,
    Submission,
)
from milebill.models.approval import Approval, ApprovalKind
from milebill.models.submission import Outcome

MAX_DELIVERABLES, MAX_NOTE = 20, 8000


@dataclass(frozen=True)
class Evidence:
    """A link (`url`) or a stored file (`sha256`, `size` in bytes) that shows that the milestone is reached."""

    url: str = ""
    file_name: str = ""
    media_type: str = ""
    sha256: str = ""
    size: int = 0

    def content(self) -> dict[str, Any]:
        """What is hashed of it."""
        if self.url:
            return {"kind": "link", "url": self.url}
        return {"kind": "file", "name": self.file_name, "sha256": self.sha256, "size": self.size}


@dataclass(frozen=True)
class SignedOff:
    """What the sign-off made; the invoice is None for a milestone that costs nothing."""

    receipt_number: str
    invoice_id: int | None
    invoice_number: str | None
    first: bool


@dataclass(frozen=True)
class Place:
    """A milestone with what it belongs to."""

    milestone: Milestone
    project: Project
    quote: Quote


def _place(work: Work, quote_id: int, position: int) -> Place:
    row = work.session.execute(
        select(Milestone, Project, Quote)
        .join(Project, Project.id == Milestone.project_id)
        .join(Quote, Quote.id == Project.quote_id)
        .where(Quote.id == quote_id, Quote.workspace_id == work.workspace.id, Milestone.position == position)
    ).one_or_none()
    if row is None:
        raise NotFound
    return Place(row[0], row[1], row[2])


def _open_submission(work: Work, milestone: Milestone) -> Submission:
    query = select(Submission).where(
        Submission.milestone_id == milestone.id, Submission.number == milestone.submissions
    )
    return work.session.scalars(query).one()


def _move(work: Work, milestone: Milestone, old: Sequence[MilestoneState], new: MilestoneState, **values: Any) -> None:
    """One transition, decided by the row: a count other than 1 means that somebody else was first."""
    result = work.session.execute(
        update(Milestone)
        .where(Milestone.id == milestone.id, Milestone.state.in_(old))
        .values(state=new, **values)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise Refused(milestone.state)
    work.session.refresh(milestone, ["state", *values])


@verb
def submit_milestone(
    work: Work, actor: Actor, quote_id: int, position: int, note: str, evidence: Sequence[Evidence] = ()
) -> None:
    """Put the milestone before the client with a note, links and files (already stored).

    Raises NotFound; Refused with the state that it is in; Invalid for "note" or "evidence".
    """
    place = _place(work, quote_id, position)
    milestone = place.milestone
    if not milestone.can_submit():
        raise Refused(milestone.state)
    note = note.strip()
    _check_submission(note, evidence)
    number = milestone.submissions + 1
    submission = Submission(
        milestone_id=milestone.id,
        number=number,
        note=note,
        content_hash=digest(_shown(work, place, number, note, evidence)),
        submitted_by=actor.user_id,
        submitted_at=work.now,
    )
    work.session.add(submission)
    work.session.flush()
    _keep_evidence(work, submission, evidence)
    _move(
        work,
        milestone,
        [MilestoneState.PLANNED, MilestoneState.CHANGES_REQUESTED],
        MilestoneState.SUBMITTED,
        submissions=number,
        submitted_at=work.now,
        started_on=milestone.started_on or work.today,
    )
    _say(work, place, "submission", actor, note, f"submission:{submission.id}")
    work.record(
        EventKind.MILESTONE_SUBMITTED, actor, place.quote, shown=submission.content_hash, **_named(place, number)
    )
    for link in approver_links(work, place.quote):
        work.mail_client(MailKind.MILESTONE_SUBMITTED, link, place.quote, submission_id=submission.id)


def _check_submission(note: str, evidence: Sequence[Evidence]) -> None:
    errors = {}
    if not note and not evidence:
        errors["note"] = "required"
    if len(note) > MAX_NOTE:
        errors["note"] = "too_long"
    if len(evidence) > MAX_DELIVERABLES:
        errors["evidence"] = "how_many"
    if any(item.url and not item.url.startswith(("https://", "http://")) for item in evidence):
        errors["evidence"] = "url"
    if errors:
        raise Invalid(errors)


def _shown(work: Work, place: Place, number: int, note: str, evidence: Sequence[Evidence]) -> dict[str, Any]:
    criteria = work.session.scalars(
        select(Criterion.text).where(Criterion.milestone_id == place.milestone.id).order_by(Criterion.position)
    )
    return {
        "version": 1,
        "quote": place.quote.number,
        "position": place.milestone.position,
        "title": place.milestone.title,
        "description": place.milestone.description,
        "criteria": list(criteria),
        "net": place.milestone.net,
        "tax": place.milestone.tax,
        "currency": place.project.currency,
        "submission": number,
        "note": note,
        "evidence": [item.content() for item in evidence],
    }


def _keep_evidence(work: Work, submission: Submission, evidence: Sequence[Evidence]) -> None:
    for position, item in enumerate(evidence, 1):
        if item.sha256:
            claim_file(work, item.sha256, item.size, item.media_type)
        work.session.add(
            Deliverable(
                submission_id=submission.id,
                position=position,
                kind="link" if item.url else "file",
                url=item.url,
                file_name=item.file_name[:255],
                media_type=item.media_type[:100],
                sha256=item.sha256,
                size=item.size,
            )
        )


def _named(place: Place, submission: int) -> dict[str, Any]:
    return {
        "milestone": place.milestone.position,
        "title": place.milestone.title,
        "project": place.project.title,
        "submission": submission,
    }


def _say(
    work: Work, place: Place, kind: str, actor: Actor, words: str, once: str, person_id: int | None = None
) -> None:
    work.session.add(
        Message(
            workspace_id=work.workspace.id,
            quote_id=place.quote.id,
            milestone_id=place.milestone.id,
            side=actor.side,
            kind=kind,
            person_id=person_id,
            user_id=actor.user_id,
            name=actor.name,
            text=words,
            once=once,
            at=work.now,
        )
    )


@verb
def take_back_milestone(work: Work, actor: Actor, quote_id: int, position: int) -> None:
    """The supplier withdraws the submission; the milestone is planned again. Raises NotFound, Refused."""
    place = _place(work, quote_id, position)
    if not place.milestone.can_take_back():
        raise Refused(place.milestone.state)
    _move(work, place.milestone, [MilestoneState.SUBMITTED], MilestoneState.PLANNED)
    submission = _open_submission(work, place.milestone)
    submission.outcome, submission.decided_at = Outcome.TAKEN_BACK, work.now
    work.record(EventKind.MILESTONE_TAKEN_BACK, actor, place.quote, **_named(place, submission.number))


@verb
def sign_off_milestone(work: Work, quote_id: int, link_id: int, position: int, signature: Signature) -> SignedOff:
    """Sign a submitted milestone off; its invoice is issued in the same transaction.

    Whoever comes second gets the first one's receipt and invoice. Raises NotFound; LinkRevoked, LinkExpired; Refused
    with "role" or the state that the milestone is in; Stale; Invalid for "name" and "consent".
    """
    place = _place(work, quote_id, position)
    who = _signer_of(work, place.quote, link_id)
    milestone = place.milestone
    if milestone.state == MilestoneState.SIGNED_OFF:
        return _first_result(work, milestone)
    if not milestone.can_sign_off():
        raise Refused(milestone.state)
    submission = _open_submission(work, milestone)
    check_signed(signature, who)
    check_shown(signature, submission.content_hash)
    _move(work, milestone, [MilestoneState.SUBMITTED], MilestoneState.SIGNED_OFF, signed_off_at=work.now)
    submission.outcome, submission.decided_at = Outcome.SIGNED_OFF, work.now
    approval = _sign(work, who, signature, place, submission)
    receipt = _receipt(work, who, signature, place, submission, approval)
    count = work.session.scalar(select(func.count()).where(Milestone.project_id == place.project.id)) or 0
    cause = Cause(f"sign_off:{submission.id}", receipt, count)
    invoice = issue_invoice(work, who.actor(signature), place.quote, place.project, milestone, cause)
    document = work.queue_document(DocumentKind.RECEIPT, receipt.id, place.quote, f"receipt-{receipt.number}.pdf")
    tell = {"receipt_id": receipt.id, "document_ids": [document.id]}
    work.mail_client(MailKind.MILESTONE_SIGNED_OFF_CLIENT, who.link, place.quote, **tell)
    work.mail_supplier(MailKind.MILESTONE_SIGNED_OFF_SUPPLIER, place.quote, **tell)
    return SignedOff(receipt.number, invoice.id if invoice else None, invoice.number if invoice else None, first=True)


def _signer_of(work: Work, quote: Quote, link_id: int) -> Signer:
    who = signer(work, link_id, Role.APPROVE)
    if who.link.quote_id != quote.id:
        raise NotFound
    return who


def _sign(work: Work, who: Signer, signature: Signature, place: Place, submission: Submission) -> Approval:
    revision = work.session.get_one(Revision, place.project.revision_id)
    return sign(
        work,
        ApprovalKind.SIGN_OFF,
        who,
        signature,
        place.quote,
        revision,
        milestone_id=place.milestone.id,
        submission_id=submission.id,
    )


def _receipt(
    work: Work, who: Signer, signature: Signature, place: Place, submission: Submission, approval: Approval
) -> Receipt:
    number = receipts.number_for_receipt()
    event = work.record(
        EventKind.MILESTONE_SIGNED_OFF,
        who.actor(signature),
        place.quote,
        shown=submission.content_hash,
        consent=signature.consent,
        receipt=number,
        **_named(place, submission.number),
    )
    subject = {
        **_named(place, submission.number),
        "gross": place.milestone.gross,
        "currency": place.project.currency,
    }
    return receipts.issue_receipt(work, number, approval, who, event, place.quote, subject)


def _first_result(work: Work, milestone: Milestone) -> SignedOff:
    row = work.session.execute(
        select(Receipt.number, Invoice.id, Invoice.number.label("invoice_number"))
        .join(Approval, Approval.id == Receipt.approval_id)
        .outerjoin(Invoice, Invoice.receipt_id == Receipt.id)
        .where(Approval.milestone_id == milestone.id)
        .order_by(Receipt.id)
    ).first()
    if row is None:  # a deposit: the acceptance signed it off
        raise Refused(MilestoneState.SIGNED_OFF)
    return SignedOff(row[0], row.id, row.invoice_number, first=False)


@verb
def request_changes(work: Work, quote_id: int, link_id: int, position: int, signature: Signature, reason: str) -> bool:
    """Send a submitted milestone back to the supplier with a reason; returns whether this call did.

    Raises like `sign_off_milestone`, but needs no ticked box; Invalid also for "reason".
    """
    place = _place(work, quote_id, position)
    who = _signer_of(work, place.quote, link_id)
    if place.milestone.state == MilestoneState.CHANGES_REQUESTED:
        return False
    if not place.milestone.can_sign_off():
        raise Refused(place.milestone.state)
    reason = reason.strip()
    errors = {} if reason else {"reason": "required"}
    if len(reason) > MAX_NOTE:
        errors["reason"] = "too_long"
    try:
        check_signed(signature, who, needs_consent=False)
    except Invalid as error:
        errors |= error.errors
    if errors:
        raise Invalid(errors)
    submission = _open_submission(work, place.milestone)
    check_shown(signature, submission.content_hash)
    _move(work, place.milestone, [MilestoneState.SUBMITTED], MilestoneState.CHANGES_REQUESTED)
    submission.outcome, submission.decided_at, submission.reason = Outcome.CHANGES_REQUESTED, work.now, reason
    actor = who.actor(signature)
    _say(work, place, "changes_requested", actor, reason, f"changes:{submission.id}", who.person.id)
    work.record(
        EventKind.CHANGES_REQUESTED,
        actor,
        place.quote,
        shown=submission.content_hash,
        reason=reason,
        **_named(place, submission.number),
    )
    work.mail_supplier(MailKind.CHANGES_REQUESTED, place.quote, submission_id=submission.id)
    return True
