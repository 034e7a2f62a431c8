"""One quote of the demo and what becomes of it, day by day; every step is a verb of the domain at a past moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Select, select

from milebill import clock
from milebill.db import reading
from milebill.demo.samples import Sample
from milebill.domain import amendments, conversation, decision, milestones, payments, quotes
from milebill.domain.buyer import Buyer
from milebill.domain.by_criterion import Decision, decide_by_criterion
from milebill.domain.evidence import Evidence
from milebill.domain.signature import Signature
from milebill.domain.work import Actor
from milebill.models import Invoice, InvoiceVersion, Link, Milestone, Person, Project, Quote, Revision, Submission
from milebill.models.invoice_version import AMENDABLE, version_hash

T = TypeVar("T")

ACCEPT = "I accept this quote for my company, as it is shown on this page."
SIGN_OFF = "I have seen the work and agree that this milestone is reached."


@dataclass
class Story:
    """Tells what happened to one sample; `day` counts back from today."""

    workspace_id: int
    supplier: Actor
    sample: Sample
    now: datetime
    quote_id: int = 0

    def at(self, days_ago: int, hour: int = 10) -> datetime:
        """A moment on a past day."""
        return (self.now - timedelta(days=days_ago)).replace(hour=hour, minute=(days_ago * 7) % 60)

    def draft(self, days_ago: int) -> None:
        """The supplier writes it."""
        moment = self.at(days_ago, 9)
        with clock.at(moment):
            self.quote_id = quotes.begin_quote(
                self.workspace_id, self.supplier, self.sample.draft(moment.date(), self.now.date())
            )

    def send(self, days_ago: int) -> None:
        """The supplier sends it."""
        with clock.at(self.at(days_ago)):
            quotes.send_quote(self.workspace_id, self.supplier, self.quote_id)

    def ask(self, days_ago: int, words: str) -> None:
        """The client asks."""
        with clock.at(self.at(days_ago, 11)):
            conversation.ask_question(
                self.workspace_id, self.quote_id, self.link_id(), self.signed(""), words, f"demo-{days_ago}-ask"
            )

    def answer(self, days_ago: int, words: str) -> None:
        """The supplier answers."""
        with clock.at(self.at(days_ago, 13)):
            conversation.answer_question(
                self.workspace_id, self.supplier, self.quote_id, words, f"demo-{days_ago}-answer"
            )

    def accept(self, days_ago: int) -> None:
        """The client accepts, and the deposit is billed."""
        with clock.at(self.at(days_ago, 14)):
            decision.accept_quote(
                self.workspace_id,
                self.quote_id,
                self.link_id(),
                self.signed(self.offer_hash(), ACCEPT),
                Buyer(self.sample.buyer, self.sample.purchase_order_number),
            )

    def decline(self, days_ago: int, reason: str) -> None:
        """The client declines."""
        with clock.at(self.at(days_ago, 14)):
            decision.decline_quote(
                self.workspace_id, self.quote_id, self.link_id(), self.signed(self.offer_hash(), "I decline."), reason
            )

    def withdraw(self, days_ago: int) -> None:
        """The supplier takes it back."""
        with clock.at(self.at(days_ago, 14)):
            quotes.withdraw_quote(self.workspace_id, self.supplier, self.quote_id)

    def submit(self, days_ago: int, position: int, note: str, *links: str, beside: Sequence[Evidence] = ()) -> None:
        """The supplier puts a milestone before the client; `beside` shows single criteria."""
        evidence = [*(Evidence(url=url) for url in links), *beside]
        with clock.at(self.at(days_ago, 15)):
            milestones.submit_milestone(self.workspace_id, self.supplier, self.quote_id, position, note, evidence)

    def sign_off(self, days_ago: int, position: int) -> None:
        """The client signs it off, and its invoice is issued."""
        with clock.at(self.at(days_ago, 16)):
            milestones.sign_off_milestone(
                self.workspace_id,
                self.quote_id,
                self.link_id(),
                position,
                self.signed(self.submission_hash(position), SIGN_OFF),
            )

    def send_back(self, days_ago: int, position: int, *reasons: str) -> None:
        """The client goes through the criteria: an empty reason accepts."""
        decisions = {n: Decision(accepted=not reason, reason=reason) for n, reason in enumerate(reasons, 1)}
        with clock.at(self.at(days_ago, 16)):
            decide_by_criterion(
                self.workspace_id,
                self.quote_id,
                self.link_id(),
                position,
                self.signed(self.submission_hash(position)),
                decisions,
                part_welcome=True,
            )

    def amend(self, days_ago: int, position: int, purchase_order_number: str) -> None:
        """Accounts payable puts another purchase order number on the milestone's invoice."""
        invoice_id = _one(
            select(Invoice.id)
            .join(Milestone, Milestone.id == Invoice.milestone_id)
            .join(Project, Project.id == Milestone.project_id)
            .where(Project.quote_id == self.quote_id, Milestone.position == position)
        )
        link_id = self.link_id(self.sample.ap_email)
        with reading() as connection:
            present = connection.execute(
                select(InvoiceVersion).where(InvoiceVersion.invoice_id == invoice_id).order_by(InvoiceVersion.id.desc())
            ).first()
        if present is None:
            raise LookupError("every invoice has a version")
        fields = {name: getattr(present, name) for name in AMENDABLE}
        shown = version_hash(present.number, fields, present.buyer)
        signature = Signature(
            self.sample.ap_name, consented=False, consent="", content_hash=shown, address="192.0.2.11"
        )
        wanted = amendments.Amendment(**{**fields, "purchase_order_number": purchase_order_number})
        with clock.at(self.at(days_ago, 15)):
            amendments.amend_invoice(
                self.workspace_id, self.quote_id, link_id, invoice_id, signature, wanted, later=True
            )

    def pay(self, days_ago: int, position: int, percent: int = 100) -> None:
        """The milestone's invoice is paid, as a whole or in part."""
        moment = self.at(days_ago, 12)
        query = (
            select(Invoice.id, Invoice.gross)
            .join(Milestone, Milestone.id == Invoice.milestone_id)
            .join(Project, Project.id == Invoice.project_id)
            .where(Project.quote_id == self.quote_id, Milestone.position == position)
        )
        with reading() as connection:
            invoice = connection.execute(query).one()
        with clock.at(moment):
            payments.record_payment(
                self.workspace_id,
                self.supplier,
                invoice.id,
                invoice.gross * percent // 100,
                moment.date(),
                "Bank transfer",
                f"demo-{days_ago}",
            )

    def signed(self, shown: str, consent: str = "") -> Signature:
        """The approver's signature."""
        return Signature(
            self.sample.approver,
            bool(consent),
            consent,
            shown,
            language="en",
            job_title=self.sample.job_title,
            address="192.0.2.10",
            user_agent="Demo",
        )

    def link_id(self, email: str = "") -> int:
        """The approver's link, or that of somebody else."""
        query = (
            select(Link.id)
            .join(Person, Person.id == Link.person_id)
            .where(Link.quote_id == self.quote_id, Person.email == (email or self.sample.approver_email))
        )
        return _one(query)

    def offer_hash(self) -> str:
        """What the client was shown before accepting."""
        query = select(Revision.content_hash).join(
            Quote, (Quote.id == Revision.quote_id) & (Quote.revision_number == Revision.number)
        )
        return _one(query.where(Quote.id == self.quote_id)) or ""

    def submission_hash(self, position: int) -> str:
        """What the client was shown before signing off."""
        query = (
            select(Submission.content_hash)
            .join(Milestone, Milestone.id == Submission.milestone_id)
            .join(Project, Project.id == Milestone.project_id)
            .where(
                Project.quote_id == self.quote_id,
                Milestone.position == position,
                Submission.number == Milestone.submissions,
            )
        )
        return _one(query)


def _one(query: Select[T]) -> T:
    with reading() as connection:
        return connection.execute(query).scalar_one()
