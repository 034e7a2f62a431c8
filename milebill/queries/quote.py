"""One quote on the supplier's side: the draft with what its builder needs, or what was sent and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.orm import aliased

from milebill.errors import NotFound
from milebill.models import (
    Client,
    Document,
    DocumentKind,
    Link,
    LinkOpening,
    Person,
    Project,
    Quote,
    QuoteState,
    Revision,
    Role,
    Workspace,
)
from milebill.models.approval import Approval, ApprovalKind
from milebill.models.party import PARTY_FIELDS
from milebill.models.revision import Draft
from milebill.models.two_approvers import TwoApprovers, pair_for, two_approvers
from milebill.queries.client_offer import Offer, offer_of
from milebill.queries.client_schedule import Paper, paper
from milebill.queries.client_thread import Said, load_thread
from milebill.queries.revisions import Before, load_before
from milebill.queries.rows import AnyRow

_MINE = (Quote.id == bindparam("quote_id")) & (Quote.workspace_id == bindparam("workspace_id"))
_CURRENT_REVISION = (Revision.quote_id == Quote.id) & (Revision.number == Quote.revision_number)
_AS_TYPED = (Revision.draft, Revision.known_to, Revision.updated_at)
_next = aliased(Revision)

_QUOTE = (
    select(
        Quote.id,
        Quote.state,
        Quote.number,
        Quote.client_id,
        Quote.sent_at,
        Quote.decided_at,
        *_AS_TYPED,
        Revision.content,
        Revision.content_hash,
        Revision.title,
        Client.name.label("client"),
        Client.country_code.label("client_country"),
        Client.country_subdivision.label("client_region"),
        Project.id.label("project_id"),
        Document.id.label("document_id"),
        Document.state.label("document_state"),
        _next.number.label("next_revision"),
    )
    .join(Revision, _CURRENT_REVISION)
    .outerjoin(_next, (_next.quote_id == Quote.id) & (_next.number == Quote.revision_number + 1))
    .outerjoin(Client, Client.id == Quote.client_id)
    .outerjoin(Project, Project.quote_id == Quote.id)
    .outerjoin(Document, (Document.kind == DocumentKind.QUOTE.value) & (Document.subject_id == Revision.id))
    .where(_MINE)
)
_NEXT_REVISION = (
    select(
        Quote.id,
        Revision.number,
        Revision.title,
        *_AS_TYPED,
        Client.country_code.label("client_country"),
        Client.country_subdivision.label("client_region"),
    )
    .outerjoin(Revision, (Revision.quote_id == Quote.id) & (Revision.number == Quote.revision_number + 1))
    .outerjoin(Client, Client.id == Quote.client_id)
    .where(_MINE)
)
_PEOPLE = (
    select(
        Link.id,
        Person.name,
        Person.email,
        Link.roles,
        Link.created_at,
        Link.revoked_at,
        func.sum(LinkOpening.fetches).label("fetches"),
        func.min(LinkOpening.first_at).label("first_at"),
        func.max(LinkOpening.last_at).label("last_at"),
    )
    .join(Person, Person.id == Link.person_id)
    .outerjoin(LinkOpening, LinkOpening.link_id == Link.id)
    .where(Link.quote_id == bindparam("quote_id"))
    .group_by(Link.id, Person.name, Person.email, Link.roles, Link.created_at, Link.revoked_at)
    .order_by(Link.id)
)
_DECISION = (
    select(Approval.kind, Approval.name, Approval.job_title, Approval.reason, Approval.at, Approval.on_behalf)
    .join(Quote, Quote.id == Approval.quote_id)
    .join(Revision, _CURRENT_REVISION & (Revision.id == Approval.revision_id))
    .where(Approval.quote_id == bindparam("quote_id"), Approval.kind == bindparam("kind"))
    .order_by(Approval.id.desc())
    .limit(1)
)
_DECIDED_BY = {
    QuoteState.SENT: ApprovalKind.ACCEPTANCE,  # the first of two
    QuoteState.ACCEPTED: ApprovalKind.ACCEPTANCE,
    QuoteState.DECLINED: ApprovalKind.DECLINE,
}
_SELLER = select(
    *(getattr(Workspace, name) for name in PARTY_FIELDS),
    Workspace.electronic_scheme,
    Workspace.electronic_id,
    Workspace.name,
    Workspace.email,
    Workspace.sender_name,
    Workspace.reply_to,
    Workspace.tax_registered,
    Workspace.currency,
    Workspace.payment_terms_days,
    Workspace.final_invoice,
    Workspace.logo_sha256,
    Workspace.brand_colour,
    Workspace.iban,
    Workspace.payment_text,
).where(Workspace.id == bindparam("workspace_id"))
_LAST_DRAFT = (
    select(Revision.draft)
    .join(Quote, _CURRENT_REVISION)
    .where(Quote.workspace_id == bindparam("workspace_id"))
    .order_by(Quote.id.desc())
    .limit(1)
)
_LAST_DRAFT_FOR_CLIENT = _LAST_DRAFT.where(Quote.client_id == bindparam("client_id"))


@dataclass(frozen=True)
class Reader:
    """Somebody on the client's side. That their link was fetched proves nothing about them: scanners fetch too."""

    link_id: int
    name: str
    email: str
    roles: frozenset[Role]
    since: datetime
    revoked_at: datetime | None
    removable: bool
    """Whether they can be taken off: somebody else could still decide, and the quote does not name them."""
    fetches: int
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True)
class SentQuote:
    """A quote that left the house. `offer` is what was sent."""

    id: int
    state: str
    sent_at: datetime
    decided_at: datetime | None
    client_id: int
    client: str
    project_id: int | None
    offer: Offer
    paper: Paper | None
    decision: AnyRow | None
    """Who accepted or declined it; while it waits, who signed first of two."""
    people: Sequence[Reader]
    thread: Sequence[Said]
    next_revision: int | None
    """The number of the revision that is being written, if one is."""
    content: dict[str, Any]
    """The offer as it is hashed."""
    content_hash: str
    before: Before | None
    """The revision whose place it took."""

    @property
    def can_revise(self) -> bool:
        """The question that the verb asks too."""
        return Quote(state=self.state).can_revise()

    @property
    def can_extend(self) -> bool:
        """The question that the verb asks too."""
        return Quote(state=self.state).can_extend()

    @property
    def can_record_acceptance(self) -> bool:
        """The question that the verb asks too; where two have to approve, both sign by themselves."""
        return Quote(state=self.state).can_record_acceptance() and not pair_for(
            self.offer.two_approvers, self.offer.gross
        )

    @property
    def can_withdraw(self) -> bool:
        """The question that the verb asks too."""
        return Quote(state=self.state).can_withdraw()

    @property
    def has_failed(self) -> bool:
        """Whether it came to nothing, so that another one may follow."""
        return self.state in {QuoteState.DECLINED, QuoteState.EXPIRED, QuoteState.WITHDRAWN}


@dataclass(frozen=True)
class DraftQuote:
    """A quote that is still being written, or the next revision of one that was sent."""

    id: int
    title: str
    draft: Draft
    revision: int = 1
    before: Before | None = None
    """The revision in force, whose place it is to take."""
    client_at: tuple[str, str] = ("", "")
    """The client's country and region, as far as an earlier acceptance told."""
    known_to: str = ""
    changed_at: datetime | None = None

    @property
    def address(self) -> str:
        """Where it is written."""
        return f"/quotes/{self.id}/revision" if self.revision > 1 else f"/quotes/{self.id}"


def load_quote_page(connection: Connection, workspace_id: int, quote_id: int) -> DraftQuote | SentQuote:
    """The workspace's quote, written or sent. Raises NotFound."""
    row = connection.execute(_QUOTE, {"quote_id": quote_id, "workspace_id": workspace_id}).one_or_none()
    if row is None:
        raise NotFound
    if row.state == QuoteState.DRAFT:
        return _draft(row)
    return SentQuote(
        id=row.id,
        state=row.state,
        sent_at=row.sent_at,
        decided_at=row.decided_at,
        client_id=row.client_id,
        client=row.client,
        project_id=row.project_id,
        offer=offer_of(row.content),
        paper=paper(row.document_id, row.document_state),
        decision=_decision(connection, quote_id, row.state),
        people=load_readers(connection, quote_id, two_approvers(row.content)),
        thread=load_thread(connection, quote_id),
        next_revision=row.next_revision,
        content=row.content,
        content_hash=row.content_hash,
        before=load_before(connection, quote_id, row.content["revision"]),
    )


def load_next_revision(connection: Connection, workspace_id: int, quote_id: int) -> DraftQuote | None:
    """The revision that is being written of the workspace's quote, if one is. Raises NotFound."""
    row = connection.execute(_NEXT_REVISION, {"quote_id": quote_id, "workspace_id": workspace_id}).one_or_none()
    if row is None:
        raise NotFound
    if row.number is None:
        return None
    return _draft(row, row.number, load_before(connection, quote_id, row.number))


def _draft(row: AnyRow, number: int = 1, before: Before | None = None) -> DraftQuote:
    client_at = row.client_country or "", row.client_region or ""
    return DraftQuote(row.id, row.title, row.draft, number, before, client_at, row.known_to, row.updated_at)


def _decision(connection: Connection, quote_id: int, state: str) -> AnyRow | None:
    kind = _DECIDED_BY.get(QuoteState(state))
    return None if kind is None else connection.execute(_DECISION, {"quote_id": quote_id, "kind": kind.value}).first()


def load_draft(connection: Connection, workspace_id: int, quote_id: int) -> DraftQuote:
    """The workspace's draft. Raises NotFound, also for a quote that was sent."""
    found = load_quote_page(connection, workspace_id, quote_id)
    if not isinstance(found, DraftQuote):
        raise NotFound
    return found


def load_seller(connection: Connection, workspace_id: int) -> Workspace:
    """What a quote needs to know of its supplier, as a record that no session holds: to be read and asked."""
    return Workspace(**connection.execute(_SELLER, {"workspace_id": workspace_id}).mappings().one())


def last_draft(connection: Connection, workspace_id: int, client_id: int | None = None) -> Draft | None:
    """The newest quote's fields as they were typed: of all, or of those to one client."""
    if client_id is None:
        return connection.scalar(_LAST_DRAFT, {"workspace_id": workspace_id})
    return connection.scalar(_LAST_DRAFT_FOR_CLIENT, {"workspace_id": workspace_id, "client_id": client_id})


def load_readers(connection: Connection, quote_id: int, pair: TwoApprovers | None) -> list[Reader]:
    """Everybody on the client's side who has or had a link to the quote, in the order in which they got it.

    `pair` are the two who must approve, if the quote asks for two: they stay.
    """
    rows = connection.execute(_PEOPLE, {"quote_id": quote_id}).all()
    deciders = [row.id for row in rows if row.revoked_at is None and Role.APPROVE in row.roles]
    stay = [row.id for row in rows if deciders == [row.id] or (pair is not None and pair.names(row.email))]
    return [_reader(row, row.revoked_at is None and row.id not in stay) for row in rows]


def _reader(row: AnyRow, removable: bool) -> Reader:
    return Reader(
        row.id,
        row.name,
        row.email,
        row.roles,
        row.created_at,
        row.revoked_at,
        removable,
        int(row.fetches or 0),
        row.first_at,
        row.last_at,
    )
