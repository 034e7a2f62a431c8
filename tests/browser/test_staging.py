"""The supplier chooses files while writing: they are uploaded at once, and outlive every error of the form."""

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.actors import an_accepted_project, sign_up
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.inspection import look_over
from tests.servers.web import Product
from tests.web.supplier.test_projects import home

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("java_script", [pytest.param(True, marks=pytest.mark.long), False])
def test_files_outlive_a_form_with_errors(
    served: Product, office: Flask, signed_in: OpenPage, a_file: Path, java_script: bool
) -> None:
    supplier = sign_up("Anna Lindqvist")
    deal = an_accepted_project(supplier)
    page = signed_in(supplier, PHONE if java_script else DESK, java_script_enabled=java_script)
    page.goto(f"{served.url}{home(deal)}/milestones/2/submission")
    page.get_by_label("What is done").fill("Everything is on the beta server.")
    page.locator("#files").set_input_files(a_file)
    staged = page.locator("#files-staged li")
    if java_script:
        expect(staged).to_contain_text(a_file.name)
        assert page.locator("#files").input_value() == ""
        expect(page.get_by_label("What is done")).to_have_value("Everything is on the beta server.")
        look_over(page)
    page.locator("#links").fill("not an address")
    page.get_by_role("button", name="Submit for sign-off").click()
    expect(page.locator("#links-error")).to_be_visible()
    expect(staged).to_have_count(1)
    expect(staged.get_by_role("checkbox")).to_be_checked()
    look_over(page)
    page.locator("#links").fill("https://beta.example")
    page.get_by_role("button", name="Submit for sign-off").click()
    page.wait_for_url(f"**{home(deal)}#milestone-2")
    expect(page.locator("#milestone-2")).to_contain_text(a_file.name)
