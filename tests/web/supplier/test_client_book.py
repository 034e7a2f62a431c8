"""The book of clients: suggested in the builder, filled in by a choice, searched; and never another workspace's."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from milebill.db import reading
from milebill.domain.billing_needs import Needs, change_needs
from milebill.models import Client, Invoice
from tests.actors import BUYER, Supplier, a_draft, a_quote, a_sent_quote, an_issued_invoice, browser_of
from tests.browsers import Browser
from tests.rules import rows
from tests.snapshots import everything
from tests.web.supplier.forms import builder, errors, page, send, text, values
from tests.web.visitor.people import Visitor

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PEOPLE = ("approver_name", "approver_email", "ap_name", "ap_email")
NOBODY = dict.fromkeys(PEOPLE, "")


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


def suggested(browser: Browser, address: str = "/quotes/new") -> list[str]:
    return list(page(browser.get(address)).xpath("//datalist[@id='known-clients']/option/@value"))


def papers() -> Any:
    with reading() as connection:
        return connection.execute(select(Invoice.content, Invoice.content_hash)).all()


def a_client_id() -> int:
    with reading() as connection:
        return connection.scalars(select(Client.id)).first() or 0


def test_earlier_clients_are_suggested_and_nobody_else_s(browser: Browser, owner: Supplier, rival: Supplier) -> None:
    assert suggested(browser) == []
    a_sent_quote(rival, client_name="Secret Ltd")
    a_sent_quote(owner, client_name="<b>Zeta")
    a_sent_quote(owner, client_name="alpha")
    draft = a_quote(owner)
    assert suggested(browser) == suggested(browser, f"/quotes/{draft.quote_id}") == ["<b>Zeta", "alpha"]


@pytest.mark.parametrize("saved", [False, True])
def test_a_choice_fills_in_what_is_known_and_keeps_the_rest(browser: Browser, owner: Supplier, saved: bool) -> None:
    an_issued_invoice(owner, client_locale="de")
    a_sent_quote(owner, second_name="Zoe", second_email="zoe@los-verlag.example")
    address = f"/quotes/{a_quote(owner).quote_id}" if saved else "/quotes/new"
    before = everything()
    typed = a_draft(**NOBODY, client_name=" Łoś Verlag ", title="Typed", total="x")
    answer = browser.post(address, builder(typed, "client"))
    assert answer.status_code == 200
    shown = values(answer)
    known = a_draft()
    assert [shown[name] for name in PEOPLE] == [known[name] for name in PEOPLE]
    assert (shown["client_name"], shown["client_locale"], shown["second_name"]) == ("Łoś Verlag", "de", "Zoe")
    assert (shown["title"], shown["total"]) == ("Typed", "x")
    assert BUYER["legal_name"] in text(answer)
    assert everything() == before


def test_whom_the_book_names_for_invoices_stands_before_the_last_quote(browser: Browser, owner: Supplier) -> None:
    a_sent_quote(owner)
    needs = Needs(po_required=True, invoice_name="Ada", invoice_email="ada@los-verlag.example", invoice_format="pdf")
    change_needs(owner.workspace_id, owner.actor, a_client_id(), needs, ("", ""))
    answer = browser.post("/quotes/new", builder(a_draft(**NOBODY), "client"))
    assert (values(answer)["ap_name"], values(answer)["ap_email"]) == ("Ada", "ada@los-verlag.example")
    assert "Purchase order required" in text(answer)


@pytest.mark.parametrize("name", ["", "Unheard of", "Secret Ltd", "%", "x" * 300])
def test_an_unknown_name_is_told_and_nothing_is_lost(
    browser: Browser, owner: Supplier, rival: Supplier, name: str
) -> None:
    a_sent_quote(owner)
    a_sent_quote(rival, client_name="Secret Ltd")
    answer = browser.post("/quotes/new", builder(a_draft(client_name=name, title="Typed"), "client"))
    assert answer.status_code == 422
    assert "no client of this name" in errors(answer)["client_name"]
    assert (values(answer)["title"], values(answer)["approver_name"]) == ("Typed", a_draft()["approver_name"])


def test_another_quote_s_client_changes_no_paper(browser: Browser, owner: Supplier) -> None:
    an_issued_invoice(owner)
    before = papers()
    new = browser.post(
        "/quotes/new", builder(a_draft(approver_name="Other", ap_email="other@x.example"), "save")
    ).location
    assert send(browser, new).status_code == 303
    assert papers() == before


def test_a_client_is_the_same_one_in_capitals(browser: Browser, owner: Supplier) -> None:
    a_sent_quote(owner)
    answer = browser.post("/quotes/new", builder(a_draft(**NOBODY | {"client_name": "ŁOŚ VERLAG"}), "client"))
    assert values(answer)["client_name"] == "Łoś Verlag"
    a_sent_quote(owner, client_name="ŁOŚ verlag")
    assert len(rows(Client)) == 1


def test_a_visitor_has_no_book(in_app: Flask, owner: Supplier) -> None:
    a_sent_quote(owner)
    nora = Visitor(in_app)
    assert "known-clients" not in nora.client.get("/").get_data(as_text=True)
    assert "Łoś Verlag" not in text(nora.post("/d/new", a_draft(client_name="łoś", **NOBODY), "client"))


@pytest.mark.parametrize(
    ("sought", "found"),
    [("los", ["Łoś Verlag"]), ("łOŚ v", ["Łoś Verlag"]), ("VERLAG", ["Łoś Verlag"]), ("hamburg", ["Łoś Verlag"]),
     ("ines@los", ["Łoś Verlag"]), ("Inês", ["Łoś Verlag", "50 % off_"]), ("%", ["50 % off_"]), ("_", ["50 % off_"]),
     ("/", []), ("Secret", []), ("  ", ["Łoś Verlag", "50 % off_"]), ("\0", ["Łoś Verlag", "50 % off_"])],
)  # fmt: skip
def test_clients_are_found_by_what_is_known_of_them(
    browser: Browser, owner: Supplier, rival: Supplier, sought: str, found: list[str]
) -> None:
    an_issued_invoice(owner)
    a_sent_quote(owner, client_name="50 % off_", approver_email="x@example.com", ap_email="")
    a_sent_quote(rival, client_name="Secret Ltd")
    answer = browser.client.get("/clients", query_string={"q": sought})
    assert sorted(page(answer).xpath("//table[@id='clients']//td[1]//a/text()")) == sorted(found)
    assert answer.status_code == 200
