"""What a developer reads at /outbox leads on as it would from a mail program."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.servers.web import Product

pytestmark = pytest.mark.browser


def test_a_link_in_a_mail_can_be_followed(served: Product, open_page: OpenPage) -> None:
    """A sandboxed page, yet the developer gets from the mail to where it leads."""
    page = open_page()
    page.goto(f"{served.url}/login")
    page.get_by_label("Your e-mail address").fill("outbox@lindqvist.example")
    page.get_by_role("button").first.click()
    # Whoever leaves before the answer came takes the request back, and no mail is ever written.
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your mail")
    page.goto(f"{served.url}/outbox")
    page.get_by_role("link", name="Sign in to milebill").first.click()  # the newest
    page.get_by_role("link", name="See it as HTML").click()
    expect(page.locator("h1")).to_have_text("Here is your way in")
    page.get_by_role("link", name="Sign in", exact=True).click()
    page.wait_for_url("**/login/*")
