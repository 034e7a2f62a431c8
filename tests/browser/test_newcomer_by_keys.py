"""A newcomer who has no mouse: from an empty browser to a quote that is sent, with the mailed code, by keys alone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import axe
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.keyboard import Keyboard
from tests.browser.people import Mailbox
from tests.servers.web import Product

pytestmark = [pytest.mark.browser, pytest.mark.long]

CLIENT = "marta@haldenbooks.example"
SELLER = {
    "Legal name": "Nora Neu Studio",
    "Street and number": "Speicherstraße 12",
    "Post code": "20457",
    "City": "Hamburg",
}


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_from_an_empty_browser_to_a_sent_quote(served: Product, open_page: OpenPage, viewport: dict[str, int]) -> None:
    page = open_page(viewport, reduced_motion="reduce")
    keys, mailbox = Keyboard(page), Mailbox(open_page(), served.url)
    email = f"nora{viewport['width']}@keys.example"
    page.goto(served.url)
    keys.press("Skip to the content")
    keys.type_into("Company", "Halden Books")
    keys.type_into("Who decides", "Marta Halden")
    keys.type_into("Their e-mail address", CLIENT)
    keys.type_into("Title", "A new website for Halden Books")
    keys.press("Move milestone 2 down")
    keys.is_led_to("button[value='up-2']")
    expect(page.locator("#said")).to_contain_text("Milestone 3, Design: moved.")
    keys.press("Remove milestone 3")
    keys.is_led_to("button[value='undo']")
    page.keyboard.press("Enter")
    keys.is_led_to("#milestones-2-title")
    expect(page.locator("#milestones-2-title")).to_have_value("Design")
    keys.press("Review and send")
    expect(page.get_by_role("heading", level=1)).to_have_text("Send the quote?")
    keys.type_into("Your e-mail address", email)
    keys.press("Mail me the link")
    expect(page.get_by_role("heading", name="Check your mail")).to_be_visible()
    assert not axe.findings(page)
    mail = mailbox.open(email, "Confirm your address").locator(".mail-body").inner_text()
    code = re.search(r"^\s*(\d[\d ]{5,})\s*$", mail, re.MULTILINE)
    assert code, mail
    keys.type_into("Code", code[1])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Confirm and send")).to_be_visible()
    assert not axe.findings(page)
    for name, text in SELLER.items():
        keys.type_into(name, text)
    keys.walk_to("Country")
    page.keyboard.type("Germany")
    keys.type_into("Tax id", "DE136695976")
    keys.press(f"Confirm and send to {CLIENT}")
    expect(page.get_by_text("is on its way")).to_be_visible()
    mailbox.open(CLIENT, "A new website for Halden Books")
