"""The guide's calculator under somebody's hands: figures follow the typing, and so does the address."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, OpenPage
from tests.servers.web import Product

pytestmark = [pytest.mark.browser, pytest.mark.long]


def test_figures_follow_the_typing(served: Product, open_page: OpenPage) -> None:
    page = open_page(PHONE, locale="en-US")
    page.goto(f"{served.url}/guide?weeks=0")
    first = page.locator(".deal").first
    expect(first).to_have_count(0)
    weeks = page.get_by_label("Planned work")
    expect(weeks).to_be_focused()
    weeks.fill("8")
    expect(first).to_contain_text("$12,000.00")
    expect(page.locator("#weeks-error")).to_be_empty()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(weeks).to_be_focused()
    expect(weeks).to_have_value("8")
    page.get_by_label("Price, net").fill("9000,5,0")
    expect(page.locator("#price-error")).to_have_text("This is not a number that we can read.")
    page.get_by_label("Price, net").fill("9000")
    expect(first).to_contain_text("$9,000.00")
    assert "price=9000&" in page.url
    page.get_by_text("The same as a table").click()
    page.get_by_label("Price, net").fill("9001")
    expect(first).to_contain_text("$9,001.00")
    expect(page.get_by_role("row").nth(1)).to_be_visible()
    page.get_by_label("Price, net").fill("9000")
    expect(first).to_contain_text("$9,000.00")
    page.reload()
    expect(first).to_contain_text("$9,000.00")
    page.get_by_role("link", name="Write a quote with these figures").click()
    expect(page.get_by_label("Total price, net")).to_have_value("9000")


def test_it_works_without_a_script(served: Product, open_page: OpenPage) -> None:
    page = open_page(PHONE, locale="en-US", java_script_enabled=False)
    page.goto(f"{served.url}/guide")
    page.get_by_label("Price, net").fill("9000")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".deal").first).to_contain_text("$9,000.00")
    page.get_by_role("link", name="Write a quote with these figures").click()
    expect(page.get_by_label("Total price, net")).to_have_value("9000")
