"""What a client needs on invoices: noted by the supplier, shown before the first invoice, and to the approver."""

import pytest
from flask import Flask
from sqlalchemy import select

from milebill.db import reading
from milebill.models import Client, Project
from tests.actors import Supplier, a_sent_quote, browser_of, shares
from tests.rules import rows
from tests.web.client.conftest import Guest, errors, words

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NEEDS = {"po_required": "y", "vendor_number": "K-77", "invoice_format": "xrechnung", "invoice_email": ""}


def test_noting_what_they_need(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner, milestones=shares("50", "50"))
    (client,), browser = rows(Client), browser_of(in_app, owner)
    address = f"/clients/{client.id}/billing"
    assert browser.post(address, NEEDS).status_code == 303
    shown = words(browser.get(f"/clients/{client.id}"))
    assert "Purchase order required" in shown
    assert "K-77" in shown
    assert "XRechnung" in shown
    page = browser.get(address).text
    assert 'value="K-77"' in page
    assert "checked" in page
    # The approver sees it in the form, and nothing of it keeps them from accepting.
    guest = Guest(f"/q/{deal.token(in_app)}", in_app.test_client())
    form = words(guest.open("/decision?choice=accept"))
    assert "Purchase order is required, and not given yet" in form
    assert "XRechnung needs the Leitweg-ID as the buyer’s reference" in form
    wrong = guest.accept(name="", purchase_order_number="PO-9", po_required="y", tax_id="DE1")
    assert wrong.status_code == 422
    assert "Purchase order PO-9" in words(wrong)
    assert "Tax id does not look right for this country" in words(wrong)
    assert guest.accept(po_required="y", vendor_number="K-77").status_code == 303
    with reading() as connection:
        project_id = connection.scalar(select(Project.id))
    assert "Purchase order is required, and not given yet" in words(browser.get(f"/projects/{project_id}"))


def test_nothing_typed_is_lost(in_app: Flask, owner: Supplier) -> None:
    a_sent_quote(owner)
    (client,), browser = rows(Client), browser_of(in_app, owner)
    answer = browser.post(f"/clients/{client.id}/billing", NEEDS | {"invoice_email": "nowhere"})
    assert answer.status_code == 422
    assert set(errors(answer)) == {"invoice_email"}
    assert 'value="nowhere"' in answer.text
    assert 'value="K-77"' in answer.text


def test_where_their_e_invoices_go(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    (client,), browser = rows(Client), browser_of(in_app, owner)
    address = f"/clients/{client.id}/billing"
    wrong = browser.post(address, NEEDS | {"electronic_scheme": "9930", "electronic_id": "DE136695977"})
    assert wrong.status_code == 422
    assert set(errors(wrong)) == {"electronic_id"}
    assert 'value="DE136695977"' in wrong.text
    right = NEEDS | {"electronic_scheme": "9930", "electronic_id": "136 695 976"}
    assert browser.post(address, right).status_code == 303
    assert "Peppol 9930:DE136695976" in words(browser.get(f"/clients/{client.id}"))
    deal.accept()
    assert rows(Project)[0].buyer["electronic_address"] == {"scheme": "9930", "id": "DE136695976"}


def test_the_checks_go_with_the_first_invoice(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    deal.accept()
    with reading() as connection:
        project_id = connection.scalar(select(Project.id))
    assert "Before the first invoice" not in words(browser_of(in_app, owner).get(f"/projects/{project_id}"))
