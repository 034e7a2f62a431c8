"""What a mail is written from: the row that queued it with its quote and people, and what its kind adds."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.orm import aliased

from milebill.models import (
    Approval,
    Client,
    Invoice,
    InvoiceVersion,
    Link,
    Mail,
    Milestone,
    MilestoneState,
    Person,
    Project,
    Quote,
    Receipt,
    Revision,
    Workspace,
)
from milebill.models.milestone import Trigger

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Envelope:
    """A queued mail with what every kind needs to know: who reads it, whose quote it is about."""

    kind: str
    recipient: str
    recipient_name: str
    link_id: int | None
    link_expires_at: datetime | None
    cause: dict[str, Any]
    message_id: str
    supplier: str
    supplier_email: str
    sender_name: str
    """In whose name clients get it."""
    reply_to: str
    """Where clients' answers go."""
    locale: str
    time_zone: str
    colour: str
    logo_sha256: str | None
    quote_id: int
    number: str
    """The quote's."""
    title: str
    currency: str
    gross: int
    """Of the quote, in minor units."""
    valid_until: date | None
    client: str
    client_locale: str | None
    project_id: int | None


@dataclass(frozen=True, slots=True)
class Letter:
    """What the kind adds: the values of its templates, and the person on the client's side who acted."""

    values: Values = field(default_factory=dict)
    person: str = ""
    person_email: str | None = None


_ENVELOPE = (
    select(
        Mail.kind,
        func.coalesce(Person.email, Mail.recipient).label("recipient"),
        func.coalesce(Person.name, Mail.recipient_name).label("recipient_name"),
        Mail.link_id,
        Link.expires_at.label("link_expires_at"),
        Mail.cause,
        Mail.message_id,
        Workspace.name.label("supplier"),
        Workspace.email.label("supplier_email"),
        func.coalesce(func.nullif(Workspace.sender_name, ""), Workspace.name).label("sender_name"),
        func.coalesce(func.nullif(Workspace.reply_to, ""), Workspace.email).label("reply_to"),
        Workspace.locale,
        Workspace.time_zone,
        Workspace.brand_colour.label("colour"),
        Workspace.logo_sha256,
        Mail.quote_id,
        Quote.number,
        Revision.title,
        Revision.currency,
        Revision.gross,
        Revision.valid_until,
        Client.name.label("client"),
        Client.locale.label("client_locale"),
        Project.id.label("project_id"),
    )
    .join(Workspace, Workspace.id == Mail.workspace_id)
    .join(Quote, Quote.id == Mail.quote_id)
    .join(Revision, (Revision.quote_id == Quote.id) & (Revision.number == Quote.revision_number))
    .join(Client, Client.id == Quote.client_id)
    .outerjoin(Project, Project.quote_id == Quote.id)
    .outerjoin(Link, Link.id == Mail.link_id)
    .outerjoin(Person, Person.id == Link.person_id)
    .where(Mail.id == bindparam("mail_id"))
)

_INVOICES = (
    select(
        Invoice.number,
        Invoice.gross,
        Invoice.currency,
        Invoice.due_on,
        InvoiceVersion.contact_name,
        InvoiceVersion.contact_email,
        Milestone.title,
    )
    .join(InvoiceVersion, (InvoiceVersion.invoice_id == Invoice.id) & (InvoiceVersion.number == 1))
    .join(Milestone, Milestone.id == Invoice.milestone_id)
    .where(
        Invoice.receipt_id == bindparam("receipt_id"),
        # Credit notes and corrected invoices rest on the same receipt, and have mails of their own.
        Invoice.cause.startswith("acceptance:") | Invoice.cause.startswith("sign_off:"),
    )
    .order_by(Milestone.position)
)

_RECEIPT = (
    select(
        Receipt.content,
        Person.name,
        Person.email,
        select(func.count(Milestone.id))
        .join(Project, Project.id == Milestone.project_id)
        .where(Project.quote_id == Receipt.quote_id)
        .correlate(Receipt)
        .scalar_subquery()
        .label("milestones"),
    )
    .join(Approval, Approval.id == Receipt.approval_id)
    .join(Person, Person.id == Approval.person_id)
    .where(Receipt.id == bindparam("id"))
)

_NEXT = (
    select(Milestone.title, Milestone.planned_on)
    .join(Project, Project.id == Milestone.project_id)
    .join(Receipt, Receipt.quote_id == Project.quote_id)
    .where(
        Receipt.id == bindparam("receipt_id"),
        Milestone.trigger == Trigger.SIGN_OFF,
        Milestone.state != MilestoneState.CANCELLED,
        func.coalesce(Milestone.submitted_at, Receipt.created_at) >= Receipt.created_at,
    )
    .order_by(Milestone.position)
    .limit(1)
)
"""Nobody had submitted it when the receipt was issued, whatever happened before the mail was written."""

_other = aliased(Milestone)
MILESTONE_COUNT = (
    select(func.count(_other.id))
    .where(_other.project_id == Milestone.project_id)
    .correlate(Milestone)
    .scalar_subquery()
    .label("milestones")
)
"""How many milestones the selected milestone's project has."""


def envelope_of(connection: Connection, mail_id: int) -> Envelope:
    """The mail's envelope. Raises NoResultFound for a mail without a quote."""
    return Envelope(**connection.execute(_ENVELOPE, {"mail_id": mail_id}).mappings().one())


def issued_with(connection: Connection, receipt_id: int) -> list[Values]:
    """The invoices that the acceptance or the sign-off behind a receipt issued, in the order of their milestones."""
    return [dict(row) for row in connection.execute(_INVOICES, {"receipt_id": receipt_id}).mappings()]


def receipt_of(connection: Connection, receipt_id: int) -> tuple[Values, str, str]:
    """The receipt's content, and name and address of the person who signed."""
    row = connection.execute(_RECEIPT, {"id": receipt_id}).one()
    return {**row.content, "milestones": row.milestones}, row.name, row.email


def next_milestone(connection: Connection, receipt_id: int) -> Values | None:
    """Title and planned date of the milestone that came next, unless every one was under way or done."""
    row = connection.execute(_NEXT, {"receipt_id": receipt_id}).mappings().one_or_none()
    return dict(row) if row else None


def names_of(files: list[dict[str, Any]]) -> list[str]:
    """What a mail says of the files that went with a message: their names, see Message.files."""
    return [file["name"] for file in files]
