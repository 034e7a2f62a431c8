"""What the people of the story do with their hands: they read mails, fill in forms and press buttons."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import html
from playwright.sync_api import Locator, Page, expect

from milebill import clock
from tests.browser.inspection import look_over

SETTINGS = {
    "name": "Studio Lindqvist",
    "own_name": "Anna Lindqvist",
    "legal_name": "Studio Lindqvist GmbH",
    "address_line_1": "Speicherstraße 12",
    "post_code": "20457",
    "city": "Hamburg",
    "tax_id": "DE136695976",
    "iban": "DE89 3704 0044 0532 0130 00",
}
BUYER = {
    "legal_name": "Halden Books GmbH",
    "address_line_1": "Lindenallee 4",
    "post_code": "20259",
    "city": "Hamburg",
    "purchase_order_number": "PO-4417",
}
MAIL_SECONDS = 60


@dataclass(frozen=True)
class Mailbox:
    """Everybody's mails, as the outbox shows them."""

    page: Page
    url: str

    def open(self, address: str, subject: str) -> Page:
        """Wait until the worker has written the newest mail to `address` with these words in its subject; open it."""
        deadline = time.monotonic() + MAIL_SECONDS
        while not self._has(address, subject):
            assert time.monotonic() < deadline, f"no mail “{subject}” for {address}"
            time.sleep(0.1)
        self.page.goto(f"{self.url}/outbox")
        row = self.page.locator("#mails tbody tr").filter(has_text=address).filter(has_text=subject)
        row.first.get_by_role("link").click()
        self.page.wait_for_url("**/outbox/*")
        return self.page

    def _has(self, address: str, subject: str) -> bool:
        # Not by the page itself: while mails wait, it loads itself anew, and may do so under our hands.
        listed = html.fromstring(self.page.request.get(f"{self.url}/outbox").body())
        found = [row.text_content() for row in listed.xpath("//*[@id='mails']//tbody/tr")]
        return any(address in text and subject in text for text in found)

    def link(self, part: str) -> str:
        """The address with `part` in it, in the mail that is open."""
        found = self.page.locator(f".mail-body a[href*='{part}']").first.get_attribute("href")
        assert found
        return found

    def follow(self, reader: Page, part: str) -> Page:
        """Somebody opens a link of the mail that is open, in their own browser."""
        reader.goto(self.link(part))
        return reader


def fill(form: Page | Locator, values: Mapping[str, str]) -> None:
    """Type into the fields of these names, and choose in selects."""
    for name, value in values.items():
        field = form.locator(f"[name='{name}']")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def press(page: Page, label: str) -> None:
    """Press the button or link of that name."""
    page.get_by_role("button", name=label, exact=True).or_(page.get_by_role("link", name=label, exact=True)).click()


def sign_in(page: Page, mailbox: Mailbox, email: str) -> None:
    """By the mailed link, in the same browser."""
    page.goto(f"{mailbox.url}/login")
    look_over(page)
    page.get_by_label("Your e-mail address").fill(email)
    press(page, "Mail me a link")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your mail")
    look_over(page)
    mailbox.open(email, "Sign in")
    mailbox.follow(page, "/login/")
    expect(page.get_by_text(email)).to_be_visible()
    look_over(page)
    press(page, "Sign in")
    page.wait_for_url("**/dashboard")


def sign(form: Page | Locator, kind: str, name: str, job_title: str = "") -> None:
    """Type the name and tick the box; `kind` is accept, decline or signoff."""
    form.locator(f"#{kind}-name").fill(name)
    if job_title:
        form.locator("[name='job_title']").fill(job_title)
    form.locator(f"#{kind}-consent").check()


def in_days(days: int) -> str:
    """A day from today, as a date field takes it."""
    return clock.today("Europe/Berlin").fromordinal(clock.today("Europe/Berlin").toordinal() + days).isoformat()
