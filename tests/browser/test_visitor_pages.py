"""The pages around a visitor's draft: axe-core finds nothing at a phone's width and at a desk's, light and dark."""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import change_colours, findings
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.reach import NARROW, beyond
from tests.servers.web import Product

pytestmark = [pytest.mark.browser, pytest.mark.long]

PAGES = ("", "/preview", "/import", "/pdf", "/removal", "/send")


def test_nothing_is_found_around_a_draft(served: Product, open_page: OpenPage) -> None:
    page = open_page(PHONE, reduced_motion="reduce")
    page.goto(f"{served.url}/")
    page.locator("#milestones-1-criteria").fill(
        "The site is fast, pretty, etc.\nThe plan is signed.\n→ her letter\nEach of the 12 pages loads in at most 2 s"
    )
    page.locator("#title").fill("A book about lighthouses")
    expect(page.locator("#saved")).to_contain_text("Saved")
    expect(page.locator("#milestones-1-criteria-check mark").first).to_have_text("fast")
    expect(page.locator("#milestones-1-criteria-check .proofs li")).to_have_count(2)
    draft = page.url
    assert "/d/" in draft
    found = []
    for address in (*(f"{draft}{path}" for path in PAGES), f"{served.url}/shortcuts", f"{served.url}/guide"):
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok, address
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            for colours in ("light", "dark"):
                change_colours(page, colours)
                found += [f"{address}, {size['width']}, {colours}: {finding}" for finding in findings(page)]
        page.set_viewport_size(NARROW)
        found += [f"{address}: {what}" for what in beyond(page)]
    assert not found, "\n".join(found)
