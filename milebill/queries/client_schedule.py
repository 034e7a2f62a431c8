"""The schedule of an accepted quote: milestones with their last submission, invoices, receipts."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, select

from milebill.models import (
    Approval,
    Criterion,
    Deliverable,
    Document,
    DocumentKind,
    Invoice,
    InvoiceKind,
    InvoiceVersion,
    Milestone,
    MilestoneState,
    Receipt,
    Submission,
)
from milebill.models.document import DocumentState
from milebill.models.invoice import invoice_state
from milebill.models.submission import Outcome
from milebill.prepared import Prepared, Reader

_STEPS = Prepared(
    select(
        Milestone.id,
        Milestone.position,
        Milestone.title,
        Milestone.description,
        Milestone.planned_on,
        Milestone.trigger,
        Milestone.state,
        Milestone.net,
        Milestone.tax,
        Milestone.signed_off_at,
        Milestone.reopened_at,
    )
    .where(Milestone.project_id == bindparam("project_id"))
    .order_by(Milestone.position)
)

_CRITERIA = Prepared(
    select(Criterion.milestone_id, Criterion.text)
    .join(Milestone, Milestone.id == Criterion.milestone_id)
    .where(Milestone.project_id == bindparam("project_id"))
    .order_by(Criterion.milestone_id, Criterion.position)
)

# Only the last submission of each milestone: the thread tells of the earlier ones.
_HANDED_OVER = Prepared(
    select(
        Submission.milestone_id,
        Submission.note,
        Submission.content_hash,
        Submission.submitted_at,
        Submission.outcome,
        Submission.reason,
        Submission.decided_at,
        Deliverable.id,
        Deliverable.kind,
        Deliverable.url,
        Deliverable.file_name,
        Deliverable.size,
    )
    .join(Milestone, and_(Milestone.id == Submission.milestone_id, Milestone.submissions == Submission.number))
    .outerjoin(Deliverable, Deliverable.submission_id == Submission.id)
    .where(Milestone.project_id == bindparam("project_id"))
    .order_by(Submission.id, Deliverable.position)
)

_INVOICES = Prepared(
    select(
        Invoice.id,
        Invoice.milestone_id,
        Milestone.position,
        Milestone.title,
        Invoice.kind,
        Invoice.number,
        Invoice.currency,
        Invoice.issued_on,
        Invoice.due_on,
        Invoice.gross,
        Invoice.paid,
        Invoice.credited,
        Document.id.label("document_id"),
        Document.state.label("document_state"),
    )
    .join(Milestone, Milestone.id == Invoice.milestone_id)
    .join(InvoiceVersion, and_(InvoiceVersion.invoice_id == Invoice.id, InvoiceVersion.number == Invoice.version))
    .outerjoin(Document, and_(Document.kind == DocumentKind.INVOICE.value, Document.subject_id == InvoiceVersion.id))
    .where(Invoice.project_id == bindparam("project_id"))
    .order_by(Invoice.id)
)

_RECEIPTS = Prepared(
    select(
        Receipt.number,
        Receipt.kind,
        Receipt.created_at,
        Approval.name,
        Approval.job_title,
        Approval.milestone_id,
        Document.id.label("document_id"),
        Document.state.label("document_state"),
    )
    .join(Approval, Approval.id == Receipt.approval_id)
    .outerjoin(
        Document,
        and_(
            (Document.kind == DocumentKind.AGREEMENT.value) | (Document.kind == DocumentKind.RECEIPT.value),
            Document.subject_id == Receipt.id,
        ),
    )
    .where(Receipt.quote_id == bindparam("quote_id"))
    .order_by(Receipt.id)
)


class Paper(NamedTuple):
    """A PDF and whether it is there yet."""

    id: int
    ready: bool


class HandedOver(NamedTuple):
    """A file (`url` is empty) or a link that shows that the milestone is reached. `size` is in bytes."""

    id: int
    url: str
    file_name: str
    size: int


class LastSubmission(NamedTuple):
    """What the client is asked to sign off, or what became of it."""

    note: str
    content_hash: str
    submitted_at: datetime
    outcome: str | None
    reason: str
    decided_at: datetime | None
    evidence: tuple[HandedOver, ...]


class IssuedInvoice(NamedTuple):
    """An invoice or a credit note (its amounts are negative) with its state of today. Amounts are minor units."""

    id: int
    milestone_id: int
    position: int
    title: str
    kind: str
    number: str
    currency: str
    issued_on: date
    due_on: date
    gross: int
    paid: int
    credited: int
    state: str
    paper: Paper | None

    @property
    def open_amount(self) -> int:
        """What is still to be paid; never below nothing."""
        return max(self.gross - self.credited - self.paid, 0)


class IssuedReceipt(NamedTuple):
    """The proof of an acceptance (no milestone) or of a sign-off."""

    number: str
    kind: str
    at: datetime
    name: str
    job_title: str
    milestone_id: int | None
    paper: Paper | None


class Step(NamedTuple):
    """A milestone of the schedule. Amounts are minor units."""

    id: int
    position: int
    title: str
    description: str
    planned_on: date | None
    trigger: str
    state: str
    criteria: tuple[str, ...]
    net: int
    tax: int
    signed_off_at: datetime | None
    reopened_at: datetime | None
    submission: LastSubmission | None

    @property
    def gross(self) -> int:
        """Minor units."""
        return self.net + self.tax


def load_steps(connection: Reader | Connection, project_id: int) -> tuple[Step, ...]:
    """The project's milestones in their order, each with its criteria and its last submission."""
    submissions = _submissions(connection, project_id)
    criteria: dict[int, list[str]] = {}
    for milestone_id, text in _CRITERIA.all(connection, project_id=project_id):
        criteria.setdefault(milestone_id, []).append(text)
    return tuple(
        Step(
            id_, position, title, description, planned_on, trigger, state, tuple(criteria.get(id_, ())), net, tax,
            signed_off_at, reopened_at, _still_meant(state, submissions.get(id_)),
        )
        for (
            id_, position, title, description, planned_on, trigger, state, net, tax, signed_off_at, reopened_at,
        ) in _STEPS.all(connection, project_id=project_id)
    )  # fmt: skip


def _still_meant(state: str, submission: LastSubmission | None) -> LastSubmission | None:
    """What was signed off before the milestone was reopened is told by the thread, and asks for nothing any more."""
    reopened = submission is not None and submission.outcome == Outcome.SIGNED_OFF and state == MilestoneState.PLANNED
    return None if reopened else submission


def _submissions(connection: Reader | Connection, project_id: int) -> dict[int, LastSubmission]:
    found: dict[int, tuple[tuple[str, str, datetime, str | None, str, datetime | None], list[HandedOver]]] = {}
    for milestone_id, *submission, id_, _kind, url, file_name, size in _HANDED_OVER.all(
        connection, project_id=project_id
    ):
        entry = found.get(milestone_id)
        if entry is None:
            note, content_hash, submitted_at, outcome, reason, decided_at = submission
            entry = found[milestone_id] = ((note, content_hash, submitted_at, outcome, reason, decided_at), [])
        if id_ is not None:
            entry[1].append(HandedOver(id_, url, file_name, size))
    return {
        milestone_id: LastSubmission(*columns, tuple(evidence))
        for milestone_id, (columns, evidence) in found.items()
        if columns[3] != Outcome.TAKEN_BACK  # what the supplier took back is theirs again
    }


def load_invoices(connection: Reader | Connection, project_id: int, today: date) -> tuple[IssuedInvoice, ...]:
    """The project's invoices and credit notes, oldest first, with their state on `today`."""
    return tuple(
        IssuedInvoice(
            id_, milestone_id, position, title, kind, number, currency, issued_on, due_on, gross, paid, credited,
            invoice_state(gross, paid, due_on, today, credited), paper(document_id, document_state),
        )
        for (
            id_, milestone_id, position, title, kind, number, currency, issued_on, due_on, gross, paid, credited,
            document_id, document_state,
        ) in _INVOICES.all(connection, project_id=project_id)
    )  # fmt: skip


def live_invoices(invoices: Sequence[IssuedInvoice]) -> dict[int, IssuedInvoice]:
    """Each milestone's last invoice that is no credit note: what of it is billed, or was before it was credited."""
    return {issued.milestone_id: issued for issued in invoices if issued.kind != InvoiceKind.CREDIT_NOTE}


def load_receipts(connection: Reader | Connection, quote_id: int) -> tuple[IssuedReceipt, ...]:
    """The receipts of everything that was signed, oldest first."""
    return tuple(
        IssuedReceipt(number, kind, at, name, job_title, milestone_id, paper(document_id, document_state))
        for number, kind, at, name, job_title, milestone_id, document_id, document_state in _RECEIPTS.all(
            connection, quote_id=quote_id
        )
    )


def paper(document_id: int | None, state: str | None) -> Paper | None:
    """The PDF behind an outer join."""
    return None if document_id is None else Paper(document_id, state == DocumentState.READY)
