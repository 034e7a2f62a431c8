"""A visitor's typing is called saved only if it was, and a double click sends once."""

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, Request, Route, expect

from milebill import links
from milebill.domain.claiming import request_confirmation
from milebill.domain.open_drafts import Visitor, begin_open_draft
from milebill.domain.sign_in import browser_hash
from tests.actors import a_draft
from tests.browser.axe import COLOURS, change_colours, findings
from tests.browser.conftest import PHONE, OpenPage
from tests.servers.web import Product

pytestmark = pytest.mark.browser

SECRET = "b" * 43


def saved(page: Page, words: str) -> None:
    expect(page.locator("#saved[role=status]")).to_contain_text(words)


@pytest.mark.long
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
    saved(page, "Not saved: the draft was discarded.")
    expect(page.get_by_label("Company")).to_have_value("Halden Press")
    gone = page.url
    page.get_by_role("button", name="Start a new one with what is typed here").click()
    page.wait_for_url(lambda address: address not in (gone, f"{served.url}/d/new"))
    expect(page.get_by_label("Company")).to_have_value("Halden Press")


@pytest.mark.long
def test_two_tabs_do_not_overwrite_each_other(served: Product, open_page: OpenPage) -> None:
    """Nor does the browser, which fills in again what stood in a page that it loads anew on the way back."""
    page = open_page(PHONE)
    page.goto(served.url)
    page.get_by_label("Company").press_sequentially("Halden")
    page.wait_for_url("**/d/*")
    saved(page, "Saved ")
    page.get_by_label("Company").press_sequentially(" Books, typed on and on", delay=20)
    typed: list[Request] = []
    page.on("request", lambda request: request.url.endswith("/totals") and typed.append(request))
    for letter in "!?.":
        page.get_by_label("Company").press_sequentially(letter)
        page.wait_for_timeout(350)
    saved(page, "Saved ")
    for late in typed[:-1]:
        sent = page.request.post(late.url, headers=late.headers, data=late.post_data_buffer)
        assert sent.status == 200
    notice = page.locator("#overtaken .notice")
    expect(notice).to_have_count(0)

    other = page.context.new_page()
    other.goto(page.url)
    expect(other.get_by_label("Company")).to_have_value("Halden Books, typed on and on!?.")
    other.get_by_label("Company").fill("Theirs")
    saved(other, "Saved ")
    page.get_by_label("Total price, net").fill("7000")
    expect(notice).to_contain_text("This quote was changed in another tab or on another device")
    saved(page, "Not saved: changed elsewhere.")
    expect(page.locator("#running")).to_contain_text("7,000")
    page.get_by_label("Total price, net").press("End")
    page.get_by_label("Total price, net").press_sequentially("5")
    expect(notice.locator("tbody")).to_contain_text("70005")
    expect(page.get_by_label("Total price, net")).to_be_focused()
    assert findings(page) == []
    change_colours(page, "dark")
    assert findings(page, COLOURS) == []
    page.get_by_role("button", name="Keep what I typed here").click()
    expect(notice).to_have_count(0)
    expect(page.get_by_label("Total price, net")).to_have_value("70005")

    other.get_by_label("Company").fill("Theirs again")
    expect(other.locator("#overtaken .notice")).to_be_visible()
    other.get_by_role("link", name="Show what was saved there").click()
    expect(other.get_by_label("Total price, net")).to_have_value("70005")

    for_the_guide = f"{served.url}/guide"
    write(page, "First")
    page.goto(for_the_guide)
    page.go_back()
    write(page, "Left and back")
    expect(notice).to_have_count(0)
    title_of(page).fill("Typed and left at once")
    page.goto(for_the_guide)
    other.reload()
    write(other, "Theirs, later")
    page.go_back()
    expect(title_of(page)).to_have_value("Typed and left at once")
    with page.expect_response("**/totals"):
        page.get_by_label("Total price, net").fill("9000")
    expect(notice.locator("tbody")).to_contain_text("Theirs, later")


def title_of(page: Page) -> Locator:
    return page.get_by_role("group", name="What you offer").get_by_label("Title")


def write(page: Page, title: str) -> None:
    """Type it and wait until that was answered."""
    with page.expect_response("**/totals"):
        title_of(page).fill(title)


@pytest.mark.long
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
