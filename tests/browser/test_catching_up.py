"""The client's page stands open while the supplier works: it catches up by itself, and what was typed stays."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.actors import Deal, a_submitted_milestone, an_accepted_project, sign_up
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.guest import Guest, guest
from tests.browser.inspection import look_over
from tests.servers.web import Product

pytestmark = pytest.mark.browser
WRITTEN = "The map is upside down: north should be"


def sit_down(open_page: OpenPage, viewport: dict[str, int], served: Product, office: Flask, deal: Deal) -> Guest:
    """Somebody has the page open; time passes only when `wait` says so, for the page's own clock."""
    page = open_page(viewport)
    page.clock.install()
    return guest(page, served, office, deal)


def wait(page: Page) -> None:
    """Longer than the page takes to ask again, a piece at a time: so long takes what one question sets off."""
    page.clock.run_for(10_500)


@pytest.mark.long
def test_a_page_that_is_only_read_shows_what_happened(served: Product, office: Flask, open_page: OpenPage) -> None:
    deal = an_accepted_project(sign_up("Anna Lindqvist"))
    page = sit_down(open_page, PHONE, served, office, deal).open()
    page.locator("summary").first.click()  # a fold that the reader opened stays open
    unfolded = page.locator("details[open]").count()
    assert unfolded == 1
    announced = page.locator("#announced")
    expect(announced).to_be_empty()
    deal.submit(2, "Everything is on the beta server.")
    wait(page)
    expect(announced).to_contain_text("Studio Lindqvist has put milestone 2 before you.")
    expect(page.locator("#milestone-2")).to_contain_text("Everything is on the beta server.")
    expect(page.get_by_role("link", name="Sign off milestone 2").first).to_be_visible()
    expect(page.locator("#content details[open]")).to_have_count(unfolded)
    look_over(page)
    page.get_by_role("link", name="Show me").click()
    expect(page.locator("#milestone-2")).to_be_in_viewport()
    announced.get_by_text("Close").click()
    expect(announced.get_by_role("link")).to_be_hidden()
    deal.take_back(2)
    wait(page)
    expect(announced).to_contain_text("has taken milestone 2 back")
    expect(page.get_by_role("link", name="Sign off milestone 2")).to_have_count(0)


def test_what_is_being_typed_stays(served: Product, office: Flask, open_page: OpenPage) -> None:
    deal = a_submitted_milestone(sign_up("Anna Lindqvist"))
    visitor = sit_down(open_page, DESK, served, office, deal)
    page = visitor.open()
    page.locator("#milestone-2").get_by_role("link", name="Go through the criteria").click()
    form = page.locator("#milestone-2 form")
    form.get_by_label("Not yet").first.check()
    reason = form.locator("#reason-1")
    reason.fill(WRITTEN)
    page.locator("#question-text").fill("And one more thing:")
    reason.focus()
    deal.answer("It is on the beta server.")
    wait(page)
    expect(page.locator("#thread")).to_contain_text("It is on the beta server.")
    expect(page.locator("#announced")).to_contain_text("Studio Lindqvist has answered.")
    expect(reason).to_have_value(WRITTEN)
    expect(reason).to_be_focused()
    expect(page.locator("#question-text")).to_have_value("And one more thing:")
    expect(page.locator("#actions a")).to_have_count(0)  # the form has the button
    # What the form is about is taken back: it stays, and the page says that it waits.
    deal.take_back(2)
    wait(page)
    expect(page.locator("#announced")).to_contain_text("what you typed is still here")
    expect(reason).to_have_value(WRITTEN)
    page.get_by_role("link", name="Show the update").click()
    expect(page.locator("#act-2")).to_have_count(0)


@pytest.mark.long
def test_a_form_sent_from_a_page_that_caught_up_goes_through(
    served: Product, office: Flask, open_page: OpenPage
) -> None:
    deal = a_submitted_milestone(sign_up("Anna Lindqvist"))
    visitor = sit_down(open_page, PHONE, served, office, deal)
    page = visitor.open()
    page.locator("#milestone-2").get_by_role("link", name="Sign off milestone 2").click()
    visitor.sign_off.get_by_label("Your full name").fill(visitor.name)
    deal.answer("It is on the beta server.")
    wait(page)
    expect(page.locator("#thread")).to_contain_text("It is on the beta server.")
    visitor.sign_off.get_by_role("checkbox").check()
    visitor.sign_off.get_by_role("button", name="Sign off milestone 2").click()
    expect(page.locator("#milestone-2")).to_contain_text("Signed off. Thank you.")
    assert deal.milestone_state(2) == "signed_off"
