"""A project's statement as a document: the schedule, what was asked for, credited and paid, and what is open.

Made once from what is frozen here, when one of the two sides asks for it.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select

from milebill.canonical import digest
from milebill.domain.quotes import load_quote
from milebill.domain.signature import Signature, check_signed, signer
from milebill.domain.work import Actor, Work, verb
from milebill.errors import NotFound
from milebill.models import (
    Document,
    DocumentKind,
    EventKind,
    Invoice,
    InvoiceKind,
    Milestone,
    MilestoneState,
    Payment,
    PaymentKind,
    Project,
    ProjectStatement,
    Quote,
    Role,
)

VERSION = 1

Content = dict[str, Any]
Entry = tuple[tuple[str, int, int], Content]
"""Day, what comes first on it (invoice, credit note, payment), id; and what is printed of it."""


@verb
def make_statement(work: Work, actor: Actor, project_id: int) -> int:
    """The supplier asks; the id of the document is returned, which the worker renders. Raises NotFound."""
    project = work.session.get(Project, project_id)
    if project is None or project.workspace_id != work.workspace.id:
        raise NotFound
    return _statement(work, actor, load_quote(work, project.quote_id), project)


@verb
def ask_statement(work: Work, quote_id: int, link_id: int, signature: Signature) -> int:
    """Somebody on the client's side asks, by their name.

    Raises NotFound, LinkRevoked, LinkExpired, Invalid for "name".
    """
    quote = load_quote(work, quote_id)
    who = signer(work, quote.id, link_id, signature, Role.VIEW)
    project = work.session.scalar(select(Project).where(Project.quote_id == quote.id))
    if project is None:
        raise NotFound
    check_signed(signature, who, needs_consent=False)
    return _statement(work, who.actor(signature), quote, project)


def _statement(work: Work, actor: Actor, quote: Quote, project: Project) -> int:
    content = _content(work, quote, project)
    content_hash = digest(content)
    known = (
        select(Document.id)
        .join(ProjectStatement, ProjectStatement.id == Document.subject_id)
        .where(
            Document.kind == DocumentKind.STATEMENT,
            ProjectStatement.project_id == project.id,
            ProjectStatement.content_hash == content_hash,
        )
    )
    document_id = work.session.scalar(known)
    if document_id is not None:
        return document_id
    statement_id = work.append(
        ProjectStatement,
        workspace_id=work.workspace.id,
        project_id=project.id,
        content=content,
        content_hash=content_hash,
        created_at=work.now,
    )
    work.record(EventKind.STATEMENT_MADE, actor, quote, title=project.title, content_hash=content_hash)
    name = f"{quote.number}-{work.today.isoformat()}-statement.pdf"
    return work.queue_document(DocumentKind.STATEMENT, statement_id, quote, name)


def _content(work: Work, quote: Quote, project: Project) -> Content:
    """Amounts are minor units, days ISO 8601. The day is part of it: what is open "today" is no older statement's."""
    invoices = _invoices(work, project)
    entries = [entry for _, entry in sorted([*_issued(invoices), *_paid(work, project)], key=lambda pair: pair[0])]
    balance = 0
    for entry in entries:
        balance += entry["amount"]
        entry["balance"] = balance
    return {
        "version": VERSION,
        "as_of": work.today.isoformat(),
        "title": project.title,
        "quote": quote.number,
        "accepted_on": project.accepted_at.isoformat(),
        "currency": project.currency,
        "seller": work.workspace.seller(),
        "buyer": project.buyer,
        "purchase_order_number": project.purchase_order_number,
        "buyer_reference": project.buyer_reference,
        "contract": {
            "gross": project.gross,
            "billed": project.billed_gross,
            "credited": project.credited_gross,
            "remaining": project.gross - project.billed_gross,
        },
        "schedule": _schedule(work, project),
        "entries": entries,
        "open": _open(invoices, work.today),
        "balance": balance,
    }


_OF_PROJECT: Any = bindparam("project_id")
_INVOICES = select(
    Invoice.id, Invoice.number, Invoice.kind, Invoice.issued_on, Invoice.due_on, Invoice.gross, Invoice.paid,
    Invoice.credited,
).where(Invoice.project_id == _OF_PROJECT).order_by(Invoice.id)  # fmt: skip
# What a correction moved from one number to another changes nothing between the two sides.
_PAYMENTS = (
    select(Payment.id, Payment.kind, Payment.amount, Payment.received_on, Invoice.number)
    .join(Invoice, Invoice.id == Payment.invoice_id)
    .where(Invoice.project_id == _OF_PROJECT, Payment.kind != PaymentKind.MOVED.value)
)
_SCHEDULE = (
    select(
        Milestone.position, Milestone.title, Milestone.state, Milestone.trigger, Milestone.planned_on,
        Milestone.signed_off_at, Milestone.net, Milestone.tax,
    )
    .where(Milestone.project_id == _OF_PROJECT)
    .order_by(Milestone.position)
)  # fmt: skip


def _invoices(work: Work, project: Project) -> list[Any]:
    return list(work.connection.execute(_INVOICES, {"project_id": project.id}))


def _issued(invoices: Iterable[Any]) -> Iterable[Entry]:
    for row in invoices:
        day, rank = row.issued_on.isoformat(), 1 if row.kind == InvoiceKind.CREDIT_NOTE else 0
        yield (day, rank, row.id), {"day": day, "kind": row.kind, "number": row.number, "amount": row.gross}


def _paid(work: Work, project: Project) -> Iterable[Entry]:
    for row in work.connection.execute(_PAYMENTS, {"project_id": project.id}):
        day = row.received_on.isoformat()
        yield (day, 2, row.id), {"day": day, "kind": row.kind, "number": row.number, "amount": -row.amount}


def _open(invoices: Iterable[Any], today: date) -> list[Content]:
    return [
        {
            "number": row.number,
            "due_on": row.due_on.isoformat(),
            "overdue": row.due_on < today,
            "amount": row.gross - row.paid - row.credited,
        }
        for row in invoices
        if row.kind != InvoiceKind.CREDIT_NOTE and row.gross != row.paid + row.credited
    ]


def _schedule(work: Work, project: Project) -> list[Content]:
    return [
        {
            "position": row.position,
            "title": row.title,
            "state": row.state,
            "trigger": row.trigger,
            "planned_on": row.planned_on.isoformat() if row.planned_on else None,
            "signed_off_at": row.signed_off_at.isoformat() if row.signed_off_at else None,
            "gross": row.net + row.tax,
        }
        for row in work.connection.execute(_SCHEDULE, {"project_id": project.id})
        if row.state != MilestoneState.CANCELLED
    ]
