"""Mails to the client's side. Each carries the link of the person who reads it, and nobody else's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.orm import aliased

from milebill.models import (
    Approval,
    Criterion,
    Deliverable,
    Invoice,
    InvoiceVersion,
    MailKind,
    Message,
    Milestone,
    Project,
    Revision,
    Role,
    Submission,
    User,
)
from milebill.models.link import RENEWED_FOR
from milebill.models.milestone import Trigger
from milebill.outbound.addresses import ClientAddresses
from milebill.outbound.letter import (
    MILESTONE_COUNT,
    Envelope,
    Letter,
    issued_with,
    names_of,
    next_milestone,
    receipt_of,
)

_before = aliased(Revision)
_OFFER = (
    select(Revision.content, _before.content.label("before"))
    .outerjoin(_before, (_before.quote_id == Revision.quote_id) & (_before.number == Revision.number - 1))
    .where(Revision.id == bindparam("id"))
)
_MESSAGE = select(Message.name, Message.text, Message.files).where(Message.id == bindparam("id"))

_evidence = (
    select(func.count(Deliverable.id))
    .where(Deliverable.submission_id == Submission.id, Deliverable.kind != "note")
    .correlate(Submission)
)
_SUBMISSION = (
    select(
        Submission.number,
        Submission.note,
        Submission.content,
        Submission.part,
        Submission.submitted_at,
        Submission.review_until,
        User.name.label("author"),
        Milestone.id.label("milestone_id"),
        Milestone.position,
        Milestone.title,
        (Milestone.net + Milestone.tax).label("gross"),
        Project.currency,
        Project.payment_terms_days,
        MILESTONE_COUNT,
        _evidence.scalar_subquery().label("evidence"),
    )
    .join(Milestone, Milestone.id == Submission.milestone_id)
    .join(Project, Project.id == Milestone.project_id)
    .outerjoin(User, User.id == Submission.submitted_by)
    .where(Submission.id == bindparam("id"))
)
_SIGNED = select(Approval.name).where(Approval.submission_id == bindparam("id")).order_by(Approval.id)
_CRITERIA = (
    select(Criterion.text).where(Criterion.milestone_id == bindparam("milestone_id")).order_by(Criterion.position)
)
_INVOICE = (
    select(Invoice.content, InvoiceVersion.purchase_order_number, InvoiceVersion.buyer_reference)
    .join(InvoiceVersion, (InvoiceVersion.invoice_id == Invoice.id) & (InvoiceVersion.number == 1))
    .where(Invoice.id == bindparam("id"))
)

_FIRST = (
    select(
        Approval.name.label("by"),
        Milestone.position,
        Milestone.title.label("milestone"),
        (Milestone.net + Milestone.tax).label("gross"),
        Project.currency,
    )
    .outerjoin(Milestone, Milestone.id == Approval.milestone_id)
    .outerjoin(Project, Project.id == Milestone.project_id)
    .where(Approval.id == bindparam("id"))
)

MOST_CRITERIA = 6
"""More stand on the page; a mail is no contract."""


@dataclass(frozen=True, slots=True)
class ClientMail:
    """A mail that is being written, and the addresses that may stand in it."""

    connection: Connection
    envelope: Envelope
    to: ClientAddresses


def quote_sent(mail: ClientMail) -> Letter:
    """What is offered, what it costs, and where to accept or decline it."""
    row = mail.connection.execute(_OFFER, {"id": mail.envelope.cause["revision_id"]}).one()
    offer = row.content
    upfront = sum(step["gross"] for step in offer["milestones"] if step["trigger"] == Trigger.ACCEPTANCE)
    return Letter(
        {
            "offer": offer,
            "before": row.before,
            "upfront": upfront,
            "accept": mail.to.decision("accept"),
            "decline": mail.to.decision("decline"),
        }
    )


def quote_extended(mail: ClientMail) -> Letter:
    """It can be accepted for longer."""
    return Letter({"accept": mail.to.decision("accept"), "decline": mail.to.decision("decline")})


def quote_withdrawn(_mail: ClientMail) -> Letter:
    """The supplier took the quote back."""
    return Letter()


def question_answered(mail: ClientMail) -> Letter:
    """The supplier wrote into the thread."""
    row = mail.connection.execute(_MESSAGE, {"id": mail.envelope.cause["message_id"]}).one()
    return Letter({"author": row.name, "message": row.text, "files": names_of(row.files)})


def quote_accepted(mail: ClientMail) -> Letter:
    """The receipt of the acceptance, and what it set in motion."""
    return Letter(_proof(mail))


def milestone_submitted(mail: ClientMail) -> Letter:
    """A milestone, or a part of it, is there to be looked at."""
    row = mail.connection.execute(_SUBMISSION, {"id": mail.envelope.cause["submission_id"]}).one()
    criteria, accepted = _to_decide(mail, row)
    milestone = row._asdict()
    if row.part is not None:
        milestone["gross"] = row.part["net"] + row.part["tax"]
        milestone["rest"] = row.part["remainder"]["net"] + row.part["remainder"]["tax"]
    return Letter(
        {
            "milestone": milestone,
            "accepted": accepted,
            "criteria": criteria[:MOST_CRITERIA],
            "more_criteria": len(criteria[MOST_CRITERIA:]),
            "sign_off": mail.to.sign_off(row.position),
        }
    )


def review_reminder(mail: ClientMail) -> Letter:
    """A milestone waits for the reader's answer: its review ends some day soon, today, or is over."""
    cause = mail.envelope.cause
    submitted = milestone_submitted(mail)
    first = mail.connection.scalars(_SIGNED, {"id": cause["submission_id"]}).first()
    when = "before" if cause["day"] < cause["days"] else "last" if cause["day"] == cause["days"] else "over"
    told = {"when": when, "days": cause["days"], "first": first, "enough": cause["enough"]}
    return Letter({**submitted.values, **told})


def _to_decide(mail: ClientMail, row: Any) -> tuple[list[str], int]:
    """The criteria that are still to be accepted, and how many were accepted before."""
    if row.content is None:  # submitted before that was kept
        return list(mail.connection.scalars(_CRITERIA, {"milestone_id": row.milestone_id})), 0
    agreed = row.content["criteria"]
    open_ones = [item for item in agreed if not item["accepted"]]
    words = [item["text"] for item in open_ones if row.part is None or item["position"] in row.part["criteria"]]
    return words, len(agreed) - len(open_ones)


def milestone_signed_off(mail: ClientMail) -> Letter:
    """The receipt of the sign-off, and the invoice that it issued."""
    return Letter(_proof(mail))


def invoice_issued(mail: ClientMail) -> Letter:
    """The invoice, how to pay it, and what it is for."""
    invoice_id = mail.envelope.cause["invoice_id"]
    row = mail.connection.execute(_INVOICE, {"id": invoice_id}).one()
    return Letter(
        {
            "invoice": row.content,
            "purchase_order_number": row.purchase_order_number,
            "buyer_reference": row.buyer_reference,
            "invoice_page": mail.to.invoice(invoice_id),
        }
    )


def link_renewed(_mail: ClientMail) -> Letter:
    """A fresh way in for somebody whose link had run out."""
    return Letter({"days": RENEWED_FOR.days})


def link_forwarded(mail: ClientMail) -> Letter:
    """A colleague gave the reader a link of their own, perhaps with a sentence."""
    cause = mail.envelope.cause
    decides, pays = (role in cause["roles"] for role in (Role.APPROVE, Role.ACCOUNTS_PAYABLE))
    return Letter({"by": cause["by"], "note": cause["words"], "decides": decides, "pays": pays})


def link_asked(_mail: ClientMail) -> Letter:
    """The link of their own that somebody asked for."""
    return Letter()


def link_shared(mail: ClientMail) -> Letter:
    """Somebody else opened the reader's link, and asked for one of their own."""
    return Letter({"by": mail.envelope.cause["name"], "email": mail.envelope.cause["email"]})


def second_approval(mail: ClientMail) -> Letter:
    """The reader is the other of two who have to sign; the first one has."""
    row = mail.connection.execute(_FIRST, {"id": mail.envelope.cause["approval_id"]}).one()
    values = row._asdict()
    if row.position is None:
        amount, currency, to_sign = mail.envelope.gross, mail.envelope.currency, mail.to.decision("accept")
    else:
        amount, currency, to_sign = row.gross, row.currency, mail.to.sign_off(row.position)
    return Letter({**values, "amount": amount, "currency": currency, "to_sign": to_sign})


def _proof(mail: ClientMail) -> dict[str, Any]:
    receipt_id = mail.envelope.cause["receipt_id"]
    return {
        "receipt": receipt_of(mail.connection, receipt_id)[0],
        "invoices": issued_with(mail.connection, receipt_id),
        "next": next_milestone(mail.connection, receipt_id),
    }


Write = Callable[[ClientMail], Letter]

CLIENT_MAILS: Mapping[str, Write] = MappingProxyType(
    {
        MailKind.QUOTE_SENT: quote_sent,
        MailKind.QUOTE_EXTENDED: quote_extended,
        MailKind.QUOTE_WITHDRAWN: quote_withdrawn,
        MailKind.QUESTION_ANSWERED: question_answered,
        MailKind.QUOTE_ACCEPTED_CLIENT: quote_accepted,
        MailKind.MILESTONE_SUBMITTED: milestone_submitted,
        MailKind.MILESTONE_SIGNED_OFF_CLIENT: milestone_signed_off,
        MailKind.INVOICE_ISSUED: invoice_issued,
        MailKind.LINK_RENEWED: link_renewed,
        MailKind.LINK_FORWARDED: link_forwarded,
        MailKind.LINK_ASKED: link_asked,
        MailKind.LINK_SHARED: link_shared,
        MailKind.SECOND_APPROVAL: second_approval,
        MailKind.REVIEW_REMINDER: review_reminder,
    }
)
