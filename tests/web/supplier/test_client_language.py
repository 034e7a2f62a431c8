"""In which language a client is spoken to: chosen on the client's page, or with the quote."""

from typing import Any

import pytest
from flask import Flask

from milebill.models import Client, Event, EventKind
from tests.actors import Supplier, a_sent_quote, browser_of
from tests.rules import rows
from tests.snapshots import everything
from tests.web.client.conftest import Guest, errors, tree_of, words

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def the_client() -> Client:
    (client,) = rows(Client)
    return client


def offered(response: Any, name: str) -> dict[str, str]:
    """What a select offers: value and label."""
    options = tree_of(response).xpath(f"//select[@name='{name}']/option")
    return {option.get("value"): option.text for option in options}


def test_choosing_on_the_clients_page(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    browser, address = browser_of(in_app, owner), f"/clients/{the_client().id}"
    choices = offered(browser.get(address), "locale")
    assert choices[""] == "As in my settings"
    assert {choices[name] for name in ("en", "de", "fr", "es")} == {"English", "Deutsch", "Français", "Español"}
    assert (choices["de_CH"], choices["fr_CA"]) == ("Deutsch (Schweiz)", "Français (Canada)")
    assert "da" not in choices, "there is no Danish catalogue yet"
    assert browser.post(f"{address}/language", {"locale": "de_AT"}).status_code == 303
    shown = browser.get(address)
    assert "Chosen, for their pages, mails and papers from now on." in words(shown)
    assert tree_of(shown).xpath("//select[@name='locale']/option[@selected]/@value") == ["de_AT"]
    page = Guest(f"/q/{deal.token(in_app)}", in_app.test_client()).open()
    assert tree_of(page).get("lang") == "de-AT"
    assert "Angebot annehmen" in words(Guest(f"/q/{deal.token(in_app)}", in_app.test_client()).open(
        "/decision?choice=accept"))  # fmt: skip
    (event,) = rows(Event, Event.kind == EventKind.CLIENT_CHANGED)
    assert event.content["data"]["fields"] == ["locale"]
    assert "chose the language for Łoś Verlag." in words(browser.get("/dashboard"))
    browser.post(f"{address}/language", {"locale": ""})
    assert the_client().locale == ""


@pytest.mark.parametrize("locale", ["da", "tlh", "de_XX", "../de", "de-DE\x00", "x" * 400])
def test_what_is_not_offered_changes_nothing(in_app: Flask, owner: Supplier, locale: str) -> None:
    a_sent_quote(owner)
    browser, address = browser_of(in_app, owner), f"/clients/{the_client().id}"
    before = everything()
    assert browser.post(f"{address}/language", {"locale": locale}).status_code == 303
    assert "We do not know this language. Nothing was changed." in words(browser.get(address))
    assert everything() == before


def test_choosing_the_same_again_is_no_event(in_app: Flask, owner: Supplier) -> None:
    a_sent_quote(owner)
    browser, address = browser_of(in_app, owner), f"/clients/{the_client().id}/language"
    for _click in range(2):
        assert browser.post(address, {"locale": "fr"}).status_code == 303
    assert len(rows(Event, Event.kind == EventKind.CLIENT_CHANGED)) == 1


def test_a_strangers_client_is_not_there(in_app: Flask, owner: Supplier, rival: Supplier) -> None:
    a_sent_quote(owner)
    address = f"/clients/{the_client().id}/language"
    before = everything()
    assert browser_of(in_app, rival).post(address, {"locale": "fr"}).status_code == 404
    assert browser_of(in_app, owner).post("/clients/99/language", {"locale": "fr"}).status_code == 404
    assert browser_of(in_app, owner).get(address).status_code == 405
    assert everything() == before


def test_choosing_with_the_quote(in_app: Flask, owner: Supplier) -> None:
    browser = browser_of(in_app, owner)
    assert offered(browser.get("/quotes/new"), "client_locale")[""] == "As before, or as in my settings"
    a_sent_quote(owner, client_locale="fr")
    assert the_client().locale == "fr"
    # A later quote that says nothing of it leaves it; one that does changes it, also for what was sent before.
    deal = a_sent_quote(owner)
    assert the_client().locale == "fr"
    a_sent_quote(owner, client_locale="es")
    assert the_client().locale == "es"
    page = Guest(f"/q/{deal.token(in_app)}", in_app.test_client()).open()
    assert tree_of(page).get("lang") == "es"


def test_a_draft_keeps_what_was_chosen_and_says_what_is_wrong(in_app: Flask, owner: Supplier) -> None:
    browser = browser_of(in_app, owner)
    answer = browser.post("/quotes/new", {"client_locale": "fr_CA", "title": "Site", "act": "save"})
    kept = browser.get(answer.headers["Location"])
    assert tree_of(kept).xpath("//select[@name='client_locale']/option[@selected]/@value") == ["fr_CA"]
    wrong = browser.post("/quotes/new", {"client_locale": "tlh", "title": "Site", "act": "save"})
    assert wrong.status_code == 422
    assert errors(wrong)["client_locale"] == "We do not know this value."
