"""A German client accepts, turns the page to French, signs off in French, and comes back; with JavaScript or without.

The receipts quote what was read, and anybody can check them.
"""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from milebill.models import Receipt
from tests.actors import APPROVER, Deal, a_sent_quote, sign_up
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.guest import Guest, guest
from tests.browser.inspection import look_over
from tests.browser.people import press, sign
from tests.rules import rows
from tests.servers.web import Product

pytestmark = [pytest.mark.browser, pytest.mark.long]


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without"])
def start(
    request: pytest.FixtureRequest, served: Product, office: Flask, open_page: OpenPage
) -> Callable[[Deal], Guest]:
    """Inês on her phone."""
    return lambda deal: guest(open_page(PHONE, java_script_enabled=request.param), served, office, deal)


def switch(page: Page, language: str) -> None:
    """A click on a language at the foot of the page."""
    page.get_by_role("contentinfo").get_by_role("link", name=language, exact=True).click()


def language_of(page: Page) -> str | None:
    return page.locator("html").get_attribute("lang")


def test_a_project_in_two_languages(start: Callable[[Deal], Guest], open_page: OpenPage, served: Product) -> None:
    deal = a_sent_quote(sign_up("Anna Lindqvist"), client_locale="de")
    visitor = start(deal)
    page = visitor.open()
    expect(page.locator(".standing-headline")).to_have_text("Wartet auf Ihre Entscheidung")
    look_over(page)
    page.locator("#actions").get_by_role("link", name="Annehmen").click()
    visitor.fill_acceptance()
    press(page, "Angebot annehmen")
    expect(page.get_by_text("Vereinbart am")).to_be_visible()
    assert language_of(page) == "de"

    switch(page, "Français")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.get_by_role("heading", name="Accord", exact=True)).to_be_visible()
    look_over(page)
    deal.submit()
    page.goto(f"{visitor.base}~fr/milestones/2/signoff")
    expect(page.get_by_text("J’en prononce la réception")).to_be_visible()
    sign(visitor.sign_off, "signoff", APPROVER.name)
    press(page, "Réceptionner le jalon 2")
    expect(page.locator("#milestone-2 .state").first).to_have_text("Réceptionné")
    assert language_of(page) == "fr"

    switch(page, "Deutsch")
    expect(page.locator("#milestone-2 .state").first).to_have_text("Abgenommen")
    look_over(page)

    accepted, signed_off = (receipt.content for receipt in rows(Receipt, Receipt.quote_id == deal.quote_id))
    assert (accepted["language"], signed_off["language"]) == ("de", "fr")
    assert accepted["consent"].startswith("Ich nehme das Angebot")
    assert "J’en prononce la réception" in signed_off["consent"]

    page.goto(f"{visitor.base}~de/receipts/{signed_off['number']}")
    expect(page.locator("p[lang='fr']")).to_contain_text("J’en prononce la réception")
    file = page.request.get(f"{page.url}.json").body()
    stranger = open_page(locale="es-ES")
    stranger.goto(f"{served.url}/verify")
    stranger.locator("textarea").fill(file.decode())
    press(stranger, "Comprobar")
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Este justificante es auténtico")
    look_over(stranger)
