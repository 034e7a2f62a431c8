"""The invoice's page for accounts payable: amending it, its versions, and the way back."""

from typing import Any

import pytest
from flask import Flask

from milebill.models import InvoiceVersion
from tests.actors import APPROVER, PAYABLE, Supplier, an_accepted_project, browser_of
from tests.dealings import the_invoice
from tests.payables import amend, versions
from tests.rules import rows
from tests.snapshots import everything
from tests.web.client.conftest import Guest, errors, focused, on_sqlite, parts, words

pytestmark = on_sqlite


@pytest.fixture
def miriam(app: Flask, owner: Supplier) -> Any:
    """Accounts payable with the first invoice open; `miriam.deal` is what it belongs to."""
    deal = an_accepted_project(owner)
    guest = Guest(f"/i/{deal.invoice_token(app)}", app.test_client())
    guest.deal = deal  # type: ignore[attr-defined]
    return guest


def filled(miriam: Guest, **changes: str) -> dict[str, str]:
    known = {"purchase_order_number": "PO-7", "name": PAYABLE.name}
    return {**miriam.hidden("/amendment"), **known, **changes}


def test_the_page_says_what_she_needs(miriam: Guest) -> None:
    shown = words(miriam.open())
    for part in ("To pay", "€3,570.00", "Please pay by", "IBAN", "For your books", "Change details", "Karl Ekman"):
        assert part in shown
    assert "Add a PO number" not in shown


@pytest.mark.parametrize("how", ["send", "swap"])
def test_amending(miriam: Any, how: str) -> None:
    answer = getattr(miriam, how)("/amendment", **filled(miriam, purchase_order_number="PO-8"))
    if how == "send":
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{miriam.base}#details")
    else:
        assert parts(answer) == ["content", "actions"]
        assert "Done. Studio Lindqvist gets it by mail" in words(answer)
    shown = words(miriam.open())
    assert "Karl Ekman changed this on" in shown
    assert "PO-7 → PO-8" in shown
    assert "Studio Lindqvist has it. No amount changed" in shown
    assert len(versions(miriam.deal.invoice_ids()[0])) == 2


@pytest.mark.parametrize("how", ["send", "swap"])
def test_nothing_typed_is_lost(miriam: Any, how: str) -> None:
    wrong = filled(miriam, purchase_order_number="PO-8", contact_email="nowhere", name="Somebody Else")
    before = everything(without=("link_opening",))
    answer = getattr(miriam, how)("/amendment", **wrong)
    assert answer.status_code == 422
    assert set(errors(answer)) == {"contact_email", "amendment-name"}
    assert focused(answer)[0] == "contact_email"
    for typed in ("PO-8", "nowhere", "Somebody Else"):
        assert f'value="{typed}"' in answer.text
    assert everything(without=("link_opening",)) == before


def test_somebody_was_faster(miriam: Any) -> None:
    old = filled(miriam, purchase_order_number="PO-9")
    amend(miriam.deal, APPROVER, cost_centre="4711")
    answer = miriam.send("/amendment", **old)
    assert answer.status_code == 409
    assert "Somebody changed these details since you opened the page." in words(answer)
    assert 'value="PO-9"' in answer.text
    assert len(rows(InvoiceVersion)) == 2
    assert miriam.send("/amendment", **{**old, **miriam.hidden("/amendment")}).status_code == 303


def test_the_form_proposes_no_name(miriam: Any) -> None:
    """Whatever copies one field into another finds none that would sign."""
    page = miriam.open("/amendment").text
    form = page[page.index("<form") : page.index("</form>")]
    assert "PO-7" in form
    assert f'value="{PAYABLE.name}' not in form
    assert PAYABLE.email not in form


def test_nothing_to_change_once_it_is_paid(miriam: Any) -> None:
    form = filled(miriam, purchase_order_number="PO-8")
    amend(miriam.deal, cost_centre="4711")
    miriam.deal.pay(the_invoice(miriam.deal.invoice_ids()[0]).gross, "all")
    answer = miriam.send("/amendment", **form)
    assert answer.status_code == 409
    assert "The invoice was settled in the meantime. Nothing was changed." in words(answer)
    for path in ("", "/amendment", "/versions", "/versions/1/restoration"):
        shown = miriam.open(path).text.partition("<footer")[0]  # which has the languages of this very address
        assert "/amendment" not in shown
        assert "/restoration" not in shown
        assert 'name="name"' not in shown.partition('id="questions"')[0]
    assert miriam.send("/versions/1/restoration", name=PAYABLE.name).status_code == 409


def test_the_versions_and_the_way_back(app: Flask, miriam: Any) -> None:
    amend(miriam.deal, APPROVER, purchase_order_number="PO-8")
    shown = words(miriam.open("/versions"))
    assert "Version 2 In force Inês Duarte changed this on" in shown
    assert "Version 1 As issued on" in shown
    path = "/versions/1/restoration"
    nobody = miriam.send(path, **miriam.hidden(path), name="")
    assert (nobody.status_code, set(errors(nobody))) == (422, {"restoration-name"})
    answer = miriam.send(path, **miriam.hidden(path), name=PAYABLE.name)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{miriam.base}#details")
    assert "Karl Ekman brought version 1 back on" in words(miriam.open())
    assert miriam.send(path, content_hash="old", name=PAYABLE.name).status_code == 303
    assert len(versions(miriam.deal.invoice_ids()[0])) == 3


@pytest.mark.parametrize("path", ["/versions/9/restoration", "/versions/0/document", "/versions/9/document"])
def test_a_version_that_there_is_not(miriam: Guest, path: str) -> None:
    assert miriam.open(path).status_code == 404


def test_each_version_has_its_own_document(app: Flask, miriam: Any) -> None:
    assert miriam.open("/versions/1/document").status_code == 202


def test_the_supplier_sees_and_takes_it_back(app: Flask, owner: Supplier, miriam: Any) -> None:
    invoice_id = miriam.deal.invoice_ids()[0]
    amend(miriam.deal, purchase_order_number="PO-8")
    browser = browser_of(app, owner)
    assert "PO-7 → PO-8" in words(browser.get(f"/invoices/{invoice_id}"))
    assert "Karl Ekman changed this on" in words(browser.get(f"/invoices/{invoice_id}/versions"))
    address = f"/invoices/{invoice_id}/versions/1/restoration"
    for _ in range(2):
        assert browser.post(address).status_code == 303
    assert len(versions(invoice_id)) == 3
    assert "brought version 1 back on" in words(browser.get(f"/invoices/{invoice_id}/versions"))
    assert browser.post(f"/invoices/{invoice_id}/versions/9/restoration").status_code == 404
    miriam.deal.pay(the_invoice(invoice_id).gross, "all")
    browser.post(f"/invoices/{invoice_id}/versions/2/restoration")
    assert "The invoice is settled" in words(browser.get(f"/invoices/{invoice_id}/versions"))


@pytest.mark.parametrize("how", ["send", "swap"])
def test_asking_about_the_invoice(miriam: Any, how: str) -> None:
    miriam.deal.answer("The invoice is on its way.")
    assert "The invoice is on its way." in words(miriam.open())
    form = {"once": "one", "text": "Which cost centre?", "name": PAYABLE.name}
    nobody = getattr(miriam, how)("/questions", **form | {"name": ""})
    assert (nobody.status_code, set(errors(nobody))) == (422, {"question-name"})
    assert "Which cost centre?" in nobody.text
    for _ in range(2):
        answer = getattr(miriam, how)("/questions", **form)
    if how == "send":
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{miriam.base}#questions")
    else:
        assert "Sent. Studio Lindqvist gets it by mail" in words(answer)
    assert words(miriam.open()).count("Which cost centre?") == 1
