"""The dashboard: what is out, what waits for whom, what is owed, and what happened. The same for all who watch it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, BindParameter, Connection, and_, bindparam, cast, func, select

from milebill.models import (
    Client,
    Event,
    Invoice,
    Mail,
    Milestone,
    MilestoneState,
    Project,
    Quote,
    QuoteState,
    Revision,
    Submission,
    Workspace,
)
from milebill.models.invoice import invoice_state
from milebill.models.mail import MailState
from milebill.queries.rows import AnyRow

LIST_LENGTH, FEED_LENGTH, MAX_DEAD_MAILS = 8, 20, 10

_WORKSPACE: BindParameter[int] = bindparam("workspace_id")
_TODAY: BindParameter[date] = bindparam("today")
_CURRENT_REVISION = (Revision.quote_id == Quote.id) & (Revision.number == Quote.revision_number)
_WAITING = (MilestoneState.SUBMITTED, MilestoneState.CHANGES_REQUESTED)


@dataclass(frozen=True)
class Figure:
    """A count with its sums: (minor units, currency), one per currency."""

    count: int
    sums: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class OwedInvoice:
    """An invoice that somebody still has to pay."""

    id: int
    number: str
    title: str
    client: str
    currency: str
    open_amount: int
    due_on: date
    state: str


@dataclass(frozen=True)
class Happening:
    """An event as the feed shows it; `content` is None once it was erased."""

    sequence: int
    kind: str
    at: datetime
    content: dict[str, Any] | None
    quote_id: int | None
    project_id: int | None
    title: str | None


@dataclass(frozen=True)
class Dashboard:
    """Everything that the live part shows."""

    sequence: int
    quotes_out: Figure
    awaiting: Figure
    open: Figure
    overdue: Figure
    quotes: Sequence[AnyRow]
    milestones: Sequence[AnyRow]
    invoices: Sequence[OwedInvoice]
    feed: Sequence[Happening]
    dead_mails: Sequence[AnyRow]

    @property
    def is_new(self) -> bool:
        """Whether nothing was ever quoted here."""
        nothing = not (self.quotes or self.milestones or self.invoices)
        return nothing and all(happening.quote_id is None for happening in self.feed)


_SEQUENCE = select(Workspace.event_sequence).where(Workspace.id == _WORKSPACE)

_OUT = (
    select(Revision.currency, func.count(), func.sum(Revision.gross))
    .join(Quote, _CURRENT_REVISION)
    .where(Quote.workspace_id == _WORKSPACE, Quote.state == QuoteState.SENT)
    .group_by(Revision.currency)
    .order_by(Revision.currency)
)
_WAITS = and_(
    Milestone.state == MilestoneState.SUBMITTED,
    Submission.milestone_id == Milestone.id,
    Submission.number == Milestone.submissions,
)
_PART = cast(Submission.part["net"].as_string(), BigInteger) + cast(Submission.part["tax"].as_string(), BigInteger)
_ASKED = func.coalesce(_PART, Milestone.net + Milestone.tax)
"""What a sign-off would bill: the part that waits, or the milestone."""

_AWAITING = (
    select(Project.currency, func.count(), func.sum(_ASKED))
    .select_from(Milestone)
    .join(Project, Project.id == Milestone.project_id)
    .outerjoin(Submission, _WAITS)
    .where(Milestone.workspace_id == _WORKSPACE, Milestone.state == MilestoneState.SUBMITTED)
    .group_by(Project.currency)
    .order_by(Project.currency)
)
_OWED = (
    select(Invoice.currency, func.count(), func.sum(Invoice.gross - Invoice.credited - Invoice.paid))
    .where(Invoice.workspace_id == _WORKSPACE, Invoice.settled_on.is_(None))
    .group_by(Invoice.currency)
    .order_by(Invoice.currency)
)
_OVERDUE = _OWED.where(Invoice.due_on < _TODAY)

_QUOTES = (
    select(
        Quote.id,
        Quote.number,
        Quote.sent_at,
        Revision.title,
        Revision.currency,
        Revision.gross,
        Revision.valid_until,
        Client.name.label("client"),
    )
    .join(Revision, _CURRENT_REVISION)
    .join(Client, Client.id == Quote.client_id)
    .where(Quote.workspace_id == _WORKSPACE, Quote.state == QuoteState.SENT)
    .order_by(Revision.valid_until, Quote.id)
    .limit(LIST_LENGTH)
)
_MILESTONES = (
    select(
        Milestone.position,
        Milestone.title,
        Milestone.state,
        Milestone.submitted_at,
        Submission.review_until,
        _ASKED.label("gross"),
        Project.id.label("project_id"),
        Project.title.label("project"),
        Project.currency,
        Client.name.label("client"),
    )
    .select_from(Milestone)
    .join(Project, Project.id == Milestone.project_id)
    .join(Client, Client.id == Project.client_id)
    .outerjoin(Submission, _WAITS)
    .where(Milestone.workspace_id == _WORKSPACE, Milestone.state.in_(_WAITING))
    .order_by(Milestone.state, Milestone.submitted_at, Milestone.id)
    .limit(LIST_LENGTH)
)
_INVOICES = (
    select(
        Invoice.id,
        Invoice.number,
        Invoice.currency,
        Invoice.gross,
        Invoice.paid,
        Invoice.credited,
        Invoice.due_on,
        Project.title,
        Client.name.label("client"),
    )
    .join(Project, Project.id == Invoice.project_id)
    .join(Client, Client.id == Project.client_id)
    .where(Invoice.workspace_id == _WORKSPACE, Invoice.settled_on.is_(None))
    .order_by(Invoice.due_on, Invoice.id)
    .limit(LIST_LENGTH)
)
_FEED = (
    select(
        Event.sequence,
        Event.kind,
        Event.at,
        Event.content,
        Event.quote_id,
        Project.id.label("project_id"),
        Revision.title,
    )
    .outerjoin(Quote, Quote.id == Event.quote_id)
    .outerjoin(Revision, _CURRENT_REVISION)
    .outerjoin(Project, Project.quote_id == Event.quote_id)
    .where(Event.workspace_id == _WORKSPACE)
    .order_by(Event.sequence.desc())
    .limit(FEED_LENGTH)
)
_DEAD_MAILS = (
    select(Mail.id, Mail.subject, Mail.kind, Mail.recipient, Mail.error, Mail.created_at)
    .where(Mail.workspace_id == _WORKSPACE, Mail.state == MailState.DEAD)
    .order_by(Mail.id.desc())
    .limit(MAX_DEAD_MAILS)
)
_VERSION = select(
    Workspace.event_sequence,
    select(func.count())
    .where(Mail.workspace_id == Workspace.id, Mail.state == MailState.DEAD)
    .correlate(Workspace)
    .scalar_subquery()
    .label("dead_mails"),
).where(Workspace.id == _WORKSPACE)


def dashboard(connection: Connection, workspace_id: int, today: date) -> Dashboard:
    """What the dashboard of `workspace_id` shows on its calendar day `today`."""
    who = {"workspace_id": workspace_id}
    return Dashboard(
        sequence=connection.scalar(_SEQUENCE, who) or 0,
        quotes_out=_figure(connection.execute(_OUT, who)),
        awaiting=_figure(connection.execute(_AWAITING, who)),
        open=_figure(connection.execute(_OWED, who)),
        overdue=_figure(connection.execute(_OVERDUE, {**who, "today": today})),
        quotes=connection.execute(_QUOTES, who).all(),
        milestones=connection.execute(_MILESTONES, who).all(),
        invoices=[_owed(row, today) for row in connection.execute(_INVOICES, who)],
        feed=[Happening(**row) for row in connection.execute(_FEED, who).mappings()],
        dead_mails=connection.execute(_DEAD_MAILS, who).all(),
    )


def dashboard_version(connection: Connection, workspace_id: int, today: date) -> str:
    """Changes whenever the dashboard may have changed: one look-up for a conditional request."""
    row = connection.execute(_VERSION, {"workspace_id": workspace_id}).one()
    return f"{row.event_sequence}-{row.dead_mails}-{today.isoformat()}"


def _figure(rows: Iterable[AnyRow]) -> Figure:
    found = list(rows)
    return Figure(sum(row[1] for row in found), tuple((int(row[2]), row[0]) for row in found))


def _owed(row: AnyRow, today: date) -> OwedInvoice:
    return OwedInvoice(
        id=row.id,
        number=row.number,
        title=row.title,
        client=row.client,
        currency=row.currency,
        open_amount=row.gross - row.credited - row.paid,
        due_on=row.due_on,
        state=invoice_state(row.gross, row.paid, row.due_on, today, row.credited),
    )
