"""The five reasons for which invoices come back, and what a client's accounts department needs."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from milebill.clock import now
from milebill.db import reading
from milebill.domain.billing_needs import Needs, change_needs
from milebill.domain.buyer import Buyer
from milebill.domain.decision import accept_quote
from milebill.domain.preflight import Reason, Situation, checks
from milebill.errors import Invalid, NotFound
from milebill.models import Client, Event, EventKind, Invoice, Mail, MailKind, Project
from milebill.queries.preflight import has_twin
from tests.actors import ACCEPT, BUYER, PAYABLE, ClientPerson, Deal, Supplier, a_sent_quote, an_accepted_project, signed
from tests.dealings import credit
from tests.payables import versions
from tests.rules import check_rules, rows
from tests.snapshots import everything

MIRIAM = ClientPerson("Miriam Weiss", "miriam@los-verlag.example")
READY = Situation(BUYER | {"tax_id": "DE136695976"}, "PO-7", True, "pdf", frozenset("S"), True, False)


def test_nothing_is_open() -> None:
    assert [check.reason for check in checks(READY)] == list(Reason)
    assert all(check.ok for check in checks(READY))


@pytest.mark.parametrize(
    ("changes", "still_open"),
    [
        ({"purchase_order_number": " "}, {Reason.PURCHASE_ORDER}),
        ({"purchase_order_number": "", "po_required": False}, set()),
        ({"buyer": READY.buyer | {"city": ""}}, {Reason.ENTITY}),
        ({"buyer": BUYER}, {Reason.TAX_ID}),
        ({"buyer": BUYER | {"country_code": "US"}}, set()),
        ({"buyer": BUYER | {"country_code": "GB"}, "categories": frozenset(("AE",))}, {Reason.TAX_ID}),
        ({"tax_id_is_right": False}, {Reason.TAX_ID}),
        ({"invoice_format": "ubl"}, set()),
        ({"invoice_format": "xrechnung"}, {Reason.FORMAT}),
        ({"invoice_format": "xrechnung", "buyer_reference": "04011000-1234512345-07"}, {Reason.FORMAT}),
        ({"invoice_format": "xrechnung", "buyer_reference": "04011000-1234512345-06"}, set()),
        ({"has_twin": True}, {Reason.DUPLICATE}),
    ],
)
def test_what_is_open(changes: dict[str, Any], still_open: set[Reason]) -> None:
    assert {check.reason for check in checks(replace(READY, **changes)) if not check.ok} == still_open


def accept(deal: Deal, **needs: Any) -> None:
    buyer = Buyer(BUYER, "PO-7", needs=Needs(**needs))
    accept_quote(deal.workspace_id, deal.quote_id, deal.link(), signed(deal.offer_hash(), ACCEPT), buyer)


def test_an_acceptance_is_remembered_and_printed(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    accept(
        deal, po_required=True, vendor_number="K-77", cost_centre="4711",
        invoice_name=MIRIAM.name, invoice_email=MIRIAM.email,
    )  # fmt: skip
    (client,), (project,), (invoice,) = rows(Client), rows(Project), rows(Invoice)
    assert (client.po_required, client.vendor_number, client.cost_centre) == (True, "K-77", "4711")
    assert (client.invoice_name, client.invoice_email) == (MIRIAM.name, MIRIAM.email)
    assert (project.vendor_number, project.cost_centre) == ("K-77", "4711")
    assert invoice.content["vendor_number"] == "K-77"
    version = versions(invoice.id)[0]
    assert (version.cost_centre, version.contact_email) == ("4711", MIRIAM.email)
    (mail,) = rows(Mail, Mail.kind == MailKind.INVOICE_ISSUED)
    assert mail.link_id == deal.link(MIRIAM)
    check_rules(owner.workspace_id)


def test_whom_they_named_before_gets_invoices_unless_the_quote_names_somebody(in_app: Flask, owner: Supplier) -> None:
    accept(a_sent_quote(owner), invoice_email=MIRIAM.email)
    for ap_email, expected in (("", MIRIAM.email), (PAYABLE.email, PAYABLE.email)):
        deal = a_sent_quote(owner, ap_name="", ap_email=ap_email)
        accept(deal)
        assert versions(deal.invoice_ids()[0])[0].contact_email == expected


@pytest.mark.parametrize(
    ("needs", "error"),
    [
        ({"invoice_email": "nowhere"}, "invoice_email: email"),
        ({"invoice_name": "Miriam"}, "invoice_email: required"),
        ({"vendor_number": "x" * 81}, "vendor_number: too_long"),
        ({"invoice_format": "fax"}, "invoice_format: unknown"),
    ],
)
def test_needs_that_cannot_be_taken(in_app: Flask, owner: Supplier, needs: dict[str, Any], error: str) -> None:
    deal = an_accepted_project(owner)
    (client,), sent = rows(Client), a_sent_quote(owner)
    before = everything()
    for verb in (
        lambda: change_needs(deal.workspace_id, owner.actor, client.id, Needs(**needs)),
        lambda: accept(sent, **needs),
    ):
        with pytest.raises(Invalid, match=error):
            verb()
    assert everything() == before


def test_the_supplier_notes_needs_once(in_app: Flask, owner: Supplier, rival: Supplier) -> None:
    an_accepted_project(owner)
    (client,) = rows(Client)
    for _ in range(2):
        change_needs(owner.workspace_id, owner.actor, client.id, Needs(po_required=True, invoice_format="ubl"))
    (event,) = rows(Event, Event.kind == EventKind.CLIENT_CHANGED)
    assert event.content["data"]["fields"] == ["invoice_format", "po_required"]
    with pytest.raises(NotFound):
        change_needs(rival.workspace_id, rival.actor, client.id, Needs())
    check_rules(owner.workspace_id)


def test_a_twin_is_the_same_sum_for_the_same_order_in_another_contract(in_app: Flask, owner: Supplier) -> None:
    deal, other = an_accepted_project(owner), a_sent_quote(owner)
    (client,), today = rows(Client), now().date()
    sum_billed = rows(Invoice)[0].gross

    def found(quote_id: int = other.quote_id, number: str = "PO-7", sums: tuple[int, ...] = (1, sum_billed)) -> bool:
        with reading() as connection:
            return has_twin(connection, client.id, quote_id, number, "EUR", sums, today)

    assert found()
    assert not found(quote_id=deal.quote_id)
    assert not found(number="PO-8")
    assert not found(number="")
    assert not found(sums=(1,))
    credit(owner, deal.invoice_ids()[0])
    assert not found()
