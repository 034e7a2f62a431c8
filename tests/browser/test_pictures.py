"""The README's pictures, taken of the demo: `MILEBILL_PICTURES=write make test ARGS=tests/browser/test_pictures.py`."""

import os

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from milebill import ROOT
from milebill.demo import seed_demo
from tests.browser.conftest import DESK, PHONE, OpenPage, office_of
from tests.browser.people import press
from tests.servers.database import new_app
from tests.servers.web import Product, StartProduct

PICTURES = ROOT / "docs" / "pictures"
MOST_BYTES = 300_000

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        os.environ.get("MILEBILL_PICTURES") != "write", reason="pictures are only taken with MILEBILL_PICTURES=write"
    ),
]


def seeded(product: Product) -> dict[str, str]:
    """Fill the product with the demo; its links by name: supplier, client, outbox."""
    with new_app(office_of(product)) as app:
        return _links(app)


def _links(app: Flask) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in seed_demo(app))


def take(page: Page, name: str) -> None:
    """Keep what the window shows; the page has settled, so nobody sees it move."""
    page.evaluate("document.fonts.ready")
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / name, animations="disabled", caret="hide")
    assert (PICTURES / name).stat().st_size <= MOST_BYTES


def test_the_pictures_of_the_readme(start_product: StartProduct, open_page: OpenPage) -> None:
    product = start_product()
    links = seeded(product)
    desk, phone = open_page(DESK), open_page(PHONE)
    for page, name in ((desk, "client.png"), (phone, "client-phone.png")):
        page.goto(links["client"])
        expect(page.get_by_text("being prepared")).to_have_count(0, timeout=60_000)
        take(page, name)
    desk.goto(links["supplier"])
    press(desk, "Sign in")
    desk.wait_for_url("**/dashboard")
    expect(desk.locator("#feed li").first).to_be_visible()
    take(desk, "dashboard.png")
