"""Mails to the supplier. Answers reach the person on the client's side who acted; a client's link is in none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import aliased

from milebill.models import (
    Approval,
    CorrectionRequest,
    Criterion,
    CriterionDecision,
    Invoice,
    InvoiceVersion,
    MailKind,
    Message,
    Milestone,
    Person,
    Project,
    Submission,
)
from milebill.models.approval import ApprovalKind
from milebill.models.invoice_version import AMENDABLE, changes
from milebill.models.party import PARTY_FIELDS
from milebill.outbound.addresses import SupplierAddresses
from milebill.outbound.letter import (
    MILESTONE_COUNT,
    Envelope,
    Letter,
    issued_with,
    names_of,
    next_milestone,
    receipt_of,
)

_MESSAGE = (
    select(Message.text, Message.files, Person.name, Person.email)
    .join(Person, Person.id == Message.person_id)
    .where(Message.id == bindparam("id"))
)
_DECLINE = (
    select(Person.name, Person.email)
    .join(Approval, Approval.person_id == Person.id)
    .where(Approval.quote_id == bindparam("quote_id"), Approval.kind == ApprovalKind.DECLINE)
    .order_by(Approval.id.desc())
    .limit(1)
)
_CHANGES = (
    select(
        Submission.reason,
        Submission.part_welcome,
        Milestone.position,
        Milestone.title,
        MILESTONE_COUNT,
        Message.files,
        Person.name,
        Person.email,
    )
    .join(Milestone, Milestone.id == Submission.milestone_id)
    .join(Project, Project.id == Milestone.project_id)
    .join(Message, (Message.quote_id == Project.quote_id) & (Message.once == bindparam("once")))
    .join(Person, Person.id == Message.person_id)
    .where(Submission.id == bindparam("id"))
)

_DECISIONS = (
    select(CriterionDecision.accepted, CriterionDecision.reason, Criterion.text)
    .join(Submission, Submission.id == CriterionDecision.submission_id)
    .join(
        Criterion,
        (Criterion.milestone_id == Submission.milestone_id) & (Criterion.position == CriterionDecision.criterion),
    )
    .where(CriterionDecision.submission_id == bindparam("id"))
    .order_by(CriterionDecision.criterion)
)

_REVIEW = (
    select(Submission.review_until, Milestone.position, Milestone.title, MILESTONE_COUNT)
    .join(Milestone, Milestone.id == Submission.milestone_id)
    .join(Project, Project.id == Milestone.project_id)
    .where(Submission.id == bindparam("id"))
)

_OLDER = aliased(InvoiceVersion)
_AMENDED = (
    select(
        Invoice.number,
        Invoice.gross,
        Invoice.currency,
        InvoiceVersion.restored_from,
        *(getattr(InvoiceVersion, name) for name in AMENDABLE),
        *(getattr(_OLDER, name).label(f"older_{name}") for name in AMENDABLE),
        Person.name,
        Person.email,
    )
    .join(InvoiceVersion, InvoiceVersion.invoice_id == Invoice.id)
    .join(_OLDER, (_OLDER.invoice_id == Invoice.id) & (_OLDER.number == InvoiceVersion.number - 1))
    .join(Person, Person.id == InvoiceVersion.amended_by)
    .where(Invoice.id == bindparam("invoice_id"), InvoiceVersion.number == bindparam("number"))
)

_CORRECTION = (
    select(
        CorrectionRequest.invoice_id,
        CorrectionRequest.wanted,
        CorrectionRequest.text,
        Invoice.number,
        Person.name,
        Person.email,
    )
    .join(Invoice, Invoice.id == CorrectionRequest.invoice_id)
    .join(Person, Person.id == CorrectionRequest.person_id)
    .where(CorrectionRequest.id == bindparam("id"))
)


@dataclass(frozen=True, slots=True)
class SupplierMail:
    """A mail that is being written, and the addresses that may stand in it."""

    connection: Connection
    envelope: Envelope
    to: SupplierAddresses


def question_asked(mail: SupplierMail) -> Letter:
    """Somebody on the client's side asks."""
    row = mail.connection.execute(_MESSAGE, {"id": mail.envelope.cause["message_id"]}).one()
    values = {"message": row.text, "files": names_of(row.files), "page": _page(mail)}
    return Letter(values, row.name, row.email)


def quote_accepted(mail: SupplierMail) -> Letter:
    """The client accepted; what that set in motion."""
    return _proof(mail, _page(mail))


def quote_declined(mail: SupplierMail) -> Letter:
    """The client declined, with a reason."""
    person = mail.connection.execute(_DECLINE, {"quote_id": mail.envelope.quote_id}).one()
    values = {"reason": mail.envelope.cause["reason"], "page": mail.to.quote(mail.envelope.quote_id)}
    return Letter(values, person.name, person.email)


def quote_expired(mail: SupplierMail) -> Letter:
    """Nobody answered in time; nobody acted, so there is nobody to reply to."""
    return Letter({"page": mail.to.quote(mail.envelope.quote_id)})


def changes_requested(mail: SupplierMail) -> Letter:
    """The client sends a milestone back: with one reason, or with a decision for each criterion."""
    submission_id = mail.envelope.cause["submission_id"]
    row = mail.connection.execute(_CHANGES, {"id": submission_id, "once": f"changes:{submission_id}"}).one()
    decisions = [found._asdict() for found in mail.connection.execute(_DECISIONS, {"id": submission_id})]
    values = {
        "milestone": row._asdict(),
        "missing": [found for found in decisions if not found["accepted"]],
        "accepted": [found["text"] for found in decisions if found["accepted"]],
        "files": names_of(row.files),
        "page": _page(mail, row.position),
    }
    return Letter(values, row.name, row.email)


def milestone_signed_off(mail: SupplierMail) -> Letter:
    """The client signed a milestone off; its invoice is on its way."""
    return _proof(mail, _page(mail))


def review_passed(mail: SupplierMail) -> Letter:
    """The time to review a milestone is over; nobody acted, so there is nobody to reply to."""
    cause = mail.envelope.cause
    row = mail.connection.execute(_REVIEW, {"id": cause["submission_id"]}).one()
    return Letter(
        {
            "milestone": row._asdict(),
            "days": cause["days"],
            "waits_for": cause["waits_for"],
            "page": _page(mail, row.position),
        }
    )


def invoice_amended(mail: SupplierMail) -> Letter:
    """Accounts payable amended what no total depends on: each field as it was and as it is."""
    cause = mail.envelope.cause
    keys = {"invoice_id": cause["invoice_id"], "number": cause["version"]}
    row: Any = mail.connection.execute(_AMENDED, keys).mappings().one()
    older = {name: row[f"older_{name}"] for name in AMENDABLE}
    values = {
        "invoice": row,
        "changes": [(name, old or "–", new or "–") for name, old, new in changes(older, row)],
        "restored": row["restored_from"],
        "version": cause["version"],
        "page": mail.to.versions(cause["invoice_id"]),
    }
    return Letter(values, row["name"], row["email"])


def correction_requested(mail: SupplierMail) -> Letter:
    """Accounts payable asks for another buyer on an invoice."""
    row: Any = mail.connection.execute(_CORRECTION, {"id": mail.envelope.cause["request_id"]}).one()
    values = {
        "invoice": {"number": row.number},
        "wanted": [(name, row.wanted[name]) for name in PARTY_FIELDS if name in row.wanted],
        "text": row.text,
        "page": f"{mail.to.invoice(row.invoice_id)}#request",
    }
    return Letter(values, row.name, row.email)


def _proof(mail: SupplierMail, page: str) -> Letter:
    receipt_id = mail.envelope.cause["receipt_id"]
    receipt, name, email = receipt_of(mail.connection, receipt_id)
    values = {
        "receipt": receipt,
        "invoices": issued_with(mail.connection, receipt_id),
        "next": next_milestone(mail.connection, receipt_id),
        "page": page,
    }
    if receipt.get("on_behalf"):  # nobody on the client's side acted
        return Letter(values)
    return Letter(values, name, email)


def _page(mail: SupplierMail, position: int | None = None) -> str:
    if mail.envelope.project_id is None:
        return mail.to.quote(mail.envelope.quote_id)
    return mail.to.project(mail.envelope.project_id, position)


Write = Callable[[SupplierMail], Letter]

SUPPLIER_MAILS: Mapping[str, Write] = MappingProxyType(
    {
        MailKind.QUESTION_ASKED: question_asked,
        MailKind.QUOTE_ACCEPTED_SUPPLIER: quote_accepted,
        MailKind.QUOTE_DECLINED: quote_declined,
        MailKind.QUOTE_EXPIRED: quote_expired,
        MailKind.CHANGES_REQUESTED: changes_requested,
        MailKind.MILESTONE_SIGNED_OFF_SUPPLIER: milestone_signed_off,
        MailKind.REVIEW_PASSED: review_passed,
        MailKind.INVOICE_AMENDED: invoice_amended,
        MailKind.CORRECTION_REQUESTED: correction_requested,
    }
)
