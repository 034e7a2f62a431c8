"""What has to happen before each kind of mail is written, told by the cast of the tests."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from milebill import clock, working_days
from milebill.db import reading, transaction
from milebill.domain import leases
from milebill.domain.claiming import request_confirmation
from milebill.domain.evidence import Evidence
from milebill.domain.extending import extend_quote
from milebill.domain.open_drafts import Visitor, begin_open_draft
from milebill.domain.quotes import expire_quote
from milebill.domain.renewal import renew_link
from milebill.domain.review import remind_reviewer
from milebill.domain.sign_in import browser_hash, request_login
from milebill.models import Mail, MailKind, Role, Submission
from milebill.models.mail import LOGIN_MAILS
from milebill.outbound.delivery import OutgoingMail
from milebill.outbound.emails import write_mail
from tests.actors import (
    APPROVER,
    Deal,
    Supplier,
    a_draft,
    a_sent_quote,
    a_submitted_milestone,
    an_accepted_project,
    an_issued_invoice,
)
from tests.colleagues import COLLEAGUE, ask_own, forward
from tests.pairs import a_quote_for_two, accept_as
from tests.payables import amend, request
from tests.rules import rows
from tests.ways_in import run_out

MOMENT = datetime(2027, 3, 3, 14, 5, tzinfo=UTC)

TITLE = "New website and ordering for independent bookshops"
NOTE = "The beta is open.\n\nTwenty invitations went out this morning, and the first orders are in the till."


def _login(supplier: Supplier) -> None:
    request_login(supplier.email, "browser")


def _confirmed(supplier: Supplier) -> None:
    visitor = Visitor(browser_hash("browser"), "192.0.2.7", "en")
    request_confirmation(begin_open_draft(visitor, "page", a_draft(title=TITLE)), supplier.email, "browser")


def _withdrawn(supplier: Supplier) -> None:
    a_sent_quote(supplier, title=TITLE).withdraw()


def _extended(supplier: Supplier) -> None:
    deal = a_sent_quote(supplier, title=TITLE)
    until = clock.now().date() + timedelta(days=60)
    extend_quote(deal.workspace_id, supplier.actor, deal.quote_id, until.isoformat())


def _expired(supplier: Supplier) -> None:
    deal = a_sent_quote(supplier, title=TITLE)
    with clock.at(clock.now() + timedelta(days=32)):
        expire_quote(deal.workspace_id, deal.quote_id)


def _asked(supplier: Supplier) -> None:
    a_sent_quote(supplier, title=TITLE).ask("Can our people change the opening hours without you?\n\nAnd the prices?")


def _answered(supplier: Supplier) -> None:
    a_sent_quote(supplier, title=TITLE).answer("Yes, both. The training in the last milestone covers it.")


def _declined(supplier: Supplier) -> None:
    a_sent_quote(supplier, title=TITLE).decline("We like it, but the board has moved the anniversary to next year.")


def _submitted(supplier: Supplier) -> None:
    deal = an_accepted_project(supplier, title=TITLE, review_days="10")
    deal.submit(2, NOTE, (Evidence(url="https://beta.example/"), Evidence(url="https://beta.example/speed")))


def _changes_requested(supplier: Supplier) -> None:
    deal = a_submitted_milestone(supplier, title=TITLE)
    deal.decide(2, second="Two of five people could not find the basket. Please make that clearer.")


def _amended(supplier: Supplier) -> None:
    amend(an_accepted_project(supplier, title=TITLE), purchase_order_number="PO 4500-118", cost_centre="Marketing")


def _correction_requested(supplier: Supplier) -> None:
    deal = an_accepted_project(supplier, title=TITLE)
    request(deal, "We moved in January.", legal_name="Łoś Verlag AG", city="Bremen", country_code="DE")


def _renewed(supplier: Supplier) -> None:
    deal = a_sent_quote(supplier, title=TITLE)
    run_out(deal)
    renew_link(deal.workspace_id, deal.link(), "192.0.2.10", "Test")


def _forwarded(supplier: Supplier) -> None:
    forward(a_sent_quote(supplier, title=TITLE), COLLEAGUE, {Role.APPROVE}, "Can you look at this before Friday?")


def _asked_for_a_link(supplier: Supplier) -> None:
    ask_own(a_sent_quote(supplier, title=TITLE), COLLEAGUE)


def _first_of_two(supplier: Supplier) -> None:
    accept_as(a_quote_for_two(supplier, title=TITLE), APPROVER)


def _not_answered(supplier: Supplier, day: int = 11) -> Deal:
    """The clock wakes on that day of a review of ten, which a first reminder comes on the eighth of."""
    deal = an_accepted_project(supplier, title=TITLE, review_days="10")
    deal.submit(2, NOTE)
    then = clock.at_eight(working_days.after(clock.now().date(), day), "UTC") + timedelta(hours=4)
    with clock.at(then):
        remind_reviewer(deal.workspace_id, deal.quote_id, 2, rows(Submission)[-1].id)
    return deal


def _reminded(supplier: Supplier) -> None:
    _not_answered(supplier, 8)


def _answered_late(supplier: Supplier) -> None:
    """Reminders, the end of the time to review, and then changes after all: of one project, as each has many links."""
    _not_answered(supplier).decide(2, second="Two of five people could not find the basket.")


STORIES: Mapping[MailKind, Callable[[Supplier], Any]] = {
    MailKind.LOGIN: _login,
    MailKind.CONFIRM_DRAFT: _confirmed,
    MailKind.QUOTE_SENT: lambda supplier: a_sent_quote(supplier, title=TITLE),
    MailKind.QUOTE_EXTENDED: _extended,
    MailKind.QUOTE_WITHDRAWN: _withdrawn,
    MailKind.QUOTE_EXPIRED: _expired,
    MailKind.QUESTION_ASKED: _asked,
    MailKind.QUESTION_ANSWERED: _answered,
    MailKind.QUOTE_ACCEPTED_SUPPLIER: lambda supplier: an_accepted_project(supplier, title=TITLE),
    MailKind.QUOTE_ACCEPTED_CLIENT: lambda supplier: an_accepted_project(supplier, title=TITLE),
    MailKind.QUOTE_DECLINED: _declined,
    MailKind.MILESTONE_SUBMITTED: _submitted,
    MailKind.CHANGES_REQUESTED: _changes_requested,
    MailKind.MILESTONE_SIGNED_OFF_SUPPLIER: lambda supplier: an_issued_invoice(supplier, title=TITLE),
    MailKind.MILESTONE_SIGNED_OFF_CLIENT: lambda supplier: an_issued_invoice(supplier, title=TITLE),
    MailKind.INVOICE_ISSUED: lambda supplier: an_issued_invoice(supplier, title=TITLE),
    MailKind.INVOICE_AMENDED: _amended,
    MailKind.CORRECTION_REQUESTED: _correction_requested,
    MailKind.LINK_RENEWED: _renewed,
    MailKind.LINK_FORWARDED: _forwarded,
    MailKind.LINK_ASKED: _asked_for_a_link,
    MailKind.LINK_SHARED: _asked_for_a_link,
    MailKind.SECOND_APPROVAL: _first_of_two,
    MailKind.REVIEW_REMINDER: _reminded,
    MailKind.REVIEW_PASSED: _not_answered,
}


def everything_happens(supplier: Supplier) -> Deal:
    """Every kind of mail but the login's is queued, in one workspace; returns a project that is under way."""
    for tell in (
        _extended,
        _withdrawn,
        _expired,
        _asked,
        _answered,
        _declined,
        _answered_late,
        _amended,
        _correction_requested,
        _renewed,
        _forwarded,
        _asked_for_a_link,
        _first_of_two,
    ):
        tell(supplier)
    return an_issued_invoice(supplier)


def mails(kind: MailKind | None = None) -> list[int]:
    """The ids of the queued mails, oldest first; without a kind, all but the logins'."""
    chosen = Mail.kind == kind if kind else Mail.kind.not_in(LOGIN_MAILS)
    with reading() as connection:
        return list(connection.scalars(select(Mail.id).where(chosen).order_by(Mail.id)))


def stored(mail_id: int) -> Any:
    """The mail's row, with its bytes."""
    with reading() as connection:
        return connection.execute(select(Mail.__table__).where(Mail.id == mail_id)).one()


def forget_logins() -> None:
    """Drop the mails that signing up has queued."""
    with transaction() as session:
        session.execute(Mail.__table__.delete().where(Mail.__table__.c.kind == MailKind.LOGIN))  # type: ignore[attr-defined]


def documents_ready(put: Callable[[bytes], str], content: bytes = b"%PDF-1.7 a document") -> int:
    """Every queued document is rendered, in a manner of speaking; returns how many."""
    done = 0
    while (lease := leases.lease_document()) is not None:
        leases.document_ready(lease, put(content), len(content))
        done += 1
    return done


def written(app: Flask, kind: MailKind) -> OutgoingMail:
    """The last mail of its kind."""
    return write_mail(app, mails(kind)[-1])


def said(app: Flask, kind: MailKind) -> str:
    """Its text, without regard to where the lines end."""
    return " ".join(written(app, kind).text.split())
