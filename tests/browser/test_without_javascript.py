"""The client's half with JavaScript off: plain pages and forms, and no mistake costs what was typed."""

import pytest
from flask import Flask
from playwright.sync_api import Locator, expect

from tests.actors import Deal, a_sent_quote, a_submitted_milestone, sign_up
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.guest import Guest, guest
from tests.browser.people import press
from tests.servers.web import Product

pytestmark = pytest.mark.browser


@pytest.fixture
def visitor(served: Product, office: Flask, open_page: OpenPage) -> Guest:
    """Inês, before a quote, in a browser that runs no scripts."""
    return _plain(served, office, open_page, a_sent_quote(sign_up("Anna Lindqvist")))


def _plain(served: Product, office: Flask, open_page: OpenPage, deal: Deal) -> Guest:
    return guest(open_page(PHONE, java_script_enabled=False), served, office, deal)


def error_of(field: Locator) -> Locator:
    """The error that stands beside a field, as a screen reader finds it."""
    expect(field).to_have_attribute("aria-invalid", "true")
    described = (field.get_attribute("aria-describedby") or "").split()
    return field.page.locator(f"#{described[-1]}")


def test_accepting_with_every_mistake_on_the_way(visitor: Guest) -> None:
    page = visitor.open()
    page.locator("#actions").get_by_role("link", name="Accept").click()
    form = visitor.acceptance
    visitor.fill_acceptance({"legal_name": "Łoś & Söhne <Verlag>", "tax_id": "DE129273398"})
    name, box = form.locator("#accept-name"), form.locator("#accept-consent")

    name.fill("")
    form.get_by_role("button", name="Accept quote").click()
    expect(error_of(name)).to_have_text("Please fill this in.")
    expect(name).to_be_focused()
    expect(box).to_be_checked()
    expect(form.locator("[name='legal_name']")).to_have_value("Łoś & Söhne <Verlag>")

    name.fill("Rolf Rival")
    form.get_by_role("button", name="Accept quote").click()
    expect(error_of(name)).to_contain_text("made for somebody else")
    expect(name).to_have_value("Rolf Rival")

    name.fill("ines duarte")
    box.uncheck()
    form.get_by_role("button", name="Accept quote").click()
    expect(error_of(box)).to_have_text("Please tick the box if you agree.")
    expect(name).to_have_value("ines duarte")
    expect(form.locator("[name='tax_id']")).to_have_value("DE129273398")
    expect(form.locator("[name='country_code']")).to_have_value("DE")

    box.check()
    form.get_by_role("button", name="Accept quote").click()
    expect(page).to_have_url(visitor.base)
    expect(page.locator("#schedule")).to_contain_text("Step 2")
    expect(page.locator("#agreement")).to_contain_text("Łoś & Söhne <Verlag>")
    expect(page.locator("#invoices .invoice-row")).to_have_count(1)


def test_asking_a_question(visitor: Guest) -> None:
    page = visitor.open()
    form = page.locator("#questions form")
    form.locator("#question-text").fill("Could it be\na Saturday?")
    press(page, "Send message")
    expect(error_of(form.locator("#question-name"))).to_have_text("Please fill this in.")
    expect(form.locator("#question-text")).to_have_value("Could it be\na Saturday?")
    form.locator("#question-name").fill(visitor.name)
    press(page, "Send message")
    expect(page.locator("#thread .message")).to_have_count(1)
    expect(page.locator("#thread .message-text")).to_have_text("Could it be\na Saturday?")
    expect(form.locator("#question-text")).to_have_value("")


def test_declining_needs_a_reason(visitor: Guest) -> None:
    page = visitor.open("/decision?choice=decline")
    form = page.locator("form[action$='/decision?choice=decline']")
    form.locator("#decline-name").fill(visitor.name)
    form.locator("#decline-consent").check()
    form.get_by_role("button", name="Decline quote").click()
    expect(error_of(form.locator("#decline-reason"))).to_have_text("Please fill this in.")
    expect(form.locator("#decline-name")).to_have_value(visitor.name)
    form.locator("#decline-reason").fill("Too dear.")
    form.get_by_role("button", name="Decline quote").click()
    expect(page.locator("#thread")).to_contain_text("Too dear.")
    expect(page.locator("#decision form")).to_have_count(0)


def test_requesting_changes_and_signing_off(served: Product, office: Flask, open_page: OpenPage) -> None:
    deal = a_submitted_milestone(sign_up("Anna Lindqvist"))
    visitor = _plain(served, office, open_page, deal)
    page = visitor.open()
    press(page, "Go through the criteria")
    form = page.locator("form[action$='/criteria']")
    form.get_by_label("Accept").first.check()
    form.get_by_label("Not yet").last.check()
    form.locator("#reason-2").fill("Half of it is missing.")
    form.get_by_role("button", name="Send my decisions").click()
    expect(error_of(form.locator("#criteria-name"))).to_have_text("Please fill this in.")
    expect(form.locator("#reason-2")).to_have_value("Half of it is missing.")
    expect(form.get_by_label("Accept").first).to_be_checked()
    form.locator("#criteria-name").fill(visitor.name)
    form.get_by_role("button", name="Send my decisions").click()
    expect(page.locator("#milestone-2")).to_contain_text("Changes requested")
    expect(page.locator("#milestone-2")).to_contain_text("Not yet: Half of it is missing.")
    expect(page.locator("#milestone-2")).to_contain_text("Accepted by Inês Duarte on")

    deal.submit(2, "Now it is whole.")
    page.reload()
    press(page, "Sign off milestone 2")
    visitor.sign_off.locator("#signoff-name").fill(visitor.name)
    visitor.sign_off.get_by_role("button", name="Sign off milestone 2").click()
    expect(error_of(visitor.sign_off.locator("#signoff-consent"))).to_contain_text("tick the box")
    visitor.sign_off.locator("#signoff-consent").check()
    visitor.sign_off.get_by_role("button", name="Sign off milestone 2").click()
    expect(page).to_have_url(f"{visitor.base}#milestone-2")
    expect(page.locator("#milestone-2")).to_contain_text("Signed off by Inês Duarte")
    expect(page.locator("#invoices .invoice-row")).to_have_count(2)
