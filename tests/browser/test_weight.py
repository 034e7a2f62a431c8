"""What a visit to the client's page weighs on the wire, with nothing in front of the product that compresses for it."""

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from milebill.models import Document
from tests.actors import APPROVER, Deal, Supplier, a_draft, a_sent_quote, an_accepted_project, shares, sign_up
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.guest import guest
from tests.browser.people import sign
from tests.inside import wait_for
from tests.rules import rows
from tests.servers.web import Product

pytestmark = pytest.mark.browser

# Of a first visit, with everything that the page asks for.
MOST_BYTES, MOST_REQUESTS = 60_000, 6
MOST_OF_A_SIGN_OFF = 5_000
CHANGED = ["head", "progress", "milestone-5", "milestone-6", "money", "agreement", "actions", "news", "announced"]
"""Of a page on which milestone 5 was signed off, so that milestone 6 is the next."""

NOTE = "Everything is on the boards; please look at the third one first, it has changed most since our meeting."
QUESTION = "Can our own people change the opening hours without you, and does that cost anything?"


@dataclass
class Wire:
    """What goes over the wire for a page: encoded bytes with headers, by request."""

    page: Page
    asked: dict[str, tuple[str, str]] = field(default_factory=dict)
    received: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        network = self.page.context.new_cdp_session(self.page)
        network.send("Network.enable")
        network.on("Network.requestWillBeSent", self._ask)
        network.on("Network.loadingFinished", self._receive)

    def _ask(self, event: dict[str, Any]) -> None:
        request = event["request"]
        if not request["url"].startswith("data:"):
            self.asked[event["requestId"]] = (request["method"], request["url"])

    def _receive(self, event: dict[str, Any]) -> None:
        self.received[event["requestId"]] = event["encodedDataLength"]

    def forget(self) -> None:
        """Begin to count anew."""
        self.asked.clear()

    def loaded(self) -> dict[tuple[str, str], float]:
        """The bytes of every request since then, when all of them have come."""
        for _ in range(1500):
            if self.asked.keys() <= self.received.keys():
                break
            self.page.wait_for_timeout(20)  # the network is told of a little later than the page
        return {request: self.received[key] for key, request in self.asked.items()}


@pytest.fixture
def supplier(office: Flask) -> Supplier:
    return sign_up("Anna Lindqvist")


@pytest.fixture
def deal(supplier: Supplier) -> Deal:
    """Eight milestones, four invoices, a thread, and milestone 5 before the client."""
    steps = shares("20", "15", "15", "10", "10", "10", "10", "10", deposit=True)
    steps = [{**row, "title": f"Step {n} of a long way", "description": NOTE} for n, row in enumerate(steps, 1)]
    deal = an_accepted_project(supplier, **a_draft(milestones=steps))
    for position in (2, 3, 4):
        deal.ask(f"{position}. {QUESTION}")
        deal.answer(f"{position}. Yes, and the training in the last milestone covers it.")
        deal.submit(position, NOTE)
        deal.sign_off(position)
    deal.submit(5, NOTE)
    assert len(deal.invoice_ids()) == 4
    return deal


def papers_are_ready(deal: Deal) -> None:
    """Until then the page asks for news every two seconds."""
    wait_for(lambda: all(row.state == "ready" for row in rows(Document, Document.quote_id == deal.quote_id)))


def visit(wire: Wire, address: str) -> dict[tuple[str, str], float]:
    """What a first visit loads."""
    wire.page.goto(address, wait_until="networkidle")
    wire.page.evaluate("document.fonts.ready")
    return wire.loaded()


def is_light(loaded: dict[tuple[str, str], float]) -> None:
    assert len(loaded) <= MOST_REQUESTS, loaded
    assert 20_000 < sum(loaded.values()) <= MOST_BYTES, loaded


@pytest.mark.long
def test_the_first_visit_to_an_offer(served: Product, office: Flask, open_page: OpenPage, supplier: Supplier) -> None:
    sent = a_sent_quote(supplier)
    papers_are_ready(sent)
    visitor = guest(open_page(PHONE), served, office, sent)
    is_light(visit(Wire(visitor.page), visitor.base))


@pytest.mark.long
def test_the_first_visit_to_a_project(served: Product, office: Flask, open_page: OpenPage, deal: Deal) -> None:
    papers_are_ready(deal)
    visitor = guest(open_page(PHONE), served, office, deal)
    loaded = visit(Wire(visitor.page), visitor.base)
    expect(visitor.page.locator("#schedule .milestone")).to_have_count(8)
    expect(visitor.page.locator("#invoices .invoice-row")).to_have_count(4)
    expect(visitor.page.locator("#thread .message")).not_to_have_count(0)
    is_light(loaded)


@pytest.mark.long
def test_a_sign_off_is_one_round_trip(served: Product, office: Flask, open_page: OpenPage, deal: Deal) -> None:
    papers_are_ready(deal)
    visitor = guest(open_page(PHONE), served, office, deal)
    page, wire = visitor.page, Wire(visitor.page)
    visit(wire, visitor.base)
    whole = len(page.content())
    milestone = page.locator("#milestone-5")
    milestone.get_by_role("link", name="Sign off milestone 5").click()
    sign(visitor.sign_off, "signoff", APPROVER.name)
    untouched = page.locator("#milestone-7").element_handle()
    page.evaluate("window.stillHere = true")
    wire.forget()
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        visitor.sign_off.get_by_role("button", name="Sign off milestone 5").click()
    expect(milestone.locator(".told")).to_contain_text("Signed off. Thank you.")
    loaded = {request: size for request, size in wire.loaded().items() if "/news" not in request[1]}
    assert list(loaded) == [("POST", f"{visitor.base}/milestones/5/signoff")]
    assert sum(loaded.values()) <= MOST_OF_A_SIGN_OFF, loaded
    body = answered.value.text()
    assert re.findall(r'<hx-partial hx-target="#([\w-]+)"', body) == CHANGED
    assert len(body) < 0.6 * whole
    expect(page.locator("#invoices .invoice-row")).to_have_count(5)
    expect(page.locator("#progress")).to_have_text("5 of 8 signed off")
    assert page.evaluate("window.stillHere") is True
    assert untouched.evaluate("element => element.isConnected") is True
