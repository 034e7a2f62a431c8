"""One project on the supplier's side: the schedule with its invoices and receipts, and what was said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from milebill.errors import NotFound
from milebill.models import Client, Document, DocumentKind, Milestone, MilestoneState, Project, Quote, TaxGroup
from milebill.models.review import Review, review_of
from milebill.models.two_approvers import TwoApprovers, two_approvers
from milebill.queries.client_criteria import AgreedStep, load_agreed
from milebill.queries.client_schedule import (
    IssuedInvoice,
    IssuedReceipt,
    Paper,
    Step,
    live_invoices,
    load_invoices,
    load_receipts,
    load_steps,
    paper,
)
from milebill.queries.client_signatures import FirstSignature, load_first_signatures
from milebill.queries.client_thread import Said, load_thread
from milebill.queries.preflight import KnownNeeds, has_twin, load_needs
from milebill.queries.quote import Reader, load_readers

_PROJECT = (
    select(
        Project.id,
        Project.quote_id,
        Project.title,
        Project.currency,
        Project.net,
        Project.gross,
        Project.billed_gross,
        Project.buyer,
        Project.purchase_order_number,
        Project.buyer_reference,
        Project.payment_terms_days,
        Project.accepted_at,
        Project.second_approval,
        Project.clauses,
        Project.client_id,
        Client.name.label("client"),
        Quote.number,
        Document.id.label("document_id"),
        Document.state.label("document_state"),
    )
    .join(Quote, Quote.id == Project.quote_id)
    .join(Client, Client.id == Project.client_id)
    .outerjoin(Document, (Document.kind == DocumentKind.QUOTE.value) & (Document.subject_id == Project.revision_id))
    .where(Project.id == bindparam("project_id"), Project.workspace_id == bindparam("workspace_id"))
)
_STAGE = (
    select(
        Milestone.id.label("milestone_id"),
        Project.quote_id,
        Project.title.label("project"),
        Project.currency,
        Client.name.label("client"),
        Milestone.position,
        Milestone.title,
        Milestone.trigger,
        Milestone.state,
        Milestone.submissions,
        Milestone.reopened_at,
        Milestone.net,
    )
    .join(Project, Project.id == Milestone.project_id)
    .join(Client, Client.id == Project.client_id)
    .where(
        Project.id == bindparam("project_id"),
        Project.workspace_id == bindparam("workspace_id"),
        Milestone.position == bindparam("position"),
    )
)

_CATEGORIES = select(TaxGroup.category).where(TaxGroup.project_id == bindparam("project_id"))


@dataclass(frozen=True)
class Stage:
    """A milestone with what became of it. It answers what the verbs will ask."""

    step: Step
    invoice: IssuedInvoice | None
    receipt: IssuedReceipt | None
    first: FirstSignature | None = None
    """Who signed first, of two, while the other is awaited."""
    waits_for: str = ""

    @property
    def can_submit(self) -> bool:
        """Whether the supplier may put it before the client."""
        step = self.step
        return Milestone(trigger=step.trigger, state=step.state, reopened_at=step.reopened_at).can_submit()

    @property
    def can_take_back(self) -> bool:
        """Whether the supplier may withdraw the submission."""
        return Milestone(state=self.step.state).can_take_back()

    @property
    def can_reopen(self) -> bool:
        """Whether it may be planned, and billed, again: its invoice was credited in full."""
        credited = self.invoice is not None and self.invoice.credited >= self.invoice.gross
        return credited and Milestone(state=self.step.state).can_reopen()


@dataclass(frozen=True)
class ProjectPage:
    """Everything on the page. Amounts are minor units."""

    id: int
    quote_id: int
    number: str
    title: str
    client_id: int
    client: str
    currency: str
    gross: int
    billed: int
    buyer: dict[str, Any]
    needs: KnownNeeds
    categories: frozenset[str]
    """Tax categories of the contract, BT-151."""
    has_twin: bool
    """Whether something alike was billed to the client not long ago; only asked before the first invoice."""
    purchase_order_number: str
    buyer_reference: str
    payment_terms_days: int
    review: Review | None
    """How long the client may review a milestone, if that was agreed."""
    accepted_at: datetime
    quote_paper: Paper | None
    stages: Sequence[Stage]
    invoices: Sequence[IssuedInvoice]
    receipts: Sequence[IssuedReceipt]
    thread: Sequence[Said]
    people: Sequence[Reader]

    @property
    def paid(self) -> int:
        """What came in for its invoices."""
        return sum(invoice.paid for invoice in self.invoices)

    @property
    def current(self) -> int | None:
        """The position of the milestone that is next: handed over, sent back, or the first that is planned."""
        for states in (("changes_requested",), ("submitted",), ("planned",)):
            for stage in self.stages:
                if stage.step.state in states:
                    return stage.step.position
        return None


def load_project_page(connection: Connection, workspace_id: int, project_id: int, today: date) -> ProjectPage:
    """The workspace's project with its invoices' states on `today`. Raises NotFound."""
    row = connection.execute(_PROJECT, {"project_id": project_id, "workspace_id": workspace_id}).one_or_none()
    if row is None:
        raise NotFound
    invoices = load_invoices(connection, project_id, today)
    steps = load_steps(connection, project_id)
    categories: frozenset[str] = frozenset()
    twin = False
    if not invoices:
        categories = frozenset(connection.scalars(_CATEGORIES, {"project_id": project_id}))
        number, sums = row.purchase_order_number, [step.gross for step in steps]
        twin = has_twin(connection, row.client_id, row.quote_id, number, row.currency, sums, today)
    receipts = load_receipts(connection, row.quote_id)
    pair = two_approvers(row.second_approval or {})
    firsts = {} if pair is None else _firsts(connection, row.quote_id, pair)
    by_milestone = live_invoices(invoices)
    signed = {receipt.milestone_id: receipt for receipt in receipts if receipt.milestone_id is not None}
    return ProjectPage(
        id=row.id,
        quote_id=row.quote_id,
        number=row.number,
        title=row.title,
        client_id=row.client_id,
        client=row.client,
        currency=row.currency,
        gross=row.gross,
        billed=row.billed_gross,
        buyer=row.buyer,
        needs=load_needs(connection, workspace_id, row.client_id),
        categories=categories,
        has_twin=twin,
        purchase_order_number=row.purchase_order_number,
        buyer_reference=row.buyer_reference,
        payment_terms_days=row.payment_terms_days,
        review=review_of(row.clauses),
        accepted_at=row.accepted_at,
        quote_paper=paper(row.document_id, row.document_state),
        stages=[
            Stage(step, by_milestone.get(step.id), _receipt(step, signed), *firsts.get(step.id, ())) for step in steps
        ],
        invoices=invoices,
        receipts=receipts,
        thread=load_thread(connection, row.quote_id),
        people=load_readers(connection, row.quote_id, pair),
    )


def _firsts(connection: Connection, quote_id: int, pair: TwoApprovers) -> dict[int | None, tuple[FirstSignature, str]]:
    """Who signed first, and the other's name, by milestone's id."""
    firsts = load_first_signatures(connection, quote_id)
    return {first.milestone_id: (first, pair.other_than(first.email).name) for first in firsts}


def _receipt(step: Step, signed: Mapping[int, IssuedReceipt]) -> IssuedReceipt | None:
    """The last one; none while the milestone is open again."""
    return signed.get(step.id) if step.state == MilestoneState.SIGNED_OFF else None


@dataclass(frozen=True)
class StagePlace:
    """One milestone, for the forms that act on it."""

    quote_id: int
    project: str
    currency: str
    client: str
    position: int
    title: str
    trigger: str
    state: str
    submissions: int
    reopened_at: datetime | None
    net: int
    criteria: Sequence[AgreedStep]

    @property
    def can_submit(self) -> bool:
        """Whether the supplier may put it before the client."""
        return Milestone(trigger=self.trigger, state=self.state, reopened_at=self.reopened_at).can_submit()

    @property
    def can_take_back(self) -> bool:
        """Whether the supplier may withdraw the submission."""
        return Milestone(state=self.state).can_take_back()


def load_stage(connection: Connection, workspace_id: int, project_id: int, position: int) -> StagePlace:
    """The milestone at `position` of the workspace's project. Raises NotFound."""
    keys = {"project_id": project_id, "workspace_id": workspace_id, "position": position}
    row = connection.execute(_STAGE, keys).mappings().one_or_none()
    if row is None:
        raise NotFound
    columns = dict(row)
    criteria, _ = load_agreed(connection, project_id)
    return StagePlace(criteria=criteria.get(columns.pop("milestone_id"), ()), **columns)
