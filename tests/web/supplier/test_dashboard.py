"""The dashboard: its figures, its feed, and the part that changes by itself."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, Response
from sqlalchemy import event, select

from milebill import clock
from milebill.db import read_engine, reading
from milebill.models import EventKind, Invoice
from milebill.queries.dashboard import dashboard
from milebill.reader import writing_for
from milebill.templating import render
from milebill.web.filters import excerpt
from milebill.web.sentences import sentence, tone
from milebill.web.supplier import dashboard as pages
from tests.actors import (
    Supplier,
    a_quote,
    a_sent_quote,
    a_submitted_milestone,
    an_accepted_project,
    an_issued_invoice,
    browser_of,
    sign_up,
)
from tests.browsers import Browser
from tests.web.supplier.forms import page, text


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


def tiles(browser: Browser) -> list[str]:
    found = page(browser.get("/dashboard")).xpath("//*[contains(concat(' ', @class, ' '), ' tile ')]")
    return [" ".join(tile.text_content().split()) for tile in found]


def test_an_empty_dashboard_says_how_to_begin(browser: Browser) -> None:
    assert "Your first quote" in text(browser.get("/dashboard"))


def test_the_figures_with_their_sums_per_currency(browser: Browser, owner: Supplier) -> None:
    a_sent_quote(owner)
    a_sent_quote(owner, currency="CHF")
    a_submitted_milestone(owner)
    an_issued_invoice(owner, currency="CHF")
    assert tiles(browser) == [
        "Quotes with clients 2 CHF 11,900.00€11,900.00",
        "Awaiting sign-off 1 €5,355.00",
        "Invoices to be paid 3 CHF 8,925.00€3,570.00",
        "of which overdue 0",
    ]
    with clock.at(clock.now() + timedelta(days=20)):
        assert tiles(browser)[3] == "of which overdue 3 CHF 8,925.00€3,570.00"
        assert "Overdue" in text(browser.get("/dashboard"))


def test_the_lists_behind_the_figures(browser: Browser, owner: Supplier) -> None:
    quote = a_sent_quote(owner, title="Signage", client_name="Fjord")
    deal = a_submitted_milestone(owner)
    links = page(browser.get("/dashboard")).xpath("//table//a/@href")
    assert f"/quotes/{quote.quote_id}" in links
    assert f"/invoices/{deal.invoice_ids()[0]}" in links
    assert any(link.endswith("#milestone-2") for link in links)
    deal.request_changes()
    assert "Changes requested" in text(browser.get("/dashboard"))


def test_when_nothing_waits(browser: Browser, owner: Supplier) -> None:
    a_quote(owner)
    assert "Nothing waits" in text(browser.get("/dashboard"))


def test_what_a_rival_does_is_not_told(browser: Browser, rival: Supplier) -> None:
    an_issued_invoice(rival, title="Secret")
    assert "Secret" not in browser.get("/dashboard").get_data(as_text=True)


def test_the_feed_tells_the_whole_story(browser: Browser, owner: Supplier) -> None:
    deal = a_sent_quote(owner, title="<b>Bold</b>")
    deal.ask("Is it <i>included</i>?")
    deal.answer("It is.")
    deal.accept()
    deal.submit(2)
    deal.take_back(2)
    deal.submit(2)
    deal.request_changes(2, "Not yet.")
    deal.submit(2)
    deal.sign_off(2)
    deal.pay(357000, once="p")
    response = browser.get("/dashboard")
    feed = [" ".join(item.text_content().split()) for item in page(response).xpath("//ol[@id='feed']/li")]
    told = [line.partition("<b>Bold</b> · ")[0].strip() for line in feed]
    assert told[:4] == [
        "Anna Lindqvist recorded €3,570.00; invoice 2026-0001 is paid.".replace("2026", str(clock.now().year)),
        told[1],
        "Inês Duarte signed off milestone 2, Step 2.",
        "Anna Lindqvist submitted milestone 2, Step 2.",
    ]
    assert told[1].startswith("Invoice ")
    for words in (
        "Inês Duarte asks: “Is it <i>included</i>?”",
        "Anna Lindqvist answered: “It is.”",
        "Anna Lindqvist took milestone 2, Step 2, back.",
        "Inês Duarte asks for changes to milestone 2, Step 2: “Not yet.”",
        "over €11,900.00 to Inês Duarte at Łoś Verlag.",
    ):
        assert any(words in line for line in feed), words
    assert "<b>Bold" not in response.get_data(as_text=True)
    assert "<i>included" not in response.get_data(as_text=True)


def test_every_kind_of_event_has_a_sentence(app: Flask, in_app: Flask) -> None:
    data = {
        "title": "T", "number": "1", "gross": 1, "amount": 1, "open": 1, "currency": "EUR", "client": "C",
        "approver": "A", "reason": "R", "text": "Q", "milestone": 2, "due_on": "2027-03-03", "fields": ["name"],
        "person": "P", "email": "E", "roles": [], "waits_for": "W", "revision": 2, "plan": "N", "before": "B",
        "valid_until": "2027-03-03", "to": ["C"], "day": 8, "days": 10, "until": "2027-03-03",
    }  # fmt: skip
    with app.test_request_context():
        told = {kind: sentence(kind, {"actor": {"name": "Ada"}, "data": data}) for kind in EventKind}
        assert len(set(told.values())) == len(EventKind)
        assert told[EventKind.SETTINGS_CHANGED] == "Ada changed a setting."
        assert told[EventKind.PAYMENT_RECORDED].endswith("€0.01 are still open.")
        assert sentence(EventKind.QUOTE_CREATED, {"actor": {}, "data": {"title": ""}}) == "Somebody began a quote."
        assert "erased" in sentence(EventKind.QUOTE_SENT, None)
        assert sentence("a_kind_of_tomorrow", {"data": {}}) == "Something happened."
    assert (tone(EventKind.QUOTE_ACCEPTED), tone(EventKind.QUOTE_SENT)) == ("good", "")


def test_an_excerpt_stays_on_one_line() -> None:
    assert excerpt("a\n b") == "a b"
    assert excerpt("x" * 200) == "x" * 139 + "…"


def test_the_live_part_knows_nothing_of_who_asks(app: Flask, owner: Supplier, viewer: Supplier) -> None:
    an_issued_invoice(owner)
    with reading() as connection:
        shown = dashboard(connection, owner.workspace_id, clock.today("UTC"))
    with writing_for(app, "http://milebill.test", "en", "UTC"):
        alone = render("supplier/dashboard_live.html", {"dashboard": shown})
    assert "csrf" not in alone
    for person in (owner, viewer):
        assert browser_of(app, person).get("/dashboard/live").get_data(as_text=True) == alone


def test_the_page_watches_from_what_it_shows(browser: Browser, owner: Supplier) -> None:
    a_sent_quote(owner)
    tree = page(browser.get("/dashboard"))
    with reading() as connection:
        sequence = dashboard(connection, owner.workspace_id, clock.today("UTC")).sequence
    watching = tree.xpath("//*[@hx-target='#live']")[0]
    assert watching.get("hx-sse:connect") == f"/events?seen={sequence}"
    assert tree.xpath("//*[@aria-live='polite']//ol[@id='feed']")


def test_a_poll_that_has_seen_it_costs_nothing(browser: Browser, owner: Supplier) -> None:
    first = browser.get("/dashboard/live")
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = browser.get("/dashboard/live", headers={"If-None-Match": tag})
    assert (again.status_code, again.get_data()) == (304, b"")
    a_sent_quote(owner)
    assert browser.get("/dashboard/live", headers={"If-None-Match": tag}).status_code == 200
    with clock.at(clock.now() + timedelta(days=1)):
        fresh = browser.get("/dashboard/live").headers["ETag"]
    assert fresh != browser.get("/dashboard/live").headers["ETag"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_stream_that_is_refused_brings_the_poll(
    app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(app.extensions["hub"]), "subscribe", lambda *_: None)
    response = browser.get("/events")
    assert response.status_code == 503
    assert 'hx-get="/dashboard/live"' in response.get_data(as_text=True)
    assert browser_of(app).get("/events").status_code == 401


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_stream_is_of_the_own_workspace_and_from_what_was_seen(
    browser: Browser, owner: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "event_stream", lambda workspace_id, seen: Response(f"{workspace_id} from {seen}"))
    assert browser.get("/events?seen=17").get_data(as_text=True) == f"{owner.workspace_id} from 17"
    assert browser.get("/events?seen=17", headers={"Last-Event-ID": "18"}).get_data(as_text=True).endswith("from 18")


ADDRESSES: dict[str, int] = {
    "/dashboard": 12,
    "/dashboard/live": 12,
    "/quotes": 2,
    "/quotes/new": 5,
    "/quotes/{quote}": 5,
    "/projects": 2,
    "/projects/{project}": 7,
    "/invoices": 2,
    "/invoices/{invoice}": 7,
    "/clients": 3,
    "/settings": 2,
}


@pytest.fixture
def count_selects(app: Flask, in_app: Flask) -> Iterator[Callable[[], list[str]]]:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(read_engine(), "before_cursor_execute", note)
    yield lambda: [statements.pop() for _ in list(statements)]
    event.remove(read_engine(), "before_cursor_execute", note)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_page_is_a_handful_of_selects_however_much_it_shows(
    browser: Browser, owner: Supplier, count_selects: Callable[[], list[str]]
) -> None:
    def counts() -> dict[str, int]:
        found = {}
        for address in ADDRESSES:
            count_selects()
            assert browser.get(address.format(**ids)).status_code == 200
            found[address] = len(count_selects())
        return found

    deal = an_issued_invoice(owner)
    sent = a_sent_quote(owner)
    ids = {"quote": sent.quote_id, "project": 1, "invoice": deal.invoice_ids()[0]}
    first = counts()
    for n in range(6):
        an_issued_invoice(owner, client_name=f"Client {n}", currency="CHF" if n % 2 else "EUR")
        a_sent_quote(owner)
        deal.ask(f"Question {n}?")
    assert counts() == first
    assert {address: number for address, number in first.items() if number > ADDRESSES[address]} == {}
    with reading() as connection:
        assert len(connection.execute(select(Invoice.id)).all()) == 14


def test_a_reader_of_another_language_sees_their_figures(app: Flask, in_app: Flask) -> None:
    german = sign_up("Greta Holz", locale="de", time_zone="Europe/Berlin")
    an_accepted_project(german)
    browser = browser_of(app, german)
    assert "3.570,00 €" in text(browser.get("/dashboard")).replace("\xa0", " ")
    for address in ("/quotes", "/quotes/new", "/projects/1", "/invoices/1", "/clients", "/settings"):
        assert browser.get(address).status_code == 200
