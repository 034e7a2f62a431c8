"""A quote for two approvers on the client's page: whose turn it is, what the second one signs, what both read after."""

import pytest
from flask import Flask

from milebill.models import Mail, MailKind, Project, Role
from tests.actors import APPROVER, BUYER, PAYABLE, Supplier, a_sent_quote, browser_of
from tests.colleagues import OTHERS, forward
from tests.pairs import (
    OF_TWO,
    SECOND,
    a_milestone_for_two,
    a_quote_for_two,
    accept_as,
    an_accepted_project_of_two,
    sign_off_as,
)
from tests.revisions import revise
from tests.rules import rows
from tests.snapshots import everything
from tests.ways_in import way_in
from tests.web.client.conftest import Guest, Visit, errors, on_sqlite, parts, tree_of, words

COUNTERSIGN = "/decision?choice=accept"


def test_one_after_the_other(app: Flask, guest: Visit, owner: Supplier) -> None:
    deal = a_quote_for_two(owner)
    first = guest(deal)
    assert "Two people have to approve: Inês Duarte and Ben Vogt, whatever costs more than €3,000.00." in words(
        first.open()
    )
    answer = first.accept("swap", purchase_order_number="PO-77")
    assert answer.status_code == 200
    assert "Signed. It takes effect once Ben Vogt has signed too" in words(answer)
    page = words(first.open())
    assert "It is waiting for Ben Vogt" in page
    assert not tree_of(first.open()).xpath("//a[contains(@href, 'choice=accept')]")
    assert not tree_of(first.open(COUNTERSIGN)).xpath("//form[contains(@action, 'choice=accept')]")

    (mail,) = rows(Mail, Mail.kind == MailKind.SECOND_APPROVAL)
    second = Guest(way_in(app, mail.id), app.test_client())
    assert "Inês Duarte signed on" in words(second.open())
    assert "It is waiting for you" in words(second.open())
    form = second.open(COUNTERSIGN)
    for given in (BUYER["legal_name"], BUYER["city"], "PO-77", "I accept quote"):
        assert given in words(form)
    assert not tree_of(form).xpath("//input[@name='legal_name']")
    assert tree_of(form).xpath("//input[@id='accept-name']/@value") == [""]
    answer = second.send(COUNTERSIGN, **second.hidden(COUNTERSIGN), name="Ben Vogt", consent="y")
    assert (answer.status_code, deal.state()) == (303, "accepted")
    receipt = tree_of(first.open()).xpath("//a[contains(@href, '/receipts/')]/@href")[0].removeprefix(first.base)
    shown = words(first.open(receipt))
    assert "Ben Vogt accepted" in shown
    assert f"Signed first {APPROVER.name}, " in shown
    assert APPROVER.email in shown


@on_sqlite
def test_a_page_from_before_the_first_signature_signs_nothing(guest: Visit, owner: Supplier) -> None:
    deal = a_quote_for_two(owner)
    second = guest(deal, SECOND)
    old = second.hidden(COUNTERSIGN)
    accept_as(deal, APPROVER)
    answer = second.swap(COUNTERSIGN, **{**BUYER, **old, "name": "Ben Vogt", "consent": "y"})
    assert answer.status_code == 409
    assert "This page changed since you opened it" in words(answer)
    assert BUYER["legal_name"] in words(answer)
    assert not tree_of(answer).xpath("//input[@name='legal_name']")
    assert tree_of(answer).xpath("//input[@id='accept-name']/@value") == ["Ben Vogt"]
    assert not tree_of(answer).xpath("//input[@id='accept-consent']/@checked")
    assert deal.state() == "sent"
    fresh = tree_of(answer).xpath("//form[contains(@action, 'choice=accept')]//input[@name='content_hash']/@value")[0]
    assert second.send(COUNTERSIGN, content_hash=fresh, name="Ben Vogt", consent="y").status_code == 303
    assert deal.state() == "accepted"


@on_sqlite
def test_what_is_missing_from_the_second_signature(guest: Visit, owner: Supplier) -> None:
    deal = a_quote_for_two(owner)
    accept_as(deal, APPROVER)
    visitor = guest(deal, SECOND)
    before = everything(without=("link_opening",))
    hidden = visitor.hidden(COUNTERSIGN)
    assert set(errors(visitor.send(COUNTERSIGN, **hidden))) == {"accept-name", "accept-consent"}
    assert set(errors(visitor.send(COUNTERSIGN, **hidden, name="John Doe", consent="y"))) == {"accept-name"}
    assert everything(without=("link_opening",)) == before


@on_sqlite
@pytest.mark.parametrize("signed", [False, True])
def test_what_the_others_read(guest: Visit, owner: Supplier, signed: bool) -> None:
    deal = a_quote_for_two(owner)
    forward(deal, OTHERS[0], {Role.APPROVE})
    if signed:
        accept_as(deal, SECOND)
    for person in (OTHERS[0], PAYABLE):
        page = guest(deal, person).open()
        assert ("waiting for Inês Duarte" if signed else "Waiting for Inês Duarte and Ben Vogt") in words(page)
        assert not tree_of(page).xpath("//a[contains(@href, 'choice=accept')]")
    bold = guest(deal, OTHERS[0]).send(COUNTERSIGN, **BUYER, content_hash=deal.offer_hash(), name="Nora", consent="y")
    assert (bold.status_code, "Two people have to sign" in words(bold)) == (409, True)
    assert deal.state() == "sent"
    decline = guest(deal, OTHERS[0]).decline(name="Nora Nr0")
    assert (decline.status_code, deal.state()) == (303, "declined")


@on_sqlite
def test_a_second_click_of_the_first(guest: Visit, owner: Supplier) -> None:
    deal = a_quote_for_two(owner)
    visitor = guest(deal)
    form = {**visitor.hidden(COUNTERSIGN), **BUYER, "name": APPROVER.name, "consent": "y"}
    answers = [visitor.swap(COUNTERSIGN, **form) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert all("once Ben Vogt has signed too" in words(answer) for answer in answers)
    assert len(rows(Mail, Mail.kind == MailKind.SECOND_APPROVAL)) == 1


@on_sqlite
def test_a_newer_revision_begins_anew(guest: Visit, owner: Supplier) -> None:
    deal = a_quote_for_two(owner)
    accept_as(deal, APPROVER)
    revise(deal, **OF_TWO)
    for person in (APPROVER, SECOND):
        page = guest(deal, person).open()
        assert "Waiting for your decision" in words(page)
        assert "signed on" not in words(page)
        assert tree_of(guest(deal, person).open(COUNTERSIGN)).xpath("//input[@name='legal_name']")


@on_sqlite
def test_nobody_is_offered_to_take_off_whom_the_quote_names(in_app: Flask, guest: Visit, owner: Supplier) -> None:
    deal = a_quote_for_two(owner)
    offered = tree_of(guest(deal).open("/people")).xpath("//a[contains(@href, '/removal')]/text()")
    assert offered == ["Take Karl Ekman off"]
    answer = guest(deal).send(f"/people/{deal.link(SECOND)}/removal", name=APPROVER.name)
    assert (answer.status_code, "one of two who have to sign, so they stay" in words(answer)) == (409, True)
    browser = browser_of(in_app, owner)
    page = tree_of(browser.get(f"/quotes/{deal.quote_id}"))
    assert page.xpath("//a[contains(@href, '/removal')]/text()") == ["Take Karl Ekman off"]


def test_the_supplier_reads_how_far_it_is(in_app: Flask, owner: Supplier) -> None:
    deal, plain = a_quote_for_two(owner), a_sent_quote(owner)
    browser = browser_of(in_app, owner)
    assert "Two approve Inês Duarte and Ben Vogt" in words(browser.get(f"/quotes/{deal.quote_id}"))
    assert "Two approve" not in words(browser.get(f"/quotes/{plain.quote_id}"))
    accept_as(deal, APPROVER)
    assert "as the first of two" in words(browser.get(f"/quotes/{deal.quote_id}"))
    deal.withdraw()
    assert "You withdrew this quote." in words(browser.get(f"/quotes/{deal.quote_id}"))
    accepted = an_accepted_project_of_two(owner)
    assert "Ben Vogt accepted on" in words(browser.get(f"/quotes/{accepted.quote_id}"))
    accepted.submit(2)
    sign_off_as(accepted, APPROVER)
    (project,) = rows(Project, Project.quote_id == accepted.quote_id)
    assert "Inês Duarte signed on" in words(browser.get(f"/projects/{project.id}"))
    assert "It is waiting for Ben Vogt" in words(browser.get(f"/projects/{project.id}"))
    sign_off_as(accepted, SECOND)
    assert "It is waiting for" not in words(browser.get(f"/projects/{project.id}"))
    feed = words(browser.get("/dashboard"))
    assert "as the first of two; it waits for Ben Vogt." in feed


def test_two_sign_a_milestone_off(app: Flask, guest: Visit, owner: Supplier) -> None:
    deal = a_milestone_for_two(owner)
    first = guest(deal)
    path = "/milestones/2/signoff"
    assert "Nothing happens before Ben Vogt has signed too" in words(first.open())
    answer = first.swap(path, **first.hidden(path), name="Inês Duarte", consent="y")
    assert "Signed. It takes effect once Ben Vogt has signed too" in words(answer)
    page = first.open()
    assert "Milestone 2, Step 2: You signed on" in words(page)
    assert not tree_of(page).xpath(f"//a[contains(@href, '{path}')]")
    assert tree_of(page).xpath("//a[contains(@href, '/milestones/2/changes')]")
    assert not tree_of(first.open(path)).xpath(f"//form[contains(@action, '{path}')]")
    assert tree_of(first.open("/milestones/2/changes")).xpath("//form[contains(@action, '/milestones/2/changes')]")
    again = first.swap(path, content_hash=deal.submission_hash(), name="Inês Duarte", consent="y")
    assert (again.status_code, deal.milestone_state()) == (200, "submitted")

    mail = rows(Mail, Mail.kind == MailKind.SECOND_APPROVAL)[-1]
    second = Guest(way_in(app, mail.id), app.test_client())
    assert "Inês Duarte signed on" in words(second.open())
    signed = second.swap(path, **second.hidden(path), name="Ben Vogt", consent="y")
    assert "Signed off. Thank you. Invoice" in words(signed)
    assert deal.milestone_state() == "signed_off"
    receipts = tree_of(second.open()).xpath("//a[contains(@href, '/receipts/')]/@href")
    shown = [words(second.open(receipt.removeprefix(second.base))) for receipt in receipts]
    assert any("signed off milestone 2" in page and "Signed first Inês Duarte" in page for page in shown)


@on_sqlite
def test_what_the_others_read_of_a_milestone(guest: Visit, owner: Supplier) -> None:
    deal = a_milestone_for_two(owner)
    forward(deal, OTHERS[0], {Role.APPROVE})
    path = "/milestones/2/signoff"
    for person in (OTHERS[0], PAYABLE):
        page = guest(deal, person).open()
        assert "Waiting for Inês Duarte and Ben Vogt" in words(page)
        assert not tree_of(page).xpath(f"//a[contains(@href, '{path}')]")
    bold = guest(deal, OTHERS[0]).send(path, content_hash=deal.submission_hash(), name="Nora", consent="y")
    assert (bold.status_code, "Two people have to sign" in words(bold)) == (409, True)
    changes = {"content_hash": deal.submission_hash(), "reason": "No.", "name": "Nora"}
    assert guest(deal, OTHERS[0]).send("/milestones/2/changes", **changes).status_code == 303
    assert deal.milestone_state() == "changes_requested"


@on_sqlite
def test_a_form_that_the_second_one_fills_in_stays_when_news_come(guest: Visit, owner: Supplier) -> None:
    deal = a_quote_for_two(owner)
    accept_as(deal, APPROVER)
    visitor = guest(deal, SECOND)
    seen, shown = visitor.seen(), visitor.hidden(COUNTERSIGN)["content_hash"]
    deal.answer()
    assert parts(visitor.news(seen))[0] == "content"
    assert parts(visitor.news(seen, shown))[:2] == ["head", "thread"]
