"""The cast of the tests: who they are, and how they come by a quote, a project, an invoice.

Everything that they have was made by the verbs of the domain. `Deal` is one quote and what becomes of it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import Select, select

from milebill import clock, links
from milebill.config import Settings
from milebill.db import reading
from milebill.domain import by_criterion, conversation, decision, milestones, payments, quotes
from milebill.domain.buyer import Buyer
from milebill.domain.evidence import Evidence
from milebill.domain.milestones import SignedOff
from milebill.domain.signature import Signature
from milebill.models import (
    Invoice,
    Link,
    MembershipRole,
    Milestone,
    Person,
    Project,
    Quote,
    Revision,
    Submission,
)
from tests.browsers import Browser
from tests.servers.furnished import Residents, made_once
from tests.suppliers import Supplier, an_owner, join, sign_up

BUYER: dict[str, Any] = {
    "legal_name": "Łoś Verlag GmbH",
    "address_line_1": "Große Elbstraße 145",
    "post_code": "22767",
    "city": "Hamburg",
    "country_code": "DE",
}
ACCEPT, SIGN_OFF = "I accept this quote.", "I sign this milestone off."


@dataclass(frozen=True)
class ClientPerson:
    """Somebody on the client's side, whom a link names."""

    name: str
    email: str


APPROVER = ClientPerson("Inês Duarte", "ines@los-verlag.example")
PAYABLE = ClientPerson("Karl Ekman", "invoices@los-verlag.example")


@pytest.fixture
def in_app(app: Flask) -> Iterator[Flask]:
    """The application with its context pushed, so that the test can call verbs and queries."""
    with app.app_context():
        yield app


@pytest.fixture
def owner(in_app: Flask, residents: Residents) -> Supplier:
    """The supplier whose workspace the stories happen in."""
    resident: Supplier | None = residents.get("owner")
    return resident or an_owner()


@pytest.fixture
def member(owner: Supplier) -> Supplier:
    """A teammate, who may act."""
    return join(owner, "Milo Berg", "milo@lindqvist.example", MembershipRole.MEMBER)


@pytest.fixture
def viewer(owner: Supplier) -> Supplier:
    """A teammate who may only look."""
    return join(owner, "Vera Holm", "vera@lindqvist.example", MembershipRole.VIEWER)


@pytest.fixture
def rival(in_app: Flask) -> Supplier:
    """Another supplier, in a workspace of their own."""
    return sign_up("Rolf Rival", "rolf@rival.example", name="Rival & Sons")


def shares(*values: str, trigger: str = "sign_off", deposit: bool = False) -> list[dict[str, str]]:
    """Milestones of a draft: "30" is a percentage and "=500" an amount; with `deposit` the first is one."""
    return [
        {
            "title": f"Step {n}",
            "description": "",
            "criteria": "It is there.\nIt works.",
            "planned_on": "",
            "basis": "amount" if value.startswith("=") else "percentage",
            "value": value.removeprefix("="),
            "trigger": "acceptance" if deposit and n == 1 else trigger,
        }
        for n, value in enumerate(values, 1)
    ]


def a_draft(**changes: Any) -> dict[str, Any]:
    """The builder's fields of a quote over 10,000.00 with a deposit of 30 % and two more milestones."""
    return {
        "client_name": "Łoś Verlag",
        "approver_name": APPROVER.name,
        "approver_email": APPROVER.email,
        "ap_name": PAYABLE.name,
        "ap_email": PAYABLE.email,
        "title": "A new web site",
        "introduction": "As discussed.",
        "currency": "EUR",
        "tax_label": "VAT",
        "tax_rate": "19",
        "valid_until": (clock.now().date() + timedelta(days=30)).isoformat(),
        "payment_terms_days": "14",
        "total": "10000",
        "milestones": shares("30", "45", "25", deposit=True),
    } | ({"review_days": ""} | changes)


@dataclass
class Deal:
    """One quote and what becomes of it, told by its people."""

    supplier: Supplier
    quote_id: int
    asked: int = field(default=0, repr=False)

    @property
    def workspace_id(self) -> int:
        return self.supplier.workspace_id

    def send(self) -> str:
        """The supplier sends it; returns its number."""
        return quotes.send_quote(self.workspace_id, self.supplier.actor, self.quote_id)

    def accept(self, **changes: Any) -> decision.Decided:
        """The approver accepts what they were shown."""
        signature = signed(self.offer_hash(), ACCEPT, **changes)
        return decision.accept_quote(self.workspace_id, self.quote_id, self.link(), signature, Buyer(BUYER, "PO-7"))

    def decline(self, reason: str = "Too dear.", **changes: Any) -> bool:
        """The approver declines."""
        signature = signed(self.offer_hash(), "I decline.", **changes)
        return decision.decline_quote(self.workspace_id, self.quote_id, self.link(), signature, reason)

    def withdraw(self) -> None:
        """The supplier takes the quote back."""
        quotes.withdraw_quote(self.workspace_id, self.supplier.actor, self.quote_id)

    def submit(self, position: int = 2, note: str = "It is done.", evidence: tuple[Evidence, ...] = ()) -> None:
        """The supplier puts a milestone before the client."""
        milestones.submit_milestone(self.workspace_id, self.supplier.actor, self.quote_id, position, note, evidence)

    def take_back(self, position: int = 2) -> None:
        """The supplier withdraws the submission."""
        milestones.take_back_milestone(self.workspace_id, self.supplier.actor, self.quote_id, position)

    def sign_off(self, position: int = 2, **changes: Any) -> SignedOff:
        """The approver signs the milestone off."""
        signature = signed(self.submission_hash(position), SIGN_OFF, **changes)
        return milestones.sign_off_milestone(self.workspace_id, self.quote_id, self.link(), position, signature)

    def request_changes(self, position: int = 2, reason: str = "Not yet.", **changes: Any) -> bool:
        """The approver sends the milestone back."""
        signature = signed(self.submission_hash(position), **changes)
        return milestones.request_changes(self.workspace_id, self.quote_id, self.link(), position, signature, reason)

    def decide(self, position: int = 2, **changes: Any) -> SignedOff | by_criterion.SentBack:
        """The approver goes through the criteria: `first="Why not."` rejects the first one, `first=""` accepts it.

        Every criterion that is not named is accepted.
        """
        reasons = {1: changes.pop("first", ""), 2: changes.pop("second", "")}
        welcome = changes.pop("part_welcome", False)
        chosen = {n: by_criterion.Decision(not reason, reason) for n, reason in reasons.items()}
        signature = signed(self.submission_hash(position), SIGN_OFF, **changes)
        return by_criterion.decide_by_criterion(
            self.workspace_id, self.quote_id, self.link(), position, signature, chosen, part_welcome=welcome
        )

    def ask(self, words: str = "When?", once: str = "") -> None:
        """The approver asks."""
        self.asked += 1
        conversation.ask_question(
            self.workspace_id, self.quote_id, self.link(), signed(""), words, once or f"question-{self.asked}"
        )

    def answer(self, words: str = "Soon.", once: str = "") -> None:
        """The supplier answers."""
        self.asked += 1
        conversation.answer_question(
            self.workspace_id, self.supplier.actor, self.quote_id, words, once or f"answer-{self.asked}"
        )

    def pay(self, amount: int, once: str = "") -> None:
        """The supplier books money for the first invoice."""
        payments.record_payment(
            self.workspace_id, self.supplier.actor, self.invoice_ids()[0], amount, clock.now().date(), "Bank", once
        )

    def link(self, person: ClientPerson = APPROVER) -> int:
        """The id of a person's link."""
        query = select(Link.id).join(Person, Person.id == Link.person_id)
        return _one(query.where(Link.quote_id == self.quote_id, Person.email == person.email))

    def token(self, app: Flask, person: ClientPerson = APPROVER) -> str:
        """What stands in the person's mail: /q/<token>."""
        settings: Settings = app.extensions["settings"]
        return links.sign(settings.secret_keys, links.Purpose.CLIENT, self.link(person))

    def invoice_token(self, app: Flask, person: ClientPerson = PAYABLE) -> str:
        """The first invoice, for a person: /i/<token>."""
        settings: Settings = app.extensions["settings"]
        return links.sign(settings.secret_keys, links.Purpose.INVOICE, self.link(person), self.invoice_ids()[0])

    def offer_hash(self) -> str:
        """What the client's page shows of the quote."""
        in_force = (Quote.id == Revision.quote_id) & (Quote.revision_number == Revision.number)
        return _one(select(Revision.content_hash).join(Quote, in_force).where(Quote.id == self.quote_id)) or ""

    def submission_hash(self, position: int = 2) -> str:
        """What the client's page shows of the milestone's last submission; "" before the first."""
        query = (
            select(Submission.content_hash)
            .join(Milestone, Milestone.id == Submission.milestone_id)
            .join(Project, Project.id == Milestone.project_id)
            .where(Project.quote_id == self.quote_id, Milestone.position == position)
            .order_by(Submission.number.desc())
        )
        with reading() as connection:
            return connection.scalar(query) or ""

    def state(self) -> str:
        """The quote's state."""
        return _one(select(Quote.state).where(Quote.id == self.quote_id))

    def milestone_state(self, position: int = 2) -> str:
        """The milestone's state."""
        query = select(Milestone.state).join(Project, Project.id == Milestone.project_id)
        return _one(query.where(Project.quote_id == self.quote_id, Milestone.position == position))

    def invoice_ids(self) -> list[int]:
        """The invoices that were issued, oldest first."""
        query = select(Invoice.id).join(Project, Project.id == Invoice.project_id).order_by(Invoice.id)
        with reading() as connection:
            return list(connection.scalars(query.where(Project.quote_id == self.quote_id)))


def signed(shown: str, consent: str = "", **changes: Any) -> Signature:
    """The approver's signature under what was shown; ticked if there are words to consent to."""
    values = {
        "name": APPROVER.name,
        "consented": bool(consent),
        "consent": consent,
        "content_hash": shown,
        "job_title": "Publisher",
        "address": "192.0.2.10",
        "user_agent": "Test",
    }
    return Signature(**values | changes)  # type: ignore[arg-type]


def a_quote(supplier: Supplier, **changes: Any) -> Deal:
    """A draft; `changes` are fields of it."""
    return Deal(supplier, quotes.begin_quote(supplier.workspace_id, supplier.actor, a_draft(**changes)))


def a_sent_quote(supplier: Supplier, **changes: Any) -> Deal:
    """A quote that waits for the client's decision."""
    return _after(a_quote, lambda deal: deal.send(), supplier, changes)


def an_accepted_project(supplier: Supplier, **changes: Any) -> Deal:
    """An accepted quote: its deposit is billed, milestones 2 and 3 are planned."""
    return _after(a_sent_quote, lambda deal: deal.accept(), supplier, changes)


def a_submitted_milestone(supplier: Supplier, **changes: Any) -> Deal:
    """A project whose milestone 2 waits for its sign-off."""
    return _after(an_accepted_project, lambda deal: deal.submit(2), supplier, changes)


def an_issued_invoice(supplier: Supplier, **changes: Any) -> Deal:
    """A project whose milestone 2 was signed off, so that it has two invoices."""
    return _after(a_submitted_milestone, lambda deal: deal.sign_off(2), supplier, changes)


def _after(
    before: Callable[..., Deal], act: Callable[[Deal], object], supplier: Supplier, changes: dict[str, Any]
) -> Deal:
    def make() -> Deal:
        deal = before(supplier, **changes)
        act(deal)
        return deal

    if changes:
        return make()
    settings: Settings = current_app.extensions["settings"]
    return made_once(f"after_{before.__name__}", settings.database_url, supplier, make)


def browser_of(app: Flask, supplier: Supplier | None = None) -> Browser:
    """A browser in which the supplier is signed in; a stranger's without one."""
    browser = Browser(app)
    if supplier is not None:
        browser.sign_in(supplier.user_id, supplier.workspace_id)
    return browser


def _one(query: Select[Any]) -> Any:
    with reading() as connection:
        return connection.execute(query).scalar_one()
