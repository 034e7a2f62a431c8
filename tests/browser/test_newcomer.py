"""A newcomer with an empty browser: from the front door to a quote that is sent, and how much that asks of them."""

import time
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.browser.inspection import faults
from tests.browser.people import Mailbox
from tests.servers.web import Product

pytestmark = pytest.mark.browser

CLIENT = "marta@haldenbooks.example"
MOST_INTERACTIONS, MOST_SECONDS = 25, 180


@dataclass
class Hands:
    """What a person does to a page, counted: a field filled, a choice made, a button pressed."""

    page: Page
    scripts: bool
    done: list[str] = field(default_factory=list)

    def fill(self, label: str, text: str) -> None:
        self.done.append(f"fill {label}")
        self.page.get_by_label(label, exact=True).first.fill(text)

    def choose(self, label: str, option: str) -> None:
        self.done.append(f"choose {label}")
        self.page.get_by_label(label, exact=True).select_option(label=option)

    def press(self, name: str) -> None:
        self.done.append(f"press {name}")
        self.page.get_by_role("button", name=name).first.click()

    def open(self, address: str) -> None:
        self.done.append("open the link in the mail")
        self.page.goto(address)


def look_at(page: Page, *, scripts: bool = True) -> None:
    """By light and by dark, as wide as it is and as wide as a phone; axe-core is itself a script."""
    assert not faults(page)
    if scripts:
        for scheme in ("light", "dark"):
            axe.change_colours(page, scheme)
            assert not axe.findings(page)


def write_and_send(hands: Hands, mailbox: Mailbox, email: str) -> None:
    """The shortest honest way: the example's milestones stay, everything that is different is typed."""
    page = hands.page
    hands.fill("Company", "Halden Books")
    hands.fill("Who decides", "Marta Halden")
    hands.page.get_by_label("Their e-mail address").first.fill(CLIENT)
    hands.done.append("fill Their e-mail address")
    hands.page.locator("#title").fill("A new website for Halden Books")
    hands.done.append("fill Title")
    hands.fill("Total price, net", "8400")
    hands.press("Review and send")
    hands.fill("Your e-mail address", email)
    hands.press("Mail me the link")
    expect(page.get_by_role("heading", name="Check your mail")).to_be_visible()
    mailbox.open(email, "Confirm your address")
    hands.open(mailbox.link("/confirm/"))
    look_at(page, scripts=hands.scripts)
    hands.fill("Legal name", "Nora Neu Studio")
    hands.fill("Street and number", "Speicherstraße 12")
    hands.fill("Post code", "20457")
    hands.fill("City", "Hamburg")
    hands.choose("Country", "Germany")
    hands.fill("Tax id", "DE136695976")
    hands.press(f"Confirm and send to {CLIENT}")
    expect(page.get_by_text("is on its way")).to_be_visible()
    mailbox.open(CLIENT, "A new website for Halden Books")


@pytest.mark.parametrize(
    "scripts", [True, pytest.param(False, marks=pytest.mark.long)], ids=["with JavaScript", "without"]
)
def test_from_an_empty_browser_to_a_sent_quote(served: Product, open_page: OpenPage, scripts: bool) -> None:
    began = time.monotonic()
    page = open_page(java_script_enabled=scripts)
    hands = Hands(page, scripts)
    hands.open(served.url)
    look_at(page, scripts=scripts)
    write_and_send(hands, Mailbox(open_page(), served.url), f"nora{int(scripts)}@newcomer.example")
    assert len(hands.done) < MOST_INTERACTIONS, hands.done
    assert time.monotonic() - began < MOST_SECONDS


def test_it_is_saved_while_somebody_types_and_the_page_stays_as_it_is(served: Product, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(served.url)
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    company = page.get_by_label("Company", exact=True)
    company.press_sequentially("Halden Books", delay=20)
    expect(page.locator("#saved")).to_contain_text("Saved")
    expect(page).to_have_url(f"{served.url}/d/{page.url.rpartition('/d/')[2]}")
    assert page.url.rpartition("/d/")[1]
    assert len(posts) == 1
    expect(company).to_be_focused()
    with page.expect_response("**/totals"):
        company.press_sequentially(" GmbH")
    expect(page.locator("#running")).to_contain_text("6,000")
    assert len(posts) == 2
    look_at(page)
    address = page.url
    page.locator("button[value='add']").click()
    expect(page.locator("#milestones .editor-row")).to_have_count(4)
    other = open_page(java_script_enabled=False)
    other.goto(address)
    expect(other.get_by_label("Company", exact=True)).to_have_value("Halden Books GmbH")
    expect(other.locator("#milestones .editor-row")).to_have_count(4)
    page.goto(served.url)
    expect(page.get_by_role("link", name="New website")).to_have_attribute("href", address.removeprefix(served.url))
