"""What an invoice, credit note or corrected invoice says: its frozen content with a version's amendable fields."""

from typing import Any

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.orm import aliased

from milebill.models import Client, Invoice, InvoiceVersion, Project, Workspace
from milebill.models.invoice_version import AMENDABLE

Paper = dict[str, Any]

_BEFORE = aliased(InvoiceVersion)
_VERSION = (
    select(
        Invoice.content,
        InvoiceVersion.number,
        *(getattr(InvoiceVersion, name) for name in AMENDABLE),
        InvoiceVersion.buyer,
        _BEFORE.created_at.label("before"),
        func.coalesce(func.nullif(Client.locale, ""), Workspace.locale).label("locale"),
    )
    .join(Invoice, Invoice.id == InvoiceVersion.invoice_id)
    .join(Project, Project.id == Invoice.project_id)
    .join(Client, Client.id == Project.client_id)
    .join(Workspace, Workspace.id == Invoice.workspace_id)
    .outerjoin(
        _BEFORE, (_BEFORE.invoice_id == InvoiceVersion.invoice_id) & (_BEFORE.number == InvoiceVersion.number - 1)
    )
    .where(InvoiceVersion.id == bindparam("version_id"))
)


def invoice_paper(connection: Connection, version_id: int) -> Paper:
    """The content of a version, for its PDF and its e-invoices: amounts are minor units, days ISO 8601.

    `locale` is the client's, `replaces_of` the moment of the version before. Raises sqlalchemy's NoResultFound.
    """
    row: Any = connection.execute(_VERSION, {"version_id": version_id}).mappings().one()
    return {
        **row["content"],
        **{name: row[name] for name in AMENDABLE},
        "buyer": row["buyer"] or row["content"]["buyer"],
        "version": row["number"],
        "replaces_of": row["before"],
        "locale": row["locale"],
    }
