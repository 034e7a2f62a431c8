"""The days of an accepted quote that belong into a calendar: three selects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, bindparam, select

from milebill.db import reading
from milebill.errors import NotFound
from milebill.models import Event, Invoice, InvoiceKind, Milestone, MilestoneState, Project, Quote, Workspace
from milebill.queries.rows import AnySelect

_PROJECT = (
    select(
        Project.id,
        Project.title,
        Project.accepted_at,
        Workspace.name.label("supplier"),
        Workspace.time_zone,
        Event.at.label("changed_at"),
    )
    .join(Quote, Quote.id == Project.quote_id)
    .join(Workspace, Workspace.id == Project.workspace_id)
    .join(Event, and_(Event.workspace_id == Quote.workspace_id, Event.sequence == Quote.last_event_sequence))
    .where(Project.quote_id == bindparam("quote_id"))
)

# What is signed off needs its day no more. What was cancelled stays, so that a calendar that has it strikes it out.
_MILESTONES: AnySelect = (
    select(Milestone.id, Milestone.position, Milestone.title, Milestone.planned_on, Milestone.state)
    .where(
        Milestone.project_id == bindparam("project_id"),
        Milestone.planned_on.is_not(None),
        Milestone.state != MilestoneState.SIGNED_OFF.value,
    )
    .order_by(Milestone.position)
)

_INVOICES = (
    select(
        Invoice.id,
        Invoice.kind,
        Invoice.number,
        Invoice.currency,
        Invoice.due_on,
        (Invoice.gross - Invoice.paid - Invoice.credited).label("open_amount"),
        Milestone.position,
        Milestone.title,
    )
    .join(Milestone, Milestone.id == Invoice.milestone_id)
    .where(
        Invoice.project_id == bindparam("project_id"),
        Invoice.kind != InvoiceKind.CREDIT_NOTE.value,
        Invoice.gross - Invoice.paid - Invoice.credited > 0,
    )
    .order_by(Invoice.id)
)


@dataclass(frozen=True, slots=True)
class PlannedMilestone:
    """A milestone that is still ahead, or was cancelled."""

    id: int
    position: int
    title: str
    planned_on: date
    state: str

    @property
    def is_cancelled(self) -> bool:
        """Whether its day is to be struck out."""
        return self.state == MilestoneState.CANCELLED


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An invoice of which `open_amount` (minor units) is still to be paid."""

    id: int
    kind: str
    number: str
    currency: str
    due_on: date
    open_amount: int
    position: int
    title: str


@dataclass(frozen=True, slots=True)
class Dates:
    """The calendar of a project; `changed_at` is the moment of the last event about it."""

    project_id: int
    title: str
    supplier: str
    time_zone: str
    accepted_at: datetime
    changed_at: datetime
    milestones: Sequence[PlannedMilestone]
    invoices: Sequence[OpenInvoice]


def load_dates(quote_id: int) -> Dates:
    """The days of a quote that was accepted. Raises NotFound for any other."""
    with reading() as connection:
        row = connection.execute(_PROJECT, {"quote_id": quote_id}).one_or_none()
        if row is None:
            raise NotFound
        key = {"project_id": row.id}
        milestones = [PlannedMilestone(*found) for found in connection.execute(_MILESTONES, key)]
        invoices = [OpenInvoice(*found) for found in connection.execute(_INVOICES, key)]
    return Dates(row.id, row.title, row.supplier, row.time_zone, row.accepted_at, row.changed_at, milestones, invoices)
