"""A visitor's typing is called saved only if it was, and a double click sends once."""

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect

from milebill import links
from milebill.domain.claiming import request_confirmation
from milebill.domain.open_drafts import Visitor, begin_open_draft
from milebill.domain.sign_in import browser_hash
from tests.actors import a_draft
from tests.browser.conftest import PHONE, OpenPage
from tests.servers.web import Product

pytestmark = pytest.mark.browser

SECRET = "b" * 43


def saved(page: Page, words: str) -> None:
    expect(page.locator("#saved[role=status]")).to_contain_text(words)


def test_what_was_not_kept_is_not_called_saved(served: Product, open_page: OpenPage) -> None:
    page = open_page(PHONE)
    page.goto(served.url)
    page.get_by_label("Company").press_sequentially("Halden Books")
    page.wait_for_url("**/d/*")
    saved(page, "Saved ")
    page.route("**/totals", lambda route: route.fulfill(status=503, body="busy"))
    page.get_by_label("Company").fill("Halden Books Ltd")
    saved(page, "Not saved yet: there was no answer.")
    page.unroute("**/totals")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    saved(page, "Saved ")
    page.reload()
    expect(page.get_by_label("Company")).to_have_value("Halden Books Ltd")

    page.request.post(f"{page.url}/removal")
    page.get_by_label("Company").fill("Halden Press")
    saved(page, "Not saved: this draft was sent or discarded meanwhile.")
    expect(page.get_by_label("Company")).to_have_value("Halden Press")


def test_a_double_click_confirms_once(served: Product, office: Flask, open_page: OpenPage) -> None:
    draft = begin_open_draft(Visitor(browser_hash(SECRET), "192.0.2.9", "en", "UTC"), "double", a_draft())
    login = request_confirmation(draft, "double@example.com", SECRET)
    keys = office.extensions["settings"].secret_keys
    page = open_page(PHONE)
    page.context.add_cookies([{"name": "drafts", "value": SECRET, "url": served.url}])
    page.goto(f"{served.url}/confirm/{links.sign(keys, links.Purpose.CONFIRM, login)}")
    for label, typed in (("Legal name", "Nora Neu"), ("Street and number", "Speicherstraße 12"), ("City", "Hamburg")):
        page.get_by_label(label).fill(typed)
    page.get_by_label("Country").select_option("Germany")
    page.get_by_label("Tax id").fill("DE136695976")
    asked: list[Route] = []
    page.route("**/confirm/*", lambda route: asked.append(route))  # noqa: PLW0108  (Playwright refuses a built-in)
    button = page.get_by_role("button", name="Confirm and send to")
    # Further apart than what the browser takes for one; Playwright's own second click would wait for the first answer.
    button.evaluate("button => { button.click(); setTimeout(() => button.click(), 100) }")
    page.wait_for_timeout(400)
    assert len(asked) == 1
    asked[0].continue_()
    expect(page.get_by_text("is on its way")).to_be_visible()
