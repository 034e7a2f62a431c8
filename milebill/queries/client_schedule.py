"""The schedule of an accepted quote: milestones with their last submission, invoices, receipts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, select

from milebill.agreed_criteria import AgreedCriterion
from milebill.models import (
    Approval,
    Document,
    DocumentKind,
    Invoice,
    InvoiceKind,
    InvoiceVersion,
    Milestone,
    MilestoneState,
    Receipt,
)
from milebill.models.document import DocumentState
from milebill.models.invoice import invoice_state
from milebill.models.submission import Outcome
from milebill.prepared import Prepared, Reader
from milebill.queries.client_criteria import AgreedStep, LastSubmission, load_agreed

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
        Milestone.split_from,
    )
    .where(Milestone.project_id == bindparam("project_id"))
    .order_by(Milestone.position)
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
        Approval.on_behalf,
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
    on_behalf: Mapping[str, Any] | None
    """Of an acceptance that the supplier recorded: by whom, when it was given, and the proof."""
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
    agreed: tuple[AgreedStep, ...]
    net: int
    tax: int
    signed_off_at: datetime | None
    reopened_at: datetime | None
    split_from: int
    """The position of the milestone that it is the remainder of; 0 of one that was in the quote."""
    submission: LastSubmission | None

    @property
    def criteria(self) -> tuple[AgreedCriterion, ...]:
        """What was agreed."""
        return tuple(AgreedCriterion(agreed.text, agreed.checked_by) for agreed in self.agreed)

    @property
    def gross(self) -> int:
        """Minor units."""
        return self.net + self.tax

    @property
    def part(self) -> Mapping[str, Any] | None:
        """The part that waits for the client, if the milestone was submitted in part."""
        waits = self.state == MilestoneState.SUBMITTED and self.submission is not None
        return self.submission.part if waits and self.submission else None

    @property
    def asked(self) -> int:
        """What signing it off bills, in minor units with tax: all of it, or the part that waits."""
        return self.part["net"] + self.part["tax"] if self.part else self.gross

    @property
    def still_open(self) -> tuple[AgreedStep, ...]:
        """The criteria that are to be decided: not those that were accepted, or that move to the remainder."""
        later = self.part["remainder"]["criteria"] if self.part else ()
        return tuple(one for one in self.agreed if not one.accepted and one.position not in later)

    @property
    def sent_back_as_a_whole(self) -> bool:
        """Whether it was sent back with one reason; else the reasons stand beside the criteria."""
        back, submission = self.state == MilestoneState.CHANGES_REQUESTED, self.submission
        return back and submission is not None and all(agreed.at != submission.decided_at for agreed in self.agreed)


def load_steps(connection: Reader | Connection, project_id: int) -> tuple[Step, ...]:
    """The project's milestones in their order, each with its criteria and its last submission."""
    criteria, submissions = load_agreed(connection, project_id)
    return tuple(
        _still_meant(
            Step(
                id_, position, title, description, planned_on, trigger, state, criteria.get(id_, ()), net, tax,
                signed_off_at, reopened_at, split_from, submissions.get(id_),
            )
        )
        for (
            id_, position, title, description, planned_on, trigger, state, net, tax, signed_off_at, reopened_at,
            split_from,
        ) in _STEPS.all(connection, project_id=project_id)
    )  # fmt: skip


def _still_meant(step: Step) -> Step:
    """What was signed off before the milestone was reopened is told by the thread, and asks for nothing any more."""
    submission = step.submission
    if submission is None or submission.outcome != Outcome.SIGNED_OFF or step.state != MilestoneState.PLANNED:
        return step
    return step._replace(submission=None, agreed=tuple(agreed._replace(evidence=()) for agreed in step.agreed))


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
        IssuedReceipt(
            row.number,
            row.kind,
            row.created_at,
            row.name,
            row.job_title,
            row.milestone_id,
            row.on_behalf,
            paper(row.document_id, row.document_state),
        )
        for row in _RECEIPTS.all(connection, quote_id=quote_id)
    )


def paper(document_id: int | None, state: str | None) -> Paper | None:
    """The PDF behind an outer join."""
    return None if document_id is None else Paper(document_id, state == DocumentState.READY)
