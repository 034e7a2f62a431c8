"""The rules of DESIGN.md that can be read off a database, whatever has happened to it."""

from collections import Counter, defaultdict
from typing import Any

from sqlalchemy import Row, Select, select

from milebill.canonical import digest
from milebill.db import Base, reading
from milebill.domain import chain
from milebill.models import (
    Event,
    Invoice,
    InvoiceTax,
    InvoiceVersion,
    Mail,
    Milestone,
    Project,
    Quote,
    Receipt,
    Revision,
    Workspace,
)
from milebill.tax import tax_on


def check_rules(workspace_id: int) -> None:
    """Rules 1 to 4, 6 and 7 for one workspace. Fails with what does not hold."""
    _check_cents(workspace_id)
    _check_numbers(workspace_id)
    _check_issued(workspace_id)
    _check_history(workspace_id)


def check_all_rules() -> None:
    """The same for every workspace."""
    with reading() as connection:
        workspaces = connection.scalars(select(Workspace.id)).all()
    for workspace_id in workspaces:
        check_rules(workspace_id)


def rows(model: type[Base], *where: Any) -> list[Row[Any]]:
    """What is stored, in the order of its making."""
    with reading() as connection:
        return list(connection.execute(select(model).where(*where).order_by(model.id)))  # type: ignore[attr-defined]


def _check_cents(workspace_id: int) -> None:
    """Rule 2: what is billed of each project is what was accepted of the milestones that fell due, group by group."""
    accepted_ones = select(Project.revision_id).where(Project.workspace_id == workspace_id)
    revisions = {row.id: row for row in rows(Revision, Revision.id.in_(accepted_ones))}
    taxes = defaultdict(list)
    for tax in rows(InvoiceTax, InvoiceTax.invoice_id.in_(_invoice_ids(workspace_id))):
        taxes[tax.invoice_id].append(tax)
    for project in rows(Project, Project.workspace_id == workspace_id):
        offer = revisions[project.revision_id].content
        assert (project.net, project.tax, project.gross) == (offer["net"], offer["tax"], offer["gross"])
        assert [tax_on(group["net"], group["rate"]) for group in offer["taxes"]] == [g["tax"] for g in offer["taxes"]]
        due = {row.position for row in rows(Milestone, Milestone.project_id == project.id) if row.state == "signed_off"}
        accepted = [item for item in offer["milestones"] if item["position"] in due]
        invoices = rows(Invoice, Invoice.project_id == project.id)
        for part in ("net", "tax", "gross"):
            assert sum(getattr(row, part) for row in invoices) == sum(item[part] for item in accepted)
            assert sum(getattr(row, part) for row in invoices) == getattr(project, f"billed_{part}")
        if len(due) == len(offer["milestones"]):
            assert [row.kind for row in invoices].count("final") == 1
            for position, group in enumerate(offer["taxes"], 1):
                billed = [tax for row in invoices for tax in taxes[row.id] if tax.position == position]
                assert (sum(tax.net for tax in billed), sum(tax.tax for tax in billed)) == (group["net"], group["tax"])


def _check_numbers(workspace_id: int) -> None:
    """Rule 3: no gaps, in the order of issue."""
    for model in (Invoice, Quote):
        by_year: dict[str, list[int]] = defaultdict(list)
        numbers = [row.number for row in rows(model, model.workspace_id == workspace_id) if row.number]
        for number in sorted(numbers) if model is Quote else numbers:  # quotes are numbered when they are sent
            series, _, count = number.rpartition("-")
            by_year[series].append(int(count))
        for found in by_year.values():
            assert found == list(range(1, len(found) + 1))


def _check_issued(workspace_id: int) -> None:
    """Rules 1 and 4: one invoice for each cause, whole, unchanged, and with the mail that brings it."""
    invoices = rows(Invoice, Invoice.workspace_id == workspace_id)
    issued = {
        row.content["data"]["invoice"]: row.content["data"]["content_hash"]
        for row in rows(Event, Event.workspace_id == workspace_id, Event.kind == "invoice_issued")
    }
    mailed = Counter(
        row.cause["invoice_id"] for row in rows(Mail, Mail.workspace_id == workspace_id, Mail.kind == "invoice_issued")
    )
    of_invoices = InvoiceVersion.invoice_id.in_(_invoice_ids(workspace_id))
    versions = Counter(row.invoice_id for row in rows(InvoiceVersion, of_invoices))
    assert len({row.milestone_id for row in invoices}) == len(invoices)
    for row in invoices:
        assert digest(row.content) == row.content_hash == issued[row.id]
        assert row.net + row.tax == row.gross == sum(tax["net"] + tax["tax"] for tax in row.content["taxes"])
        assert sum(line["net"] for line in row.content["lines"]) == row.net
        assert (row.content["number"], row.content["gross"]) == (row.number, row.gross)
        assert mailed[row.id] == 1
        assert versions[row.id] == row.version
    signed = [row for row in rows(Milestone, Milestone.workspace_id == workspace_id) if row.state == "signed_off"]
    assert {row.id for row in signed if row.net} == {row.milestone_id for row in invoices}


def _invoice_ids(workspace_id: int) -> Select[int]:
    return select(Invoice.id).where(Invoice.workspace_id == workspace_id)


def _check_history(workspace_id: int) -> None:
    """Rule 6: gap-free, chained, and with its head in every receipt."""
    events = rows(Event, Event.workspace_id == workspace_id)
    workspace = rows(Workspace, Workspace.id == workspace_id)[0]
    events.sort(key=lambda row: row.sequence)
    assert chain.verify(events) == workspace.event_head
    assert workspace.event_sequence == len(events)
    for receipt in rows(Receipt, Receipt.workspace_id == workspace_id):
        assert digest(receipt.content) == receipt.content_hash
        assert events[receipt.event_sequence - 1].hash == receipt.chain_head
    for quote in rows(Quote, Quote.workspace_id == workspace_id):
        last = max(row.sequence for row in events if row.quote_id == quote.id)
        assert quote.last_event_sequence == last
