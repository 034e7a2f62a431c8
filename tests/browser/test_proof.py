"""From the receipt's page to a file, and from the file to an answer: here, and on a machine without us."""

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.actors import an_issued_invoice, sign_up
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.inspection import look_over
from tests.browser.people import press
from tests.servers.web import Product

pytestmark = pytest.mark.browser


def saved(page: Page, label: str, folder: Path) -> Path:
    """Follow a link that saves a file."""
    with page.expect_download() as download:
        page.get_by_role("link", name=label, exact=True).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


@pytest.mark.parametrize("scripts", [True, pytest.param(False, marks=pytest.mark.long)])
def test_a_receipt_is_saved_and_checked(
    served: Product, office: Flask, open_page: OpenPage, tmp_path: Path, scripts: bool
) -> None:
    deal = an_issued_invoice(sign_up("Anna Lindqvist"))
    page = open_page(PHONE, java_script_enabled=scripts)
    page.goto(f"{served.url}/q/{deal.token(office)}")
    href = page.locator("a[href*='/receipts/']").first.get_attribute("href")
    page.goto(f"{served.url}{href}")
    receipt = saved(page, "Download as JSON", tmp_path)
    script = saved(page, "Check it offline: verify_receipt.py", tmp_path)
    offline = subprocess.run([sys.executable, "-I", "-S", script, receipt], capture_output=True, check=False)
    assert offline.returncode == 0, offline.stderr

    press(page, "Check it")
    expect(page.get_by_role("heading", level=1)).to_have_text("Is this receipt genuine?")
    page.get_by_label("The receipt’s file").set_input_files(receipt)
    press(page, "Check it")
    expect(page.get_by_role("heading", level=1)).to_have_text("This receipt is genuine")
    if scripts:
        look_over(page)

    text = receipt.read_text("utf-8")
    page.get_by_label("Or paste what stands in it").fill(text[:-100])
    press(page, "Check it")
    expect(page.locator("#text-error")).to_contain_text("a part of it is missing")
    expect(page.get_by_label("Or paste what stands in it")).to_have_value(text[:-100])
    page.get_by_label("Or paste what stands in it").fill(text.replace("Duarte", "Duarta"))
    press(page, "Check it")
    expect(page.get_by_role("heading", level=1)).to_have_text("This is not what was issued")
    if scripts:
        look_over(page)
