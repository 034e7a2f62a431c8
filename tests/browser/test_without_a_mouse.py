"""A client's page for whoever has no mouse, no wish for motion, or only paper."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.actors import BUYER, a_sent_quote, sign_up
from tests.browser.client_states import STATES
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.guest import guest
from tests.browser.keyboard import Keyboard
from tests.browser.scenes import Scene
from tests.servers.web import Product

pytestmark = pytest.mark.browser

_MOVES = """() => [...document.querySelectorAll('*')].flatMap(element => [null, '::before', '::after'].filter(part => {
  const style = getComputedStyle(element, part);
  const seconds = text => Math.max(...text.split(',').map(parseFloat));
  return seconds(style.transitionDuration) > 0 || seconds(style.animationDuration) > 0.001
    || style.scrollBehavior === 'smooth';
}).map(part => `${element.outerHTML.slice(0, 100)} ${part || ''}`))"""
ACTIONS = ".actionbar, .actions, form, button, nav, .skip, .told, .news"
_UNREAD = """() => [...document.querySelectorAll('details *')].filter(
  element => !element.matches('summary, summary *') && !element.checkVisibility({contentVisibilityAuto: true})
).map(element => element.outerHTML.slice(0, 100))"""


@pytest.mark.parametrize("viewport", [pytest.param(PHONE, marks=pytest.mark.long), DESK], ids=["phone", "desk"])
def test_the_whole_way_by_keys_alone(
    served: Product, office: Flask, open_page: OpenPage, viewport: dict[str, int]
) -> None:
    deal = a_sent_quote(sign_up("Anna Lindqvist"))
    visitor = guest(open_page(viewport), served, office, deal)
    page = visitor.open()
    keys = Keyboard(page)
    keys.press("Skip to the content")
    keys.is_led_to("main")
    keys.press("Accept")
    keys.is_led_to("#decision h3")
    keys.press("Accept quote")
    keys.is_led_to("#decision [aria-invalid=true]")
    expect(page.locator("#decision [role=alert]").first).to_contain_text("Nothing has been sent yet")
    page.locator("#decision h3").focus()
    keys.type_into("Street and number", BUYER["address_line_1"])
    keys.type_into("Town", BUYER["city"])
    keys.type_into("Your full name", visitor.name)
    keys.tick("I accept quote")
    keys.press("Accept quote")
    keys.is_led_to("#head .told")
    expect(page.locator("#head .told [role=status]")).to_contain_text("Accepted. Thank you.")

    deal.submit(2)
    page.reload()
    keys.press("Sign off milestone 2")
    keys.is_led_to("#act-2 h4")
    keys.press("Sign off milestone 2")
    keys.is_led_to("#signoff-name")
    page.keyboard.type(visitor.name)
    keys.tick("Milestone 2, Step 2, is done as agreed.")
    keys.press("Sign off milestone 2")
    keys.is_led_to("#milestone-2 .told")
    assert len(deal.invoice_ids()) == 2


@pytest.mark.parametrize("state", ["accept, refused", "signed off just now"])
def test_nothing_moves_for_whoever_wants_no_motion(
    served: Product, office: Flask, open_page: OpenPage, state: str
) -> None:
    page = _shown(open_page(PHONE, reduced_motion="reduce"), served, office, state)
    assert page.evaluate(_MOVES) == []
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(_MOVES) != []


@pytest.mark.parametrize("state", ["sign-off", "signed off just now", "all paid"])
def test_on_paper_there_is_everything_to_read_and_nothing_to_press(
    served: Product, office: Flask, open_page: OpenPage, state: str
) -> None:
    page = _shown(open_page(DESK), served, office, state)
    unread: int = len(page.evaluate(_UNREAD))
    page.emulate_media(media="print", color_scheme="dark")
    assert [one.get_attribute("class") for one in page.locator(ACTIONS).all() if one.is_visible()] == []
    assert page.evaluate(_UNREAD) == []
    assert unread or page.locator("details").count() == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_what_was_checked_is_printed(served: Product, office: Flask, open_page: OpenPage) -> None:
    page = _shown(open_page(DESK), served, office, "verify, genuine")
    page.emulate_media(media="print")
    expect(page.locator("#checked .notice")).to_have_count(3)
    for finding in page.locator("#checked .notice").all():
        expect(finding).to_be_visible()


def _shown(page: Page, served: Product, office: Flask, state: str) -> Page:
    STATES[state](Scene(office, sign_up("Anna Lindqvist"), page, served.url))
    return page
