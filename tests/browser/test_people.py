"""Colleagues by hand: forwarded from the page, let in by the mail, and taken off while their page stands open."""

import pytest
from flask import Flask
from playwright.sync_api import expect

from milebill.models import Link
from tests.actors import a_sent_quote, sign_up
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.guest import guest
from tests.browser.people import Mailbox, fill
from tests.colleagues import COLLEAGUE
from tests.rules import rows
from tests.servers.web import Product

pytestmark = pytest.mark.browser


@pytest.mark.long
def test_a_colleague_comes_and_goes(served: Product, office: Flask, open_page: OpenPage) -> None:
    deal = a_sent_quote(sign_up("Anna Lindqvist"))
    visitor = guest(open_page(PHONE), served, office, deal)
    page = visitor.open()
    page.evaluate("window.stillHere = true")
    people = page.locator("#people")
    people.get_by_role("link", name="Forward to a colleague").click()
    expect(people.get_by_role("heading", name="Forward to a colleague")).to_be_focused()
    fill(people, {"colleague_name": COLLEAGUE.name, "colleague_email": COLLEAGUE.email, "name": "Karl"})
    people.get_by_label("They may also accept").check()
    people.get_by_role("button", name="Forward").click()
    expect(page.locator("#forward-name")).to_be_focused()
    expect(people.get_by_label("They may also accept")).to_be_checked()
    fill(people, {"name": visitor.name})
    people.get_by_role("button", name="Forward").click()
    expect(people.locator(".told")).to_contain_text("Ben Vogt gets a link of their own")
    expect(people.locator("dt", has_text="Ben Vogt")).to_be_visible()

    mailbox = Mailbox(open_page(), served.url)
    mailbox.open(COLLEAGUE.email, "forwarded to you")
    colleague = mailbox.follow(open_page(), "/q/")
    expect(colleague.locator("#people")).to_contain_text("This page was made for Ben Vogt")

    people.get_by_role("link", name="Take Ben Vogt off").click()
    people.get_by_role("link", name="Leave it as it is").click()
    people.get_by_role("link", name="Take Ben Vogt off").click()
    fill(people, {"name": visitor.name})
    people.get_by_role("button", name="Take off").click()
    expect(people.locator(".told")).to_contain_text("Ben Vogt was taken off")
    assert page.evaluate("window.stillHere") is True

    colleague.locator("#people").get_by_role("link", name="Forward to a colleague").click()
    colleague.reload()
    expect(colleague.get_by_role("heading", level=1)).to_have_text("This link was switched off")
    (link,) = rows(Link, Link.id == deal.link(COLLEAGUE))
    assert link.revoked_at is not None
