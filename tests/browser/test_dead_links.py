"""A link that has run out, seen by the person who holds it: one button, without a script, and the mail that follows."""

import pytest
from flask import Flask

from milebill import clock
from milebill.models import Mail, MailKind
from tests.actors import PAYABLE, Supplier, a_sent_quote, an_accepted_project, sign_up
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.inspection import look_over
from tests.browser.test_pages import visit_all
from tests.rules import rows
from tests.servers.web import Product
from tests.ways_in import run_out, set_link, way_in

pytestmark = pytest.mark.browser


@pytest.fixture
def supplier(office: Flask) -> Supplier:
    return sign_up("Anna Lindqvist")


@pytest.mark.parametrize("scripts", [True, False])
def test_one_click_brings_a_new_one(
    served: Product, office: Flask, open_page: OpenPage, supplier: Supplier, scripts: bool
) -> None:
    deal = a_sent_quote(supplier)
    run_out(deal)
    page = open_page(PHONE, java_script_enabled=scripts)
    answer = page.goto(f"{served.url}/q/{deal.token(office)}/decision?choice=accept")
    assert answer is not None
    assert answer.status == 410
    page.get_by_role("button", name="Send me a new link").click()
    page.get_by_role("heading", name="Look in your mailbox").wait_for()
    if scripts:
        look_over(page)
    page.reload()  # sends the form again, and nobody gets a second mail
    page.get_by_role("heading", name="Look in your mailbox").wait_for()
    (mail,) = rows(Mail, Mail.kind == MailKind.LINK_RENEWED, Mail.link_id == deal.link())
    page.goto(f"{served.url}{way_in(office, mail.id)}")
    page.get_by_role("link", name="Accept", exact=True).first.wait_for()


@pytest.mark.long
def test_every_dead_end(served: Product, office: Flask, open_page: OpenPage, supplier: Supplier) -> None:
    expired, revoked, withdrawn = (a_sent_quote(supplier) for _ in range(3))
    project = an_accepted_project(supplier)
    run_out(expired), set_link(revoked, revoked_at=clock.now()), withdrawn.withdraw()
    bill = project.invoice_token(office)
    run_out(project, PAYABLE)
    page = open_page()
    visit_all(page, [f"{served.url}/q/{deal.token(office)}" for deal in (expired, revoked)], 410)
    visit_all(page, [f"{served.url}/i/{bill}"], 410)
    visit_all(page, [f"{served.url}/q/{withdrawn.token(office)}"])
