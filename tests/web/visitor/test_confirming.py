"""From a visitor's draft to a quote that is sent, and what nobody gets by it."""

from typing import Any

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import func, select

from milebill import clock
from milebill.db import reading, transaction
from milebill.domain.claiming import request_confirmation
from milebill.domain.open_drafts import begin_open_draft
from milebill.models import LoginLink, Mail, Quote, Workspace
from tests.actors import Supplier, a_draft
from tests.domain.test_open_drafts import NEWCOMER, visitor
from tests.snapshots import everything
from tests.web.supplier.forms import errors, text, values
from tests.web.visitor.people import SELLER, Visitor, confirm_address, kinds, login

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_from_nothing_to_a_sent_quote(nora: Visitor) -> None:
    link = nora.ask(nora.begin())
    before = everything()
    page = nora.client.get(link)
    assert "Confirm and send to ines@los-verlag.example" in text(page)
    assert everything() == before
    missing = errors(nora.confirm(link, legal_name="", tax_id="", country_code=""))
    assert set(missing) == {"legal_name", "tax_id", "country_code"}
    assert set(errors(nora.confirm(link, city="", tax_id="SE1", name="n" * 201))) == {"city", "tax_id", "name"}
    assert set(errors(nora.confirm(link, country_code="XX"))) == {"country_code"}
    assert everything() == before
    sent = nora.confirm(link)
    assert sent.location.startswith("/quotes/")
    assert "is on its way" in text(nora.client.get(sent.location))
    assert kinds() == ["confirm_draft", "quote_sent"]
    nora.browser._csrf = ""  # signing in began another session
    again = nora.browser.post(link, {**SELLER, "shown": ""})
    assert again.location == "/quotes"
    assert kinds() == ["confirm_draft", "quote_sent"]


def test_what_changed_meanwhile_is_shown_before_it_is_sent(nora: Visitor) -> None:
    address = nora.begin()
    link = nora.ask(address)
    shown = values(nora.client.get(link))["shown"]
    nora.post(f"{address}/totals", a_draft(approver_email="else@example.com"))
    answer = nora.browser.post(link, {**SELLER, "shown": shown})
    assert answer.status_code == 409
    assert "else@example.com" in text(answer)
    assert kinds() == ["confirm_draft"]
    assert nora.browser.post(link, {**SELLER, "shown": values(answer)["shown"]}).location.startswith("/quotes/")


def test_another_browser_is_told_nothing_and_needs_the_code(in_app: Flask, nora: Visitor) -> None:
    link = nora.ask(nora.begin(title="A secret plan"))
    other = Visitor(in_app)
    page = other.client.get(link)
    assert "secret" not in page.get_data(as_text=True)
    assert "ines@" not in page.get_data(as_text=True)
    refused = other.browser.post(link, {**SELLER, "shown": "", "code": "1"})
    assert (refused.status_code, kinds()) == (422, ["confirm_draft"])
    let_in = other.browser.post(link, {"code": login().code})
    assert let_in.location == link
    assert "Confirm and send to ines@los-verlag.example" in text(other.client.get(link))
    assert kinds() == ["confirm_draft"]
    assert "is on its way" in text(other.client.get(other.confirm(link).location))
    assert kinds() == ["confirm_draft", "quote_sent"]


def test_the_code_can_be_typed_where_it_was_asked_for(nora: Visitor) -> None:
    nora.ask(nora.begin())
    assert NEWCOMER in text(nora.client.get("/confirm/code"))
    assert nora.browser.post("/confirm/code", {"code": "1"}).status_code == 422
    confirm = nora.browser.post("/confirm/code", {"code": login().code}).location
    assert "Confirm and send to ines@los-verlag.example" in text(nora.client.get(confirm))
    assert kinds() == ["confirm_draft"]


def test_a_claimed_draft_opens_nothing_any_more(in_app: Flask, nora: Visitor) -> None:
    address = nora.begin()
    nora.confirm(nora.ask(address))
    before = everything()
    stranger = Visitor(in_app)
    for path in ("", "/preview", "/send"):
        answer = stranger.client.get(address + path)
        assert answer.status_code == 410
        assert "A new web site" not in answer.get_data(as_text=True)
    for path in ("", "/totals", "/send"):
        assert stranger.post(address + path, a_draft(title="Mine")).status_code == 410
    assert stranger.post("/d/new/totals", a_draft()).status_code == 410
    assert everything() == before


def test_two_people_confirm_one_draft(in_app: Flask, nora: Visitor) -> None:
    address, other = nora.begin(), Visitor(in_app)
    theirs = other.ask(address, "b@example.com")
    nora.confirm(nora.ask(address))
    assert other.client.get(theirs).status_code == 410
    assert other.browser.post(theirs, {"shown": ""}).status_code == 410


def test_no_page_elsewhere_can_write_in_a_visitors_name(nora: Visitor) -> None:
    address = nora.begin()
    link = nora.ask(address)
    before = everything()
    for path in (address, f"{address}/totals", f"{address}/send", "/d/new", "/d/new/totals", link):
        answer = nora.client.post(path, data={"email": "x@example.com"}, headers={"Origin": "https://evil.example"})
        assert answer.status_code in (400, 403)
    assert nora.client.post(link, data=SELLER).status_code == 400
    assert everything() == before


def test_links_that_have_run_out_or_never_were(in_app: Flask, nora: Visitor) -> None:
    link = nora.ask(nora.begin())
    with transaction() as session:
        session.get_one(LoginLink, login().id).expires_at = clock.now()
    assert nora.client.get(link).status_code == 410
    assert nora.browser.post(link, SELLER).status_code == 410
    assert nora.client.get(confirm_address(in_app, 99)).status_code == 404
    assert nora.client.get("/confirm/nothing").status_code == 404
    assert kinds() == ["confirm_draft"]


def test_mails_are_limited_in_words(nora: Visitor) -> None:
    address = nora.begin()
    for _ in range(5):
        nora.ask(address)
    answer = nora.send(address, NEWCOMER)
    assert answer.status_code == 429
    assert "several mails" in errors(answer)["email"]


def test_a_supplier_sends_with_their_settings(in_app: Flask, nora: Visitor, owner: Supplier) -> None:
    link = nora.ask(nora.begin(), owner.email)
    assert "legal_name" not in values(nora.client.get(link))
    assert nora.confirm(link).location.startswith("/quotes/")
    with reading() as connection:
        assert connection.scalar(select(Quote.workspace_id)) == owner.workspace_id


def test_amounts_in_other_habits_come_unsent(in_app: Flask, nora: Visitor, owner: Supplier) -> None:
    draft = a_draft(total="1.000", milestones=[{**a_draft()["milestones"][0], "value": "100"}])
    link = begin_open_draft(visitor(locale="de"), "german", draft)
    with nora.client as client:
        client.set_cookie("drafts", "browser")
        mailed = confirm_address(in_app, request_confirmation(link, owner.email, "browser"))
        answer = nora.confirm(mailed)
        assert answer.location.endswith("?check=send")
        assert "another way" in text(client.get(answer.location))
    assert "quote_sent" not in kinds()


def test_a_draft_that_became_unfinished_is_not_sent(nora: Visitor) -> None:
    address = nora.begin()
    link = nora.ask(address)
    nora.post(f"{address}/totals", a_draft(approver_email=""))
    assert nora.client.get(link).location == f"{address}?check=send"
    assert nora.browser.post(link, SELLER).location == f"{address}?check=send"
    assert kinds() == ["confirm_draft"]


def test_nothing_is_sent_by_whoever_only_opens(in_app: Flask, nora: Visitor) -> None:
    """A scanner opens every link, ticks everything and presses every button in a browser of its own."""
    link = nora.ask(nora.begin())
    scanner = Visitor(in_app)
    before = everything(without=("login_link",))
    for _ in range(3):
        page = html.document_fromstring(scanner.client.get(link).get_data(as_text=True))
        for form in page.forms:
            scanner.client.post(link, data=dict(form.form_values()) | {"code": "12345678"})
    assert everything(without=("login_link",)) == before


def count(model: Any) -> int:
    with reading() as connection:
        return connection.scalar(select(func.count()).select_from(model)) or 0


def test_a_hostile_visitor_mails_nobody(nora: Visitor) -> None:
    """With a draft that names a victim as the client, as accounts payable and as the second approver."""
    victim = "victim@example.com"
    draft = a_draft(approver_email=victim, ap_email=victim, second_name="V", second_email="v@example.com")
    address = nora.begin(**draft)
    for path in ("/send", "/preview", "/totals", ""):
        nora.client.post(address + path, data={"act": "send"})
    nora.post(address, draft, "save")
    nora.send(address, NEWCOMER, approver_email=victim)
    nora.browser.post(confirm_address(nora.app, login().id), {**SELLER, "shown": "0" * 64})
    with reading() as connection:
        assert set(connection.scalars(select(Mail.recipient))) == {NEWCOMER}
    assert count(Workspace) == 0
