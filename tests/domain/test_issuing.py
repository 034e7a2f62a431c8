"""Issuing a document of the invoice kind: signs, groups and the first version are the issuing's own."""

from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from milebill.domain.contacts import accounts_payable
from milebill.domain.issuing import issue
from milebill.domain.numbering import next_number
from milebill.domain.work import Actor, Work, verb
from milebill.models import Credit, Event, Invoice, InvoiceLine, InvoiceTax, InvoiceVersion, Project, Quote
from tests.actors import Supplier, an_issued_invoice
from tests.rules import check_rules, rows


@verb
def _take_back(work: Work, actor: Actor, invoice_id: int, amendable: dict[str, str]) -> int:
    invoice = work.session.get_one(Invoice, invoice_id)
    project = work.session.get_one(Project, invoice.project_id)
    quote = work.session.get_one(Quote, project.quote_id)
    content = invoice.content | {"kind": "credit_note", "number": next_number(work, "credit_note", project.client_id)}
    issued = issue(
        work,
        actor,
        quote,
        project,
        accounts_payable(work, quote),
        content,
        milestone_id=invoice.milestone_id,
        receipt_id=invoice.receipt_id,
        cause=f"credit:{invoice.id}:k",
        amendable=amendable,
    )
    invoice.credit(invoice.gross, work.today)
    work.change(project, credited_net=invoice.net, credited_tax=invoice.tax, credited_gross=invoice.gross)
    work.append(
        Credit,
        workspace_id=work.workspace.id,
        invoice_id=issued.id,
        credited_id=invoice.id,
        reason="Wrong.",
        created_at=work.now,
    )
    return issued.id


def _row(model: type[Any], *where: Any) -> Any:
    (found,) = rows(model, *where)
    return found


def test_a_credit_note_prints_what_its_columns_take_back(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    invoice = _row(Invoice, Invoice.id == deal.invoice_ids()[0])
    note_id = _take_back(owner.workspace_id, owner.actor, invoice.id, {"purchase_order_number": "PO 2"})
    note = _row(Invoice, Invoice.id == note_id)
    assert (note.net, note.tax, note.gross) == (-invoice.net, -invoice.tax, -invoice.gross)
    assert (note.content["gross"], note.number[:3]) == (invoice.gross, "CN-")
    assert note.settled_on == note.issued_on
    assert _row(InvoiceLine, InvoiceLine.invoice_id == note_id).net == -invoice.net
    assert _row(InvoiceTax, InvoiceTax.invoice_id == note_id).tax == -invoice.tax
    version = _row(InvoiceVersion, InvoiceVersion.invoice_id == note_id)
    assert (version.number, version.purchase_order_number, version.contact_email != "") == (1, "PO 2", True)
    told = _row(Event, Event.kind == "credit_note_issued").content["data"]
    assert (told["invoice"], told["gross"], told["content_hash"]) == (note_id, invoice.gross, note.content_hash)
    check_rules(owner.workspace_id)


def test_nothing_is_issued_twice_for_one_cause(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    invoice_id = deal.invoice_ids()[0]
    _take_back(owner.workspace_id, owner.actor, invoice_id, {})
    with pytest.raises(IntegrityError):
        _take_back(owner.workspace_id, owner.actor, invoice_id, {})
    assert len(rows(Invoice, Invoice.kind == "credit_note")) == 1
