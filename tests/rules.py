"""The rules of DESIGN.md that can be read off a database, whatever has happened to it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, Select, select

from milebill.canonical import digest
from milebill.db import Base, reading
from milebill.domain import chain
from milebill.models import (
    Credit,
    Event,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceTax,
    InvoiceVersion,
    Mail,
    Milestone,
    MilestoneAmount,
    NumberSeries,
    Payment,
    Project,
    Quote,
    Receipt,
    Revision,
    TaxGroup,
    Workspace,
)
from milebill.tax import tax_on
from tests.sums import Sums, added, net_of, of_amounts, of_entries, tax_of


def check_rules(workspace_id: int) -> None:
    """Rules 1 to 4, 6 and 7 for one workspace. Fails with what does not hold."""
    _check_cents(workspace_id)
    _check_numbers(workspace_id)
    _check_issued(workspace_id)
    _check_payments(workspace_id)
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


def grouped(found: Iterable[Any], column: str) -> dict[int, list[Any]]:
    """Rows by one of their columns."""
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in found:
        groups[getattr(row, column)].append(row)
    return groups


def _check_cents(workspace_id: int) -> None:
    """Rule 2: what is asked for is what was accepted of the milestones that are billed, tax by tax."""
    accepted_ones = select(Project.revision_id).where(Project.workspace_id == workspace_id)
    revisions = {row.id: row for row in rows(Revision, Revision.id.in_(accepted_ones))}
    for project in rows(Project, Project.workspace_id == workspace_id):
        offer = revisions[project.revision_id].content
        milestones = rows(Milestone, Milestone.project_id == project.id)
        groups = {row.id: row for row in rows(TaxGroup, TaxGroup.project_id == project.id)}
        amounts = grouped(rows(MilestoneAmount, MilestoneAmount.tax_group_id.in_(groups)), "milestone_id")
        frozen = {row.id: of_amounts(amounts[row.id], groups) for row in milestones}
        _check_frozen(project, offer, milestones, frozen)
        billed = [row for row in milestones if row.state == "signed_off" and row.net]
        invoices = rows(Invoice, Invoice.project_id == project.id)
        for part in ("net", "tax", "gross"):
            asked = sum(getattr(row, part) for row in invoices)
            was_billed, was_credited = getattr(project, f"billed_{part}"), getattr(project, f"credited_{part}")
            assert asked == was_billed - was_credited
            assert 0 <= was_credited <= was_billed
        assert project.billed_net == sum(row.net for row in billed)
        assert project.billed_tax == sum(row.tax for row in billed)
        assert project.billed_gross == project.billed_net + project.billed_tax
        _check_live(milestones, {row.id for row in billed}, frozen, invoices)
        if all(row.state == "signed_off" for row in milestones):
            _check_final([row for row in invoices if (row.content.get("of_kind") or row.kind) == InvoiceKind.FINAL])


def _check_frozen(project: Any, offer: Any, milestones: list[Row[Any]], frozen: dict[int, Sums]) -> None:
    accepted = of_entries(offer["taxes"])
    assert added(frozen.values()) == accepted
    assert all(entry["tax"] == tax_on(entry["net"], entry["rate"]) for entry in offer["taxes"])
    assert (project.net, project.tax, project.gross) == (offer["net"], offer["tax"], offer["gross"])
    assert (project.net, project.tax) == (net_of(accepted), tax_of(accepted))
    assert all((row.net, row.tax) == (net_of(frozen[row.id]), tax_of(frozen[row.id])) for row in milestones)


def _check_live(
    milestones: list[Row[Any]], billed: set[int], frozen: dict[int, Sums], invoices: list[Row[Any]]
) -> None:
    """The last invoice of a billed milestone is its frozen share; all that came before were credited to nothing."""
    ids = [row.id for row in invoices]
    entries = grouped(rows(InvoiceTax, InvoiceTax.invoice_id.in_(ids)), "invoice_id")
    asked = {row.id: of_entries(entries[row.id]) for row in invoices}
    credits_of = grouped(rows(Credit, Credit.credited_id.in_(ids)), "credited_id")
    for milestone in milestones:
        own = [row for row in invoices if row.milestone_id == milestone.id and row.kind != InvoiceKind.CREDIT_NOTE]
        for place, invoice in enumerate(own, 1):
            notes = added(asked[credit.invoice_id] for credit in credits_of[invoice.id])
            left = added([asked[invoice.id], notes])
            assert all(net <= 0 and tax <= 0 for net, tax in notes.values())
            assert all(net >= 0 and tax >= 0 for net, tax in left.values())
            if milestone.id in billed and place == len(own):
                assert asked[invoice.id] == frozen[milestone.id]
            else:
                assert not left
        assert own or milestone.id not in billed


def _check_final(finals: list[Row[Any]]) -> None:
    """With everything billed one invoice is final; once that was credited, its work may be billed in another way."""
    whole = [row for row in finals if row.credited == 0 and row.kind != InvoiceKind.CREDIT_NOTE]
    assert len(whole) == 1 or (not whole and any(row.credited for row in finals))


def _check_numbers(workspace_id: int) -> None:
    """Rule 3: no gaps, in the order of issue; every series goes from its first number to the last that it gave."""
    documents = rows(Invoice, Invoice.workspace_id == workspace_id)
    notes = [row.number for row in documents if row.kind == InvoiceKind.CREDIT_NOTE]
    invoices = [row.number for row in documents if row.kind != InvoiceKind.CREDIT_NOTE]
    quotes = rows(Quote, Quote.workspace_id == workspace_id)
    assert all((row.number is None) == (row.state == "draft") for row in quotes)
    # Quotes are numbered when they are sent, which is not the order of their rows.
    sent = sorted((row.number for row in quotes if row.number), key=_count)
    changes = rows(Event, Event.workspace_id == workspace_id, Event.kind == "settings_changed")
    chosen = any("numbering" in row.content["data"]["fields"] for row in changes)
    for kind, numbers in (("invoice", invoices), ("credit_note", notes), ("quote", sent)):
        series = rows(NumberSeries, NumberSeries.workspace_id == workspace_id, NumberSeries.kind == kind)
        reached: list[int] = []
        for count in map(_count, numbers):
            if count - 1 in reached:
                reached.remove(count - 1)
            else:
                assert count == 1 or chosen
            reached.append(count)
        assert sorted(reached) == sorted(row.last for row in series)


def _count(number: str) -> int:
    found = re.search(r"\d+$", number)
    assert found, number
    return int(found[0])


def _check_issued(workspace_id: int) -> None:
    """Rules 1 and 4: one document for each cause, whole, unchanged, and with the mail that brings it."""
    documents = rows(Invoice, Invoice.workspace_id == workspace_id)
    told = Event.kind.in_(("invoice_issued", "credit_note_issued"))
    issued = {
        row.content["data"]["invoice"]: row.content["data"]["content_hash"]
        for row in rows(Event, Event.workspace_id == workspace_id, told)
    }
    mailed = Counter(
        row.cause["invoice_id"] for row in rows(Mail, Mail.workspace_id == workspace_id, Mail.kind == "invoice_issued")
    )
    of_invoices = _invoice_ids(workspace_id)
    versions = grouped(rows(InvoiceVersion, InvoiceVersion.invoice_id.in_(of_invoices)), "invoice_id")
    lines = grouped(rows(InvoiceLine, InvoiceLine.invoice_id.in_(of_invoices)), "invoice_id")
    entries = grouped(rows(InvoiceTax, InvoiceTax.invoice_id.in_(of_invoices)), "invoice_id")
    assert len({row.cause for row in documents}) == len(documents)
    for row in documents:
        assert digest(row.content) == row.content_hash == issued[row.id]
        assert mailed[row.id] == 1
        assert [version.number for version in versions[row.id]] == list(range(1, row.version + 1))
        _check_document(row, lines[row.id], entries[row.id])


def _check_document(row: Any, lines: list[Row[Any]], entries: list[Row[Any]]) -> None:
    """What is printed is what the columns say, a credit note's with the opposite sign, and each tax is its net's."""
    sign = -1 if row.kind == InvoiceKind.CREDIT_NOTE else 1
    content, sums = row.content, of_entries(entries)
    assert (content["number"], content["kind"], content["currency"]) == (row.number, row.kind, row.currency)
    for part in ("net", "tax", "gross"):
        assert sign * content[part] == getattr(row, part)
    assert content["gross"] > 0
    assert (row.net, row.tax, row.gross) == (net_of(sums), tax_of(sums), net_of(sums) + tax_of(sums))
    assert of_entries(content["taxes"], sign) == sums
    assert all(abs(entry.tax) == tax_on(abs(entry.net), entry.rate) for entry in entries)
    assert [sign * line["net"] for line in content["lines"]] == [line.net for line in lines]
    of_group: Counter[int] = Counter()
    for line in lines:
        of_group[line.tax_group] += line.net
    assert +of_group | -of_group == Counter({group: abs(net) for (group, nth), (net, _) in sums.items() if nth == 1})


def _check_payments(workspace_id: int) -> None:
    """`paid` and `credited` are what their rows sum up to, and an invoice is settled while nothing of it is open."""
    payments = rows(Payment, Payment.workspace_id == workspace_id)
    documents = rows(Invoice, Invoice.workspace_id == workspace_id)
    paid, credited = Counter[int](), Counter[int]()
    for payment in payments:
        paid[payment.invoice_id] += payment.amount
        assert (payment.kind == "reversal") == (payment.reverses_id is not None)
    gross = {row.id: row.gross for row in documents}
    notes = rows(Credit, Credit.workspace_id == workspace_id)
    for note in notes:
        credited[note.credited_id] -= gross[note.invoice_id]
    assert {note.invoice_id for note in notes} == {row.id for row in documents if row.kind == InvoiceKind.CREDIT_NOTE}
    for row in documents:
        assert (row.paid, row.credited) == (paid[row.id], credited[row.id])
        assert (row.settled_on is not None) == (row.gross - row.credited - row.paid <= 0)
    assert sum(payment.amount for payment in payments if payment.kind == "moved") == 0


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
