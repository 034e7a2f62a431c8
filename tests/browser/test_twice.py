"""Whatever is done twice happens once: two tabs, two clicks, and the way back."""

import time

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, Response, expect

from milebill.models import Document
from tests.actors import Deal, a_sent_quote, a_submitted_milestone, sign_up
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.guest import Guest, guest
from tests.browser.people import sign
from tests.inside import wait_for
from tests.rules import rows
from tests.servers.web import Product

pytestmark = pytest.mark.browser

WITH_AND_WITHOUT = pytest.mark.parametrize("java_script", [True, False])


@pytest.fixture
def sent(office: Flask) -> Deal:
    return a_sent_quote(sign_up("Anna Lindqvist"))


@pytest.fixture
def submitted(office: Flask) -> Deal:
    return a_submitted_milestone(sign_up("Anna Lindqvist"))


def click_twice(button: Locator) -> None:
    """As fast as a hand that is used to double clicks."""
    button.evaluate("button => { button.click(); button.click(); }")


def posts(page: Page) -> list[Response]:
    """Fills with the answers to what the page sends from now on."""
    answers: list[Response] = []
    page.on("response", lambda one: answers.append(one) if one.request.method == "POST" else None)
    return answers


@pytest.mark.parametrize("java_script", [True, pytest.param(False, marks=pytest.mark.long)])
def test_a_double_click_accepts_once(
    served: Product, office: Flask, open_page: OpenPage, sent: Deal, java_script: bool
) -> None:
    visitor = guest(open_page(PHONE, java_script_enabled=java_script), served, office, sent)
    page = visitor.open("/decision?choice=accept")
    visitor.fill_acceptance()
    answers = posts(page)
    button = visitor.acceptance.get_by_role("button", name="Accept quote")
    if java_script:
        click_twice(button)
    else:
        button.dblclick()
    expect(page.locator("#invoices .invoice-row")).to_have_count(1)
    assert all(answer.status < 400 for answer in answers)
    assert len(sent.invoice_ids()) == 1


@pytest.mark.long
def test_a_double_click_signs_off_once(served: Product, office: Flask, open_page: OpenPage, submitted: Deal) -> None:
    visitor = guest(open_page(PHONE), served, office, submitted)
    page = visitor.open("/milestones/2/signoff")
    sign(visitor.sign_off, "signoff", visitor.name)
    answers = posts(page)
    click_twice(visitor.sign_off.get_by_role("button", name="Sign off milestone 2"))
    expect(page.locator("#invoices .invoice-row")).to_have_count(2)
    assert [answer.status for answer in answers] == [200]
    assert len(submitted.invoice_ids()) == 2


@pytest.mark.long
def test_a_second_tab_gets_the_first_ones_receipt(
    served: Product, office: Flask, open_page: OpenPage, submitted: Deal
) -> None:
    first = guest(open_page(PHONE), served, office, submitted)
    second = Guest(first.page.context.new_page(), first.base, first.name)
    for tab in (first, second):
        tab.open("/milestones/2/signoff")
        sign(tab.sign_off, "signoff", tab.name)
    for tab in (first, second):
        tab.sign_off.get_by_role("button", name="Sign off milestone 2").click()
        expect(tab.page.locator("#milestone-2")).to_contain_text("Signed off by Inês Duarte")
        expect(tab.page.locator("#invoices .invoice-row")).to_have_count(2)
    expect(second.page.locator("#milestone-2 .told")).to_contain_text("had been signed off already")
    assert len(submitted.invoice_ids()) == 2


@pytest.mark.long
@WITH_AND_WITHOUT
def test_two_tabs_that_want_different_things(
    served: Product, office: Flask, open_page: OpenPage, sent: Deal, java_script: bool
) -> None:
    """The second one is told what the first has done, and sees it."""
    accepts = guest(open_page(PHONE, java_script_enabled=java_script), served, office, sent)
    declines = Guest(accepts.page.context.new_page(), accepts.base, accepts.name)
    accepts.open("/decision?choice=accept")
    accepts.fill_acceptance()
    page = declines.open("/decision?choice=decline")
    page.locator("#decline-reason").fill("Too dear.")
    sign(page.locator("#decision form"), "decline", declines.name)
    accepts.acceptance.get_by_role("button", name="Accept quote").click()
    expect(accepts.page.locator("#schedule")).to_be_visible()
    page.get_by_role("button", name="Decline quote").click()
    expect(page.locator("#head .told")).to_contain_text("This quote had been accepted already. Nothing was changed.")
    expect(page.locator("#schedule")).to_be_visible()
    assert (sent.state(), len(sent.invoice_ids())) == ("accepted", 1)

    sent.submit(2)
    signs, asks = accepts, declines
    signs.open("/milestones/2/signoff")
    sign(signs.sign_off, "signoff", signs.name)
    page = asks.open("/milestones/2/changes")
    page.locator("#changes-reason").fill("Not yet.")
    page.locator("#changes-name").fill(asks.name)
    page.locator("#act-2 form").get_by_role("button", name="Request changes").click()
    expect(page.locator("#milestone-2")).to_contain_text("Changes requested")
    signs.sign_off.get_by_role("button", name="Sign off milestone 2").click()
    expect(signs.page.locator("#head .told")).to_contain_text("Changes had been requested in the meantime.")
    expect(signs.page.locator("#milestone-2")).to_contain_text("Not yet.")
    assert len(sent.invoice_ids()) == 1


@pytest.mark.long
def test_a_tab_from_yesterday_shows_how_things_stand(
    served: Product, office: Flask, open_page: OpenPage, submitted: Deal
) -> None:
    """The milestone was taken back and handed over anew: what was typed stays, the tick does not."""
    visitor = guest(open_page(PHONE), served, office, submitted)
    page = visitor.open("/milestones/2/signoff")
    sign(visitor.sign_off, "signoff", visitor.name, "Publisher")
    submitted.take_back(2)
    submitted.submit(2, "A better version.")
    visitor.sign_off.get_by_role("button", name="Sign off milestone 2").click()
    expect(page.locator("#head .told")).to_contain_text("This page changed since you opened it")
    expect(page.locator("#milestone-2")).to_contain_text("A better version.")
    expect(page.locator("#signoff-name")).to_have_value(visitor.name)
    expect(page.locator("#signoff-job")).to_have_value("Publisher")
    expect(page.locator("#signoff-consent")).not_to_be_checked()
    assert len(submitted.invoice_ids()) == 1
    page.locator("#signoff-consent").check()
    visitor.sign_off.get_by_role("button", name="Sign off milestone 2").click()
    expect(page.locator("#invoices .invoice-row")).to_have_count(2)


@pytest.mark.long
def test_a_tab_from_before_the_withdrawal(served: Product, office: Flask, open_page: OpenPage, sent: Deal) -> None:
    visitor = guest(open_page(PHONE), served, office, sent)
    page = visitor.open("/decision?choice=accept")
    visitor.fill_acceptance()
    sent.withdraw()
    visitor.acceptance.get_by_role("button", name="Accept quote").click()
    expect(page.get_by_text("Nothing was changed.")).to_be_visible()
    assert sent.invoice_ids() == []


@pytest.mark.long
@WITH_AND_WITHOUT
def test_back_after_accepting(
    served: Product, office: Flask, open_page: OpenPage, sent: Deal, java_script: bool
) -> None:
    """The way back leads to no form that could be sent again by mistake."""
    visitor = guest(open_page(PHONE, java_script_enabled=java_script), served, office, sent)
    page = visitor.open()
    page.locator("#actions").get_by_role("link", name="Accept").click()
    visitor.fill_acceptance()
    visitor.acceptance.get_by_role("button", name="Accept quote").click()
    expect(page.locator("#schedule")).to_be_visible()
    page.goto(f"{served.url}/healthz")
    page.go_back()
    expect(page.locator("#schedule")).to_be_visible()
    if not java_script:
        page.go_back()  # to the form's own address
        expect(page.locator("#schedule")).to_be_visible()
    expect(visitor.acceptance).to_have_count(0)
    assert len(sent.invoice_ids()) == 1


@pytest.mark.long
@WITH_AND_WITHOUT
def test_back_after_signing_off(
    served: Product, office: Flask, open_page: OpenPage, submitted: Deal, java_script: bool
) -> None:
    visitor = guest(open_page(PHONE, java_script_enabled=java_script), served, office, submitted)
    page = visitor.open("/milestones/2/signoff")
    sign(visitor.sign_off, "signoff", visitor.name)
    visitor.sign_off.get_by_role("button", name="Sign off milestone 2").click()
    expect(page.locator("#invoices .invoice-row")).to_have_count(2)
    page.goto(f"{served.url}/healthz")
    for _ in range(1 if java_script else 2):  # without, the form's own address is one page further back
        page.go_back()
        expect(page.locator("#milestone-2")).to_contain_text("Signed off by Inês Duarte")
        expect(visitor.sign_off).to_have_count(0)
    assert len(submitted.invoice_ids()) == 2


@pytest.mark.long
def test_the_way_back_asks_again_and_costs_little(
    served: Product, office: Flask, open_page: OpenPage, sent: Deal
) -> None:
    """A page that has not changed is answered by 304, on the way back as on a reload."""
    wait_for(lambda: all(row.state == "ready" for row in rows(Document, Document.quote_id == sent.quote_id)))
    page = guest(open_page(PHONE), served, office, sent).open()
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    answers: list[int] = []
    network.on("Network.responseReceivedExtraInfo", lambda event: answers.append(event["statusCode"]))
    page.reload()
    _hear_of(304, page, answers)
    page.goto(f"{served.url}/healthz")
    answers.clear()
    page.go_back()
    expect(page.locator("#decision")).to_be_visible()
    _hear_of(304, page, answers)


def _hear_of(status: int, page: Page, answers: list[int]) -> None:
    """The network is told of a little later than the page."""
    deadline = time.monotonic() + 30
    while status not in answers:
        assert time.monotonic() < deadline, answers
        page.wait_for_timeout(20)
