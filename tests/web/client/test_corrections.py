"""Asking for another buyer from the invoice's page, and the supplier's answers on theirs."""

from typing import Any

import pytest
from flask import Flask

from milebill.domain.reissue import correct_invoice
from milebill.models import CorrectionRequest
from tests.actors import BUYER, PAYABLE, Supplier, an_accepted_project, browser_of, sign_up
from tests.dealings import the_invoice
from tests.payables import request
from tests.rules import rows
from tests.web.client.conftest import Guest, errors, on_sqlite, parts, tree_of, words

pytestmark = on_sqlite


@pytest.fixture
def miriam(app: Flask, owner: Supplier) -> Any:
    """Accounts payable with the first invoice open; `miriam.deal` is what it belongs to."""
    deal = an_accepted_project(owner)
    guest = Guest(f"/i/{deal.invoice_token(app)}", app.test_client())
    guest.deal = deal  # type: ignore[attr-defined]
    return guest


def filled(miriam: Guest, **changes: str) -> dict[str, str]:
    return {**miriam.hidden("/correction"), "city": "Bremen", "name": PAYABLE.name, **changes}


@pytest.mark.parametrize("how", ["send", "swap"])
def test_asking(miriam: Any, how: str) -> None:
    form = filled(miriam, text="We moved.")
    answer = getattr(miriam, how)("/correction", **form)
    if how == "send":
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{miriam.base}#details")
    else:
        assert parts(answer) == ["content", "actions"]
        assert "Sent. Studio Lindqvist has it by mail" in words(answer)
    page = miriam.open()
    assert "Karl Ekman asked for a correction on" in words(page)
    assert "Hamburg → Bremen" in words(page)
    assert "/correction" not in page.text
    assert miriam.send("/correction", **form).status_code == 303  # the very same once more
    assert len(rows(CorrectionRequest)) == 1
    again = miriam.send("/correction", **form | {"once": "another"})
    assert again.status_code == 409
    assert "An earlier request still waits for its answer. Nothing was sent." in words(again)


@pytest.mark.parametrize("how", ["send", "swap"])
def test_nothing_typed_is_lost(miriam: Any, how: str) -> None:
    form = filled(miriam, city="", text="", tax_id="", country_code="XX")
    answer = getattr(miriam, how)("/correction", **form)
    assert (answer.status_code, set(errors(answer))) == (422, {"country_code"})
    answer = getattr(miriam, how)("/correction", **form | {"country_code": "", "name": "Nobody Here"})
    assert (answer.status_code, set(errors(answer))) == (422, {"correction-text", "correction-name"})
    assert 'value="Nobody Here"' in answer.text


def test_nothing_is_filled_in(miriam: Guest) -> None:
    page = miriam.open("/correction").text
    form = page[page.index("<form") : page.index("</form>")]
    assert "Now: Łoś Verlag GmbH" in form
    assert 'value="Łoś' not in form


def test_the_suppliers_answers(app: Flask, owner: Supplier, miriam: Any) -> None:
    invoice_id = miriam.deal.invoice_ids()[0]
    first = request(miriam.deal, "We moved.", city="Bremen")
    browser = browser_of(app, owner)
    shown = words(browser.get(f"/invoices/{invoice_id}"))
    assert "Your client asks for a correction" in shown
    assert "Hamburg → Bremen" in shown
    address = f"/invoices/{invoice_id}/corrections/{first}"
    led = browser.post(f"{address}/acceptance")
    assert (led.status_code, led.headers["Location"]) == (303, f"/invoices/{invoice_id}/correction?request={first}")
    assert "Bremen" in browser.get(led.headers["Location"]).text
    assert errors(browser.post(f"{address}/refusal", {"reason": " "})) == {"reason": "Please fill this in."}
    assert browser.post(f"{address}/refusal", {"reason": "That is another company."}).status_code == 303
    assert browser.post(f"{address}/refusal", {"reason": "Once more."}).status_code == 303
    assert "This was answered already." in words(browser.get(f"/invoices/{invoice_id}"))
    assert "Studio Lindqvist did not correct it: “That is another company.”" in words(miriam.open())
    assert browser.post(f"{address}/acceptance").headers["Location"] == f"/invoices/{invoice_id}"
    assert browser.get(f"/invoices/{invoice_id}/corrections/999/refusal").status_code == 404


def test_the_old_invoice_leads_to_the_one_that_takes_its_place(app: Flask, owner: Supplier, miriam: Any) -> None:
    invoice_id = miriam.deal.invoice_ids()[0]
    asked = request(miriam.deal, city="Bremen")
    assert "takes its place" not in words(miriam.open())
    with app.app_context():
        party = BUYER | {"city": "Bremen"}
        new = correct_invoice(owner.workspace_id, owner.actor, invoice_id, party, "Moved.", "one", asked)
    page = miriam.open()
    assert f"Invoice {new.number} takes its place." in words(page)
    assert "put right what Karl Ekman asked for" in words(page)
    (address,) = tree_of(page).xpath("//main//a[text()='Open it']/@href")
    assert f"Corrected invoice {new.number}" in words(Guest(address, app.test_client()).open())


def test_one_click_where_the_law_allows_it(app: Flask, owner: Supplier) -> None:
    with app.app_context():
        american = sign_up("Ann Miller", country_code="US", tax_id="12-3456789")
        deal = an_accepted_project(american, currency="USD", tax_rate="0")
        invoice_id = deal.invoice_ids()[0]
        asked = request(deal, city="Bremen")
        browser = browser_of(app, american)
        answer = browser.post(f"/invoices/{invoice_id}/corrections/{asked}/acceptance")
        assert answer.headers["Location"] == f"/invoices/{invoice_id}"
        page = words(Guest(f"/i/{deal.invoice_token(app)}", app.test_client()).open())
        assert "put right what Karl Ekman asked for" in page
        assert "22767 Bremen" in page
        assert the_invoice(invoice_id).content["buyer"]["city"] == "Hamburg"
