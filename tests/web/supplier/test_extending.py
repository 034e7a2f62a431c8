"""Extending, duplicating and dropping through the supplier's pages."""

from datetime import timedelta

import pytest
from flask import Flask

from milebill import clock
from milebill.models import Quote, Revision
from tests.actors import Deal, Supplier, a_quote, a_sent_quote, browser_of
from tests.browsers import Browser
from tests.rules import rows
from tests.snapshots import everything
from tests.web.supplier.forms import page, text

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


@pytest.fixture
def sent(owner: Supplier) -> Deal:
    return a_sent_quote(owner)


def test_from_the_quote_to_the_new_date(in_app: Flask, browser: Browser, sent: Deal) -> None:
    quote = f"/quotes/{sent.quote_id}"
    until = (clock.now().date() + timedelta(days=60)).isoformat()
    assert page(browser.get(quote)).xpath(f"//a[@href='{quote}/extension']/text()") == ["Extend"]
    assert page(browser.get(f"{quote}/extension")).xpath("//input[@name='valid_until']/@value") == [until]
    answer = browser.post(f"{quote}/extension", {"valid_until": until})
    assert (answer.status_code, answer.location) == (303, quote)
    shown = text(browser.get(quote))
    assert "Your client is told by mail." in shown
    assert "What changed since" in shown
    assert "extended quote" in text(browser.get("/dashboard"))
    assert "What changed since" in text(browser_of(in_app).get(f"/q/{sent.token(in_app)}"))


def test_a_wrong_date_is_said_beside_the_field(browser: Browser, sent: Deal) -> None:
    before = everything()
    for typed, words in (
        ("", "Please fill this in."),
        ("x", "Please give a date."),
        ("2020-01-01", "This day is over."),
    ):
        answer = browser.post(f"/quotes/{sent.quote_id}/extension", {"valid_until": typed})
        assert (answer.status_code, words in text(answer)) == (422, True)
        assert page(answer).xpath("//input[@name='valid_until']/@value") == [typed]
    assert everything() == before


def test_what_can_not_be_extended(browser: Browser, owner: Supplier, sent: Deal) -> None:
    sent.decline()
    before = everything()
    for deal in (sent, a_quote(owner)):
        before = everything()
        assert browser.get(f"/quotes/{deal.quote_id}/extension").location == f"/quotes/{deal.quote_id}"
        assert browser.post(f"/quotes/{deal.quote_id}/extension").location == f"/quotes/{deal.quote_id}"
        assert everything() == before


def test_a_quote_once_more(browser: Browser, owner: Supplier, sent: Deal) -> None:
    for deal, form, client in ((sent, {}, "Łoś Verlag"), (a_quote(owner), {"client": "none"}, "")):
        answer = browser.post(f"/quotes/{deal.quote_id}/copies", form)
        new = rows(Quote)[-1].id
        assert answer.location == f"/quotes/{new}"
        shown = browser.get(answer.location)
        assert "a new draft that says the same" in text(shown)
        assert page(shown).xpath("string(//input[@name='client_name']/@value)") == client


def test_a_revision_is_dropped(browser: Browser, sent: Deal) -> None:
    quote = f"/quotes/{sent.quote_id}"
    browser.post(f"{quote}/revision")
    assert page(browser.get(f"{quote}/revision")).xpath(f"//a[@href='{quote}/revision/removal']")
    assert "What you wrote for it is gone then." in text(browser.get(f"{quote}/revision/removal"))
    for _ in range(2):
        assert browser.post(f"{quote}/revision/removal").location == quote
    assert len(rows(Revision)) == 1
    assert "The revision is gone." in text(browser.get(quote))


def test_a_double_click_duplicates_once(browser: Browser, sent: Deal) -> None:
    address = f"/quotes/{sent.quote_id}/copies"
    first, second = (browser.post(address).location for _click in range(2))
    assert first == second
    other = browser.post(address, {"client": "none"}).location
    assert other != first, "a copy without the client is another wish"
    assert browser.post(f"{first}/copies").location not in (first, other), "a copy of the copy, too"
    with clock.at(clock.now() + timedelta(seconds=10)):
        assert browser.post(address).location not in (first, other)
    assert len(rows(Quote)) == 5
