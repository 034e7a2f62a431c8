"""Plans to start from: opened, seen and chosen by keys alone, on the smallest screen, in both colours."""

import pytest
from flask import Flask
from playwright.sync_api import expect

from milebill.domain.plans import save_plan
from tests.actors import a_sent_quote, sign_up
from tests.browser.axe import change_colours, findings
from tests.browser.conftest import OpenPage
from tests.servers.web import Product

pytestmark = pytest.mark.browser


@pytest.mark.long
def test_a_plan_is_chosen_by_keys(served: Product, office: Flask, signed_in: OpenPage) -> None:
    supplier = sign_up("Anna Lindqvist")
    for name in ("Own", "Another of one's own"):
        save_plan(supplier.workspace_id, supplier.actor, a_sent_quote(supplier, title=name).quote_id, name)
    page = signed_in(supplier, {"width": 320, "height": 640})
    page.goto(f"{served.url}/quotes/new")
    page.get_by_text("Start from a plan").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Website")).to_be_visible()
    for scheme in ("light", "dark"):
        change_colours(page, scheme)
        assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for _key in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.querySelector('b')?.textContent") == "Website":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_text("Begun from the plan “Website”.")).to_be_visible()
    expect(page.get_by_label("Title").nth(1)).to_have_value("Deposit")
