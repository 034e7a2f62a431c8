"""What /q/<token> shows, for the whole life of a quote: three selects for an offer, eight for a project."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import String, and_, bindparam, select, type_coerce

from milebill.db import reading
from milebill.errors import NotFound
from milebill.models import (
    Document,
    DocumentKind,
    Link,
    MilestoneState,
    Person,
    Project,
    Quote,
    QuoteState,
    Revision,
    Role,
    Workspace,
)
from milebill.models.two_approvers import TwoApprovers, pair_for
from milebill.prepared import Prepared, reader
from milebill.queries.client_offer import Offer, offer_of
from milebill.queries.client_schedule import (
    IssuedInvoice,
    IssuedReceipt,
    Paper,
    Step,
    load_invoices,
    load_receipts,
    load_steps,
    paper,
)
from milebill.queries.client_signatures import FirstSignature, load_first_signatures
from milebill.queries.client_thread import Said, load_thread
from milebill.queries.revisions import Before, load_before

_roles = type_coerce(Link.roles, String)
_is_payable = _roles.contains(Role.ACCOUNTS_PAYABLE.value)
# Whom domain/contacts.py finds: who was named last, else the first of accounts payable, else an approver.
_INVOICES_GO_TO = (
    select(Person.email)
    .join(Link, Link.person_id == Person.id)
    .where(Link.quote_id == Quote.id, Link.revoked_at.is_(None), _is_payable | _roles.contains(Role.APPROVE.value))
    .order_by(_is_payable.desc(), Link.payable_at.desc().nulls_last(), Link.id)
    .limit(1)
    .scalar_subquery()
)

_QUOTE = Prepared(
    select(
        Quote.id,
        Quote.state,
        Quote.sent_at,
        Quote.decided_at,
        Quote.last_event_sequence,
        Quote.documents_ready,
        Quote.client_id,
        Revision.content,
        Revision.content_hash,
        Workspace.name,
        Workspace.logo_sha256,
        Workspace.brand_colour,
        Workspace.country_code,
        Document.id.label("document_id"),
        Document.state.label("document_state"),
        Project.id.label("project_id"),
        Project.accepted_at,
        Project.buyer,
        Project.purchase_order_number,
        Project.buyer_reference,
        Project.billed_gross,
        _INVOICES_GO_TO.label("invoices_go_to"),
    )
    .join(Revision, and_(Revision.quote_id == Quote.id, Revision.number == Quote.revision_number))
    .join(Workspace, Workspace.id == Quote.workspace_id)
    .outerjoin(Project, Project.quote_id == Quote.id)
    .outerjoin(Document, and_(Document.kind == DocumentKind.QUOTE.value, Document.subject_id == Revision.id))
    .where(Quote.id == bindparam("quote_id"), Quote.state != QuoteState.DRAFT.value)
)

_LINKS = (
    select(Person.name, Link.roles)
    .join(Person, Person.id == Link.person_id)
    .where(Link.quote_id == bindparam("quote_id"), Link.revoked_at.is_(None))
    .order_by(Link.id)
)


@dataclass(frozen=True, slots=True)
class Supplier:
    """Who sent it, as the letterhead shows them."""

    name: str
    logo_sha256: str | None
    colour: str
    country_code: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """What the accepted quote became. Amounts are minor units."""

    accepted_at: datetime
    buyer: dict[str, Any]
    purchase_order_number: str
    buyer_reference: str
    steps: tuple[Step, ...]
    invoices: tuple[IssuedInvoice, ...]
    receipts: tuple[IssuedReceipt, ...]
    billed: int
    paid: int
    owed: int

    @property
    def acceptance(self) -> IssuedReceipt:
        """The receipt of the acceptance; there always is exactly one."""
        return next(receipt for receipt in self.receipts if receipt.milestone_id is None)


@dataclass(frozen=True, slots=True)
class ClientPage:
    """Everything on the page, as of one version (last event, PDFs that are ready)."""

    quote_id: int
    client_id: int
    state: str
    """The quote's state; "expired" from the first moment after its last day, before the clock has written it down."""
    version: tuple[int, int]
    today: date
    sent_at: datetime | None
    decided_at: datetime | None
    supplier: Supplier
    offer: Offer
    content: dict[str, Any]
    """The same as it is hashed."""
    content_hash: str
    invoices_go_to: str
    """The address that the next invoice is mailed to."""
    quote_paper: Paper | None
    schedule: Schedule | None
    thread: tuple[Said, ...]
    first_signatures: tuple[FirstSignature, ...] = ()
    """Of those that wait for a second one."""
    before: Before | None = None
    """The revision whose place this one took, as long as nothing was agreed on."""

    def pair_for(self, gross: int) -> TwoApprovers | None:
        """The two who must approve so much (minor units), if the quote asks for two."""
        return pair_for(self.offer.two_approvers, gross)

    def decided_on(self) -> frozenset[str]:
        """The hashes of what the forms that accept and decline show; the second of two signs more than the first."""
        first = self.first_signature()
        return frozenset({self.content_hash, *((first.hash_of(self.content_hash),) if first else ())})

    def first_signature(self, milestone_id: int | None = None) -> FirstSignature | None:
        """Who signed first, of two, the quote or a milestone."""
        return next((one for one in self.first_signatures if one.milestone_id == milestone_id), None)

    @property
    def waits_for_decisions(self) -> bool:
        """Whether something is left to be accepted or signed off, now or later."""
        if self.schedule is None:
            return self.state == QuoteState.SENT
        return any(
            step.state not in (MilestoneState.SIGNED_OFF, MilestoneState.CANCELLED) for step in self.schedule.steps
        )

    def step(self, position: int) -> Step:
        """The milestone at a position, 1 … n. Raises NotFound."""
        for step in self.schedule.steps if self.schedule else ():
            if step.position == position:
                return step
        raise NotFound

    def still_decides(self, content_hashes: Iterable[str]) -> bool:
        """Whether each of these is what a form on the page of now would decide on: the offer, or a submission."""
        offered = self.decided_on() if self.state == QuoteState.SENT else frozenset()
        submitted = {
            step.submission.content_hash
            for step in (self.schedule.steps if self.schedule else ())
            if step.state == MilestoneState.SUBMITTED and step.submission
        }
        return (offered | submitted).issuperset(content_hashes)


def load_client_page(quote_id: int, today: date) -> ClientPage:
    """The page of a quote that was sent; `today` is the supplier's calendar day. Raises NotFound."""
    with reader() as connection:
        row = _QUOTE.one_or_none(connection, quote_id=quote_id)
        if row is None:
            raise NotFound
        offer = offer_of(row.content)
        schedule = None
        if row.project_id is not None:
            schedule = _schedule(
                row,
                load_steps(connection, row.project_id),
                load_invoices(connection, row.project_id, today),
                load_receipts(connection, quote_id),
            )
        thread = load_thread(connection, quote_id)
        firsts = load_first_signatures(connection, quote_id) if offer.two_approvers is not None else ()
        before = load_before(connection, quote_id, offer.revision) if schedule is None else None
    return ClientPage(
        quote_id=quote_id,
        client_id=row.client_id,
        state=QuoteState.EXPIRED if row.state == QuoteState.SENT and offer.valid_until < today else row.state,
        version=(row.last_event_sequence, row.documents_ready),
        today=today,
        sent_at=row.sent_at,
        decided_at=row.decided_at,
        supplier=Supplier(row.name, row.logo_sha256, row.brand_colour, row.country_code),
        offer=offer,
        content=row.content,
        content_hash=row.content_hash,
        invoices_go_to=row.invoices_go_to or "",
        quote_paper=paper(row.document_id, row.document_state),
        schedule=schedule,
        thread=thread,
        first_signatures=firsts,
        before=before,
    )


def _schedule(
    row: Any,
    steps: tuple[Step, ...],
    invoices: tuple[IssuedInvoice, ...],
    receipts: tuple[IssuedReceipt, ...],
) -> Schedule:
    return Schedule(
        accepted_at=row.accepted_at,
        buyer=row.buyer,
        purchase_order_number=row.purchase_order_number,
        buyer_reference=row.buyer_reference,
        steps=steps,
        invoices=invoices,
        receipts=receipts,
        billed=row.billed_gross,
        paid=sum(invoice.paid for invoice in invoices),
        owed=sum(invoice.open_amount for invoice in invoices),
    )


def deciders(quote_id: int) -> tuple[str, ...]:
    """The names of those who may accept and sign off, in the order in which they were invited."""
    with reading() as connection:
        rows = connection.execute(_LINKS, {"quote_id": quote_id}).all()
    return tuple(row.name for row in rows if Role.APPROVE in row.roles)
