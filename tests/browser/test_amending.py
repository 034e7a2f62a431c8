"""Accounts payable with one invoice open: a purchase order number onto it, and no doubt that it arrived."""

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.actors import PAYABLE, an_accepted_project, sign_up
from tests.browser.conftest import PHONE, OpenPage
from tests.payables import versions
from tests.servers.web import Product

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("java_script", [pytest.param(True, marks=pytest.mark.long), False])
def test_a_purchase_order_number(served: Product, office: Flask, open_page: OpenPage, java_script: bool) -> None:
    deal = an_accepted_project(sign_up("Anna Lindqvist"))
    invoice_id = deal.invoice_ids()[0]
    page = open_page(PHONE, java_script_enabled=java_script)
    page.goto(f"{served.url}/i/{deal.invoice_token(office)}")
    details = page.locator("#details")

    page.get_by_role("link", name="Change details").first.click()
    expect(details.locator("form")).to_be_visible()
    details.get_by_role("link", name="Not now").click()
    expect(details.locator("form")).to_have_count(0)

    details.get_by_role("link", name="Change details").click()
    details.get_by_label("Purchase order number").fill("PO-8")
    details.get_by_role("button", name="Save").click()
    expect(details.get_by_text("Please fill this in.").first).to_be_visible()
    details.get_by_label("Your full name").fill(PAYABLE.name)
    details.get_by_role("button", name="Save").click()
    if java_script:
        expect(details.get_by_text("Done. Studio Lindqvist gets it by mail")).to_be_visible()
    expect(details.get_by_text("PO-7 → PO-8")).to_be_visible()
    expect(page.locator(".sheet").get_by_text("PO-8")).to_be_visible()
    assert versions(invoice_id)[-1].purchase_order_number == "PO-8"
