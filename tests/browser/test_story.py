"""The whole story, told once: a supplier at a desk and a client with a phone, side by side, against the real product.

Each step is a function that leaves the cast where the next one begins. Every page on the way is looked over.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import PHONE, OpenPage
from tests.browser.inspection import look_over
from tests.browser.people import BUYER, SETTINGS, Mailbox, fill, in_days, press, sign, sign_in
from tests.servers.web import Product

ANNA, MARTA, JONAS = "anna@lindqvist.example", "marta@haldenbooks.example", "invoices@haldenbooks.example"
APPROVER = "Marta Halden"
TITLE = "A new website for Halden Books"
STEPS = (
    ("Deposit", "25", "The kick-off meeting has taken place."),
    ("Design of six key pages", "25", "Six pages are shown as finished screens."),
    ("Beta launch", "30", "Twenty invited customers can order a book."),
    ("Public launch", "20", "The shop takes real payments."),
)
NOTE = "All six pages, in both directions.\nPlease look at the basket first."
REASON = "The basket is missing its delivery costs."

# When a text first stands in the part of the dashboard that changes by itself, in milliseconds since 1970.
_WATCH = """text => {
  const live = document.querySelector('#live');
  window.sighting = new Promise(resolve => {
    const look = () => live.textContent.includes(text) && (watcher.disconnect(), resolve(Date.now()));
    const watcher = new MutationObserver(look);
    watcher.observe(document.body, {subtree: true, childList: true, characterData: true});
  });
}"""
_SEEN = "() => Promise.race([window.sighting, new Promise(resolve => setTimeout(() => resolve(0), 30000))])"


@dataclass
class Cast:
    """Three windows: the supplier's, the client's, and the one in which mails are read."""

    supplier: Page
    client: Page
    mailbox: Mailbox
    deliverable: Path

    @property
    def url(self) -> str:
        return self.mailbox.url


@pytest.fixture
def cast(served: Product, open_page: OpenPage, a_file: Path) -> Cast:
    return Cast(open_page(), open_page(PHONE), Mailbox(open_page(), served.url), a_file)


@pytest.mark.browser
def test_the_whole_story(cast: Cast) -> None:
    sign_in(cast.supplier, cast.mailbox, ANNA)
    the_supplier_says_who_they_are(cast)
    the_supplier_writes_a_quote(cast)
    the_supplier_sends_it(cast)
    the_client_reads_and_accepts(cast)
    the_deposit_has_its_paper(cast)
    the_supplier_submits(cast)
    the_client_requests_changes(cast)
    the_supplier_submits_again(cast)
    the_client_signs_off(cast)
    accounts_payable_gets_the_invoice(cast)
    the_supplier_records_the_payment(cast)


def the_supplier_says_who_they_are(cast: Cast) -> None:
    page = cast.supplier
    look_over(page)
    press(page, "Fill in your details")
    page.wait_for_url("**/settings*")
    look_over(page)
    fill(page, SETTINGS | {"country_code": "DE", "time_zone": "Europe/Berlin", "currency": "EUR"})
    page.get_by_label("I charge tax").check()
    press(page, "Save settings")
    expect(page.locator("#notices")).to_contain_text("saved", ignore_case=True)
    look_over(page)


def the_supplier_writes_a_quote(cast: Cast) -> None:
    """The sums follow what is typed, and a fourth row comes without losing any of it."""
    page, running = cast.supplier, cast.supplier.locator("#running")
    page.goto(f"{cast.url}/quotes/new")
    look_over(page)
    people = {"client_name": "Halden Books", "approver_name": APPROVER, "approver_email": MARTA}
    fill(page, people | {"ap_name": "Jonas Weber", "ap_email": JONAS, "title": TITLE, "tax_rate": "19"})
    page.locator("[name='total']").press_sequentially("24,000", delay=15)
    expect(running).to_contain_text("€28,560.00")
    expect(page.locator("#milestones-0-value-beside")).to_have_text("€7,200.00")
    press(page, "Add a milestone")
    expect(page.locator("#milestones-3-title")).to_be_focused()
    expect(page.locator("[name='title']")).to_have_value(TITLE)
    for place, (title, share, criterion) in enumerate(STEPS):
        row = {"title": title, "value": share, "criteria": criterion, "planned_on": in_days(14 * place)}
        fill(page, {f"milestones-{place}-{name}": value for name, value in row.items()})
        if place == 2:
            expect(running).to_contain_text("are missing")
    expect(running).to_contain_text("The shares add up to 100 %.")
    expect(page.locator("#milestones-2-value-beside")).to_have_text("€7,200.00")
    look_over(page)


def the_supplier_sends_it(cast: Cast) -> None:
    page = cast.supplier
    press(page, "Review and send")
    page.wait_for_url("**/send")
    look_over(page)
    press(page, f"Send to {APPROVER}")
    page.wait_for_url("**/quotes/*")
    expect(page.get_by_text("With the client")).to_be_visible()
    look_over(page)
    page.goto(f"{cast.url}/dashboard")
    expect(page.locator("#out")).to_contain_text(TITLE)
    page.evaluate("window.neverLeft = true")


def the_client_reads_and_accepts(cast: Cast) -> None:
    """By the Accept link of the mail; the dashboard knows within a second."""
    page = cast.client
    mail = cast.mailbox.open(MARTA, TITLE)
    look_over(mail)
    cast.mailbox.follow(page, "/decision?choice=accept")
    expect(page.get_by_role("heading", name="Accept this quote")).to_be_focused()
    look_over(page)
    form = page.locator("#decision form")
    fill(form, BUYER | {"country_code": "DE"})
    sign(form, "accept", APPROVER, "Managing director")
    answer = at_once(cast, f"{APPROVER} accepted", lambda: press(page, "Accept quote"), "/decision")
    assert answer.status == 200
    expect(page.locator("#schedule")).to_contain_text("Design of six key pages")
    expect(page.locator("#head .told")).to_be_focused()
    look_over(page)
    look_over(cast.supplier)


def at_once(cast: Cast, text: str, act: Any, path: str) -> Response:
    """The client acts. In the supplier's open dashboard `text` appears within a second of the answer to the client,
    without a reload. Returns the answer."""
    cast.supplier.evaluate(_WATCH, text)
    with cast.client.expect_response(lambda one: path in one.url and one.request.method == "POST") as caught:
        act()
    caught.value.finished()
    timing = caught.value.request.timing
    answered = timing["startTime"] + timing["responseStart"]
    seen = cast.supplier.evaluate(_SEEN)
    assert seen, f"“{text}” never came to the dashboard: {cast.supplier.locator('#live').inner_text()}"
    assert seen - answered < 1000, f"{seen - answered:.0f} ms"
    assert cast.supplier.evaluate("window.neverLeft") is True
    return caught.value


def the_deposit_has_its_paper(cast: Cast) -> None:
    """Its invoice is there at once, and its PDF comes by itself within seconds."""
    row = cast.client.locator("#invoices .invoice-row")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("€7,140.00")
    save = row.get_by_role("link", name="PDF")
    expect(save).to_be_visible()
    with cast.client.expect_download() as saved:
        save.click()
    assert Path(saved.value.path()).read_bytes().startswith(b"%PDF-")
    cast.mailbox.open(MARTA, "You have accepted quote")
    expect(cast.mailbox.page.locator(".files")).to_contain_text(".pdf")
    cast.mailbox.open(JONAS, "€7,140.00")


def the_supplier_submits(cast: Cast) -> None:
    """The second milestone, with a note, a link and a file."""
    page = cast.supplier
    page.goto(f"{cast.url}/projects")
    look_over(page)
    page.get_by_role("link", name=TITLE).click()
    page.wait_for_url("**/projects/*")
    look_over(page)
    page.locator("#milestone-2").get_by_role("link", name="Submit for sign-off").click()
    page.wait_for_url("**/submission")
    look_over(page)
    fill(page, {"note": NOTE, "links": "https://example.com/design"})
    page.locator("[name='files']").set_input_files(cast.deliverable)
    press(page, "Submit for sign-off")
    expect(page.locator("#milestone-2")).to_contain_text("Awaiting sign-off")
    look_over(page)
    _watch_the_dashboard(cast)


def _watch_the_dashboard(cast: Cast) -> None:
    cast.supplier.goto(f"{cast.url}/dashboard")
    cast.supplier.evaluate("window.neverLeft = true")
    expect(cast.supplier.locator("#waiting")).to_contain_text("Design of six key pages")


def the_client_requests_changes(cast: Cast) -> None:
    page, milestone = cast.client, cast.client.locator("#milestone-2")
    look_over(cast.mailbox.open(MARTA, "Ready for your sign-off"))
    cast.mailbox.follow(page, "/q/")
    expect(milestone).to_contain_text("Please look at the basket first.")
    expect(page.locator("#thread")).to_contain_text("Anna Lindqvist")
    expect(milestone.get_by_role("link", name="example.com/design")).to_have_attribute("rel", "noopener noreferrer")
    with page.expect_download() as saved:
        milestone.get_by_role("link", name=cast.deliverable.name).click()
    assert saved.value.suggested_filename == cast.deliverable.name
    look_over(page)
    milestone.get_by_role("link", name="Go through the criteria").click()
    form = milestone.locator("form")
    expect(form.get_by_role("heading")).to_be_focused()
    expect(form.get_by_label("What is missing")).to_be_hidden()
    look_over(page)
    form.get_by_label("Not yet").check()
    expect(form.locator("#criteria-consent")).to_be_hidden()
    form.get_by_label("What is missing").fill(REASON)
    form.locator("#criteria-name").fill(APPROVER)
    look_over(page)
    send = form.get_by_role("button", name="Send my decisions")
    at_once(cast, "asks for changes", send.click, "/milestones/2/criteria")
    expect(milestone).to_contain_text("Changes requested")
    expect(milestone).to_contain_text(f"Not yet: {REASON}")
    expect(page.locator("#thread")).to_contain_text(REASON)
    look_over(page)


def the_supplier_submits_again(cast: Cast) -> None:
    page = cast.supplier
    cast.mailbox.open(ANNA, "asks for changes")
    cast.mailbox.follow(page, "/projects/")
    milestone = page.locator("#milestone-2")
    expect(milestone).to_contain_text(REASON)
    look_over(page)
    milestone.get_by_role("link", name="Submit it again").click()
    fill(page, {"note": "The basket shows its delivery costs now."})
    press(page, "Submit for sign-off")
    expect(page.locator("#milestone-2")).to_contain_text("Awaiting sign-off")
    _watch_the_dashboard(cast)


def the_client_signs_off(cast: Cast) -> None:
    """Where they are: the invoice comes into the same page, and no other page is opened."""
    page, milestone = cast.client, cast.client.locator("#milestone-2")
    expect(milestone).to_contain_text("The basket shows its delivery costs now.")
    page.evaluate("window.stillHere = true")
    milestone.get_by_role("link", name="Sign off milestone 2").click()
    form = milestone.locator("form")
    expect(form.get_by_role("heading")).to_be_focused()
    look_over(page)
    sign(form, "signoff", "marta halden")
    button = form.get_by_role("button", name="Sign off milestone 2")
    at_once(cast, "signed off", button.click, "/milestones/2/signoff")
    expect(page.locator("#invoices .invoice-row")).to_have_count(2)
    expect(milestone).to_contain_text("Signed off")
    expect(page.locator("#progress")).to_have_text("2 of 4 signed off")
    expect(page.locator("#milestone-3")).to_contain_text("is working on it")
    expect(milestone.locator(".told")).to_be_focused()
    assert page.evaluate("window.stillHere") is True
    look_over(page)
    look_over(cast.supplier)


def accounts_payable_gets_the_invoice(cast: Cast) -> None:
    """With its PDF in the mail, and a page that shows this one invoice."""
    mail = cast.mailbox.open(JONAS, "-0002 from Studio Lindqvist")
    look_over(mail)
    with mail.expect_download() as saved:
        mail.locator(".files a").click()
    assert Path(saved.value.path()).read_bytes().startswith(b"%PDF-")
    cast.mailbox.follow(cast.client, "/i/")
    expect(cast.client.locator("main")).to_contain_text("PO-4417")
    expect(cast.client.locator(".proof")).to_contain_text("Milestone 2 of 4")
    look_over(cast.client)


def the_supplier_records_the_payment(cast: Cast) -> None:
    page = cast.supplier
    page.locator("#owed").get_by_role("link", name="-0002").click()
    expect(page.locator(".proof")).to_contain_text("signed off by")
    look_over(page)
    press(page, "Record a payment")
    page.wait_for_url("**/payments")
    look_over(page)
    press(page, "Record it")
    expect(page.locator("#notices")).to_contain_text("The payment is recorded.")
    expect(page.locator(".sheet")).to_contain_text("Paid")
    look_over(page)
    page.goto(f"{cast.url}/dashboard")
    expect(page.locator("#owed tbody tr")).to_have_count(1)
    expect(page.locator("#feed")).to_contain_text("€7,140.00")
    look_over(page)
    cast.client.reload()
    expect(cast.client.locator(".state").first).to_have_text("Paid")
