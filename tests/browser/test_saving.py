"""A visitor's typing is called saved only if it was: without an answer the page says so, and tries again by itself."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, OpenPage
from tests.servers.web import Product

pytestmark = pytest.mark.browser


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
