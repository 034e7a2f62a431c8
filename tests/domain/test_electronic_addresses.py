"""Electronic addresses on what is issued: frozen with it, told by the client's book, and no dearer for the sign-off."""

from typing import Any

import pytest
from flask import Flask

from milebill.canonical import digest
from milebill.domain.billing_needs import Needs, change_needs
from milebill.domain.corrections import accept_correction
from milebill.domain.settings import change_settings
from milebill.errors import Invalid
from milebill.models import Client, Event, EventKind, Invoice, Project
from tests.actors import BUYER, Supplier, a_sent_quote, a_submitted_milestone, an_accepted_project
from tests.dealings import correct, credit, last_invoice
from tests.payables import request, versions
from tests.rules import check_rules, rows
from tests.snapshots import everything
from tests.web.test_query_counts import counted

SELLERS = {"scheme": "0007", "id": "5567037485"}
AS_EVER = 26
"""Statements of a sign-off, with the two by which the test finds what to sign."""
BUYERS = {"scheme": "9930", "id": "DE136695976"}


def tell_address(owner: Supplier, scheme: str = BUYERS["scheme"], number: str = BUYERS["id"]) -> None:
    """The supplier notes where the only client gets e-invoices."""
    change_needs(owner.workspace_id, owner.actor, rows(Client)[0].id, Needs(), (scheme, number))


def tell_own_address(owner: Supplier) -> None:
    values = {f"electronic_{name}": value for name, value in SELLERS.items()}
    change_settings(owner.workspace_id, owner.actor, values)


def addresses() -> list[tuple[Any, Any]]:
    """Of every invoice, the seller's and the buyer's."""
    contents = [row.content for row in rows(Invoice)]
    return [tuple(content[side].get("electronic_address") for side in ("seller", "buyer")) for content in contents]


def test_what_is_issued_says_where_it_was_delivered(in_app: Flask, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    tell_own_address(owner)
    tell_address(owner)
    deal.sign_off()
    tell_address(owner, "", "")
    deal.submit(3)
    deal.sign_off(3)
    assert addresses() == [(None, None), (SELLERS, BUYERS), (SELLERS, None)]
    assert all(row.content_hash == digest(row.content) for row in rows(Invoice))
    check_rules(owner.workspace_id)


def test_the_book_tells_it_to_what_is_accepted_later(in_app: Flask, owner: Supplier) -> None:
    an_accepted_project(owner)
    tell_address(owner)
    later = a_sent_quote(owner)
    later.accept()
    assert addresses()[1] == (None, BUYERS)
    assert rows(Client)[0].legal_name == BUYER["legal_name"]


def test_whoever_types_a_buyer_anew_leaves_it(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    tell_address(owner)
    correct(owner, deal.invoice_ids()[0], city="Bremen")
    _, note, corrected = rows(Invoice)
    assert (note.content["buyer"]["city"], corrected.content["buyer"]["city"]) == ("Hamburg", "Bremen")
    assert addresses()[1:] == [(None, BUYERS), (None, BUYERS)]
    assert rows(Project)[0].buyer["electronic_address"] == BUYERS
    credit(owner, last_invoice(deal))
    assert addresses()[3] == (None, BUYERS)
    check_rules(owner.workspace_id)


def test_an_amended_buyer_keeps_it(in_app: Flask, owner: Supplier) -> None:
    change_settings(owner.workspace_id, owner.actor, {"country_code": "US", "tax_id": "12-3456789"})
    deal = an_accepted_project(owner)
    tell_address(owner)
    assert accept_correction(owner.workspace_id, owner.actor, deal.invoice_ids()[0], request(deal, city="Bremen"))
    assert versions(deal.invoice_ids()[0])[-1].buyer["electronic_address"] == BUYERS
    assert rows(Project)[0].buyer["city"] == "Bremen"


def test_it_is_noted_once_and_only_when_it_is_one(in_app: Flask, owner: Supplier) -> None:
    an_accepted_project(owner)
    for _ in range(2):
        tell_address(owner)
    (event,) = rows(Event, Event.kind == EventKind.CLIENT_CHANGED)
    assert event.content["data"]["fields"] == ["electronic_id", "electronic_scheme"]
    before = everything()
    with pytest.raises(Invalid, match="electronic_id: identifier"):
        tell_address(owner, "9930", "DE1")
    change_needs(owner.workspace_id, owner.actor, rows(Client)[0].id, Needs())  # did not ask for it
    assert everything() == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_sign_off_costs_no_statement_more(in_app: Flask, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    with counted() as without:
        deal.sign_off()
    tell_own_address(owner)
    tell_address(owner)
    deal.submit(3)
    with counted() as told:
        deal.sign_off(3)
    assert len(told) == len(without) <= AS_EVER
