""" "Send by Peppol" on an invoice's page: only where it can be, and what became of it in words."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from milebill.config import Settings
from milebill.db import transaction
from milebill.models import Document, Transmission
from milebill.outbound.peppol.queue import send_next_transmission
from tests.actors import Deal, Supplier, an_accepted_project, browser_of
from tests.browsers import Browser
from tests.dealings import credit
from tests.payables import amend
from tests.rules import rows
from tests.servers.access_point import KEY, FakeAccessPoint
from tests.servers.database import settings_for
from tests.transmissions import a_peppol_invoice, last, make_papers, press
from tests.web.client.conftest import Guest
from tests.web.supplier.forms import page, text

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def settings(database_url: str, tmp_path: Path, point: FakeAccessPoint) -> Settings:
    return replace(settings_for(database_url, tmp_path / "var"), peppol_url=point.url, peppol_key=KEY)


@pytest.fixture
def deal(in_app: Flask, owner: Supplier, monkeypatch: pytest.MonkeyPatch) -> Deal:
    return a_peppol_invoice(in_app, owner, monkeypatch)


@pytest.fixture
def browser(in_app: Flask, owner: Supplier) -> Browser:
    return browser_of(in_app, owner)


def button(browser: Browser, address: str) -> list[str]:
    return page(browser.get(address)).xpath("//form[contains(@action, '/transmission')]/button/text()")


def test_pressed_and_told(in_app: Flask, deal: Deal, browser: Browser, point: FakeAccessPoint) -> None:
    address = f"/invoices/{deal.invoice_ids()[0]}"
    assert button(browser, address) == ["Send by Peppol"]
    assert "To the client’s address 9930:DE811907980." in text(browser.get(address))
    assert page(browser.get(address)).xpath("//aside//a[starts-with(., 'UBL')]/text()") == ["UBL (Peppol)"]
    for _ in range(2):
        answer = browser.post(f"{address}/transmission")
        assert (answer.status_code, answer.location) == (303, address)
    shown = browser.get(address)
    assert "It is on its way. This page tells you when it has arrived." in shown.text
    assert button(browser, address) == []
    assert "On its way." in text(shown)
    point.answer(500)
    send_next_transmission(in_app)
    assert "On its way, but not there yet: HTTP 500" in text(browser.get(address))
    with transaction() as session:
        session.execute(update(Transmission).values(next_attempt_at=Transmission.created_at))
    send_next_transmission(in_app)
    assert "Sent on " in text(browser.get(address))
    assert button(browser, address) == []
    assert len(point.submitted) == 1
    history = text(browser.get("/dashboard"))
    assert "was sent through Peppol" in history
    theirs = Guest(f"/q/{deal.token(in_app)}", in_app.test_client()).open().text
    assert "Peppol" not in theirs


@pytest.mark.parametrize(("state", "is_told"), [("sent", True), ("queued", True), ("refused", False)])
def test_who_sends_another_version_knows_of_the_first(
    in_app: Flask, deal: Deal, browser: Browser, monkeypatch: pytest.MonkeyPatch, state: str, is_told: bool
) -> None:
    press(deal)
    with transaction() as session:
        session.execute(update(Transmission).values(state=state))
    amend(deal, cost_centre="4711")
    make_papers(in_app, monkeypatch)
    address = f"/invoices/{deal.invoice_ids()[0]}"
    assert button(browser, address) == ["Send by Peppol"]
    assert ("An earlier version went out on " in text(browser.get(address))) is is_told


@pytest.mark.parametrize(
    ("state", "words", "again"),
    [
        ("refused", "Not sent. The access point says: no <b>", "Send it again"),
        ("unknown", "has not said for days", "Ask again"),
    ],
)
def test_what_was_not_sent_can_be_tried_again(
    in_app: Flask, deal: Deal, browser: Browser, point: FakeAccessPoint, state: str, words: str, again: str
) -> None:
    address = f"/invoices/{deal.invoice_ids()[0]}"
    browser.post(f"{address}/transmission")
    with transaction() as session:
        session.execute(update(Transmission).values(state=state, error="no <b>"))
    assert words in text(browser.get(address))
    assert button(browser, address) == [again]
    browser.post(f"{address}/transmission")
    send_next_transmission(in_app)
    assert last().state == "sent"
    assert "Sent on " in text(browser.get(address))


def test_credit_notes_go_the_same_way(
    in_app: Flask,
    deal: Deal,
    browser: Browser,
    owner: Supplier,
    point: FakeAccessPoint,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    note = credit(owner, deal.invoice_ids()[0])
    browser.post(f"/invoices/{note.id}/transmission")
    assert rows(Transmission) == [], "its papers wait"
    make_papers(in_app, monkeypatch)
    browser.post(f"/invoices/{note.id}/transmission")
    send_next_transmission(in_app)
    (sent,) = point.submitted
    assert "CreditNote-2::CreditNote##" in sent.envelope[2]


def test_where_it_can_not_be_sent_a_sentence_says_why(
    in_app: Flask, owner: Supplier, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal = an_accepted_project(owner)
    make_papers(in_app, monkeypatch)
    address = f"/invoices/{deal.invoice_ids()[0]}"
    assert button(browser, address) == []
    assert "Peppol needs an electronic address of both sides" in text(browser.get(address))
    browser.post(f"{address}/transmission")
    assert "Peppol needs an electronic address of both sides" in browser.get(address).text
    assert rows(Transmission) == []


def test_without_an_access_point_nobody_is_bothered(in_app: Flask, deal: Deal, browser: Browser) -> None:
    in_app.extensions["settings"] = replace(in_app.extensions["settings"], peppol_url=None)
    address = f"/invoices/{deal.invoice_ids()[0]}"
    assert not page(browser.get(address)).xpath("//h2[. = 'Peppol']")
    browser.post(f"{address}/transmission")
    assert "no access point to Peppol" in browser.get(address).text
    assert rows(Transmission) == []


def test_while_there_is_no_e_invoice(in_app: Flask, deal: Deal, browser: Browser) -> None:
    with transaction() as session:
        session.execute(update(Document).where(Document.kind == "ubl").values(state="failed"))
    address = f"/invoices/{deal.invoice_ids()[0]}"
    assert button(browser, address) == []
    browser.post(f"{address}/transmission")
    assert "The e-invoice is being prepared." in browser.get(address).text


def test_from_the_command_line(in_app: Flask, deal: Deal, owner: Supplier, point: FakeAccessPoint) -> None:
    number = rows(Document, Document.kind == "invoice")[0].file_name.removesuffix(".pdf")

    def send(*args: str) -> tuple[int, str]:
        result = in_app.test_cli_runner().invoke(args=["document", "send", *args])
        return result.exit_code, result.output.strip()

    assert send("1", "nothing")[0] == send("7", number)[0] == 3
    assert send("1", number) == (0, f"{number}: the worker sends it")
    assert send("1", number) == (0, f"{number}: is on its way, or has arrived")
    send_next_transmission(in_app)
    assert len(point.submitted) == 1
    waits = an_accepted_project(owner)
    assert waits.invoice_ids()
    later = rows(Document, Document.kind == "invoice")[-1].file_name.removesuffix(".pdf")
    assert send("1", later) == (4, f"Error: The e-invoice of {later} is still being made.")
    with transaction() as session:
        session.execute(update(Document).values(state="failed"))
    in_app.extensions["settings"] = replace(in_app.extensions["settings"], peppol_url=None)
    assert send("1", number)[0] == 5
