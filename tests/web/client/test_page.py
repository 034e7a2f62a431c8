"""The client's page in every state of its life, and the conditional request that finds nothing new."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from milebill import clock
from milebill.db import reading, transaction
from milebill.domain.evidence import Evidence
from milebill.domain.quotes import expire_quotes
from milebill.models import Event, Link, LinkOpening, Quote
from tests.actors import (
    PAYABLE,
    Supplier,
    a_quote,
    a_sent_quote,
    a_submitted_milestone,
    an_accepted_project,
    shares,
)
from tests.checked import HOW, checked
from tests.web.client.conftest import Visit, on_sqlite, tree_of, words


def test_an_offer_says_what_it_is_what_it_costs_and_what_accepting_causes(guest: Visit, owner: Supplier) -> None:
    page = guest(a_sent_quote(owner, milestones=checked())).open()
    shown = words(page)
    assert page.status_code == 200
    for part in (
        "A new web site",
        "A quote for Inês Duarte, Łoś Verlag",
        "As discussed.",
        "Step 1",
        "It works.",
        f"Checked by: {HOW}",
        "Due on acceptance",
        "VAT 19%",
        "€1,900.00",
        "€11,900.00",
        "Accepting issues a deposit invoice over €3,570.00, due on",
        "Payable within 14 days.",
        "All invoices together come to exactly €11,900.00.",
        "Valid until",
    ):
        assert part in shown
    actions = tree_of(page).xpath("//aside[@id='actions']//a")
    assert [action.text for action in actions] == ["Accept", "Decline"]
    assert len(tree_of(page).xpath("//aside[@id='actions']//a[contains(@class, 'primary')]")) == 1


@on_sqlite
def test_an_offer_without_a_deposit_asks_for_nothing_yet(guest: Visit, owner: Supplier) -> None:
    shown = words(guest(a_sent_quote(owner, milestones=shares("50", "50"))).open())
    assert "Accepting asks for no money yet" in shown
    assert "deposit" not in shown


@on_sqlite
def test_text_from_people_is_text(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner, title="<script>alert(1)</script>", introduction="{{ 7*7 }} <b>bold</b>")
    page = guest(deal).open().get_data(as_text=True)
    assert "<script>alert" not in page
    assert "<b>bold" not in page
    assert "{{ 7*7 }}" in page


@on_sqlite
def test_the_form_never_carries_the_name_that_it_wants(guest: Visit, owner: Supplier) -> None:
    visitor = guest(a_sent_quote(owner, client_name="Duarte & Filhos"))
    for path in ("/decision?choice=accept", "/decision?choice=decline", ""):
        tree = tree_of(visitor.open(path))
        for form in tree.xpath("//form"):
            assert "duarte" not in " ".join(form.xpath(".//@*")).casefold()
            assert "duarte" not in form.text_content().casefold()
        for field in tree.xpath("//input[@name='name' or @name='consent']"):
            assert not field.get("value") or field.get("type") == "checkbox"
            assert field.get("checked") is None
            assert field.get("placeholder") is None
            assert field.get("type") == "checkbox" or field.get("autocomplete") == "off"


def test_a_project_says_what_waits_for_whom(guest: Visit, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    visitor = guest(deal)
    planned = words(visitor.open())
    assert "Studio Lindqvist is working on milestone 2, Step 2" in planned
    assert "Fell due when Inês Duarte accepted on" in planned
    assert "1 of 3 signed off" in planned
    assert "PO-7" in planned
    assert "Invoice 2" in planned

    deal.submit(2, "Look at this.", (Evidence(url="https://example.com/<b>"),))
    submitted = visitor.open()
    assert "Milestone 2, Step 2, is ready for your sign-off" in words(submitted)
    assert "Signing off issues the invoice over €5,355.00, due on" in words(submitted)
    assert f"It is mailed to {PAYABLE.email}." in words(submitted)
    link = tree_of(submitted).xpath("//a[@href='https://example.com/<b>']")[0]
    assert link.get("rel") == "noopener noreferrer"

    deal.request_changes(2, "The logo is blurred.")
    sent_back = words(visitor.open())
    assert "is working on your changes to milestone 2" in sent_back
    assert sent_back.count("The logo is blurred.") == 2  # at the milestone and in the thread

    deal.submit(2, "Sharp now.")
    deal.sign_off(2)
    signed = words(visitor.open())
    assert "Signed off by Inês Duarte on" in signed
    assert "2 of 3 signed off" in signed
    assert "The logo is blurred." in signed  # the thread keeps it


@on_sqlite
def test_what_was_taken_back_is_not_shown(guest: Visit, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    deal.submit(2, "", (Evidence(url="https://example.com/secret"),))
    deal.take_back(2)
    assert "example.com/secret" not in guest(deal).open().get_data(as_text=True)


@on_sqlite
def test_the_end_of_a_project(guest: Visit, owner: Supplier) -> None:
    deal = an_accepted_project(owner, milestones=shares("100"))
    deal.submit(1)
    deal.sign_off(1)
    visitor = guest(deal)
    owed = visitor.open()
    assert "Everything is signed off" in words(owed)
    assert "is due on" in words(owed)
    assert tree_of(owed).xpath("//aside//a[text()='How to pay']/@href")[0].startswith("/i/")
    with clock.at(clock.now() + timedelta(days=60)):
        assert "Overdue" in words(visitor.open())
        assert "was due on" in words(visitor.open())
    deal.pay(1_190_000, once="all")
    paid = words(visitor.open())
    assert "Everything is signed off and paid" in paid
    assert "Paid in full" in paid


def test_a_declined_quote_says_who_and_that_nothing_is_owed(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    deal.decline("The board said no.")
    page = guest(deal).open()
    assert "Inês Duarte declined this quote on" in words(page)
    assert "Nothing is owed." in words(page)
    assert "The board said no." in words(page)
    assert not tree_of(page).xpath("//form[contains(@action, 'decision')]")
    assert "What happens next" not in words(page)


@on_sqlite
def test_a_quote_that_ran_out_asks_for_a_new_one(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    visitor = guest(deal)
    with clock.at(clock.now() + timedelta(days=31)):
        before_the_clock = visitor.open()
        assert "This quote was valid until" in words(before_the_clock)
        assert "Accept this quote" not in words(visitor.open("/decision?choice=accept"))
        expire_quotes()
        assert "Ask for a new quote" in words(visitor.open())


@on_sqlite
def test_a_quote_that_was_taken_back(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    deal.withdraw()
    assert "Studio Lindqvist took this quote back on" in words(guest(deal).open())


def test_whoever_may_only_look_sees_no_form_and_who_decides(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    payable = guest(deal, PAYABLE)
    page = payable.open()
    assert "Who decides and signs off: Inês Duarte" in words(page)
    assert not tree_of(page).xpath("//a[contains(@href, 'decision')]")
    assert "Accept this quote" not in words(payable.open("/decision?choice=accept"))
    deal.accept()
    deal.submit(2)
    page = payable.open()
    assert "waiting for a sign-off on your side" in words(page)
    assert not tree_of(page).xpath("//a[contains(@href, 'signoff')]")
    assert "Sign off milestone 2" not in words(payable.open("/milestones/2/signoff"))


@on_sqlite
@pytest.mark.parametrize("token", ["x", "MQ", "MQ.forged", "a" * 3000, "%00", "MQ.\N{PILE OF POO}"])
def test_a_forged_link_opens_nothing(app: Flask, owner: Supplier, token: str) -> None:
    a_sent_quote(owner)
    browser = app.test_client()
    for path in ("", "/decision", "/milestones/1/signoff", "/milestones/1/changes", "/questions", "/news"):
        assert browser.get(f"/q/{token}{path}").status_code == 404
    assert browser.post(f"/q/{token}/decision?choice=accept").status_code == 404
    assert browser.get(f"/i/{token}").status_code == 404


@on_sqlite
def test_a_link_that_was_switched_off_or_ran_out(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    visitor = guest(deal)
    with transaction() as session:
        session.execute(update(Link).where(Link.id == deal.link()).values(expires_at=clock.now()))
    assert visitor.open().status_code == 410
    assert "run out" in words(visitor.open())
    with transaction() as session:
        session.execute(update(Link).where(Link.id == deal.link()).values(revoked_at=clock.now()))
    for path in ("", "/decision?choice=accept", "/news"):
        assert visitor.open(path).status_code == 410
    assert "switched off" in words(visitor.open())


@on_sqlite
def test_a_draft_has_no_page(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    visitor = guest(deal)
    with transaction() as session:
        session.execute(update(Quote).where(Quote.id == deal.quote_id).values(state="draft"))
    assert visitor.open().status_code == 404
    assert a_quote(owner).state() == "draft"


@on_sqlite
def test_only_the_right_methods(guest: Visit, owner: Supplier) -> None:
    visitor = guest(a_submitted_milestone(owner))
    assert visitor.send("").status_code == 405
    assert visitor.send("/news").status_code == 405
    for path in ("", "/decision", "/questions", "/milestones/2/signoff", "/milestones/2/changes"):
        assert visitor.client.put(visitor.base + path).status_code == 405
        assert visitor.client.delete(visitor.base + path).status_code == 405


def test_looking_changes_nothing(app: Flask, guest: Visit, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    visitor = guest(deal)
    with reading() as connection:
        before = connection.execute(select(Event.sequence, Event.hash).order_by(Event.id)).all()
    for path in (
        "", "/decision?choice=accept", "/decision?choice=decline", "/questions", "/milestones/2/signoff",
        "/milestones/2/changes", "/news?seen=1-0",
    ):  # fmt: skip
        assert visitor.open(path).status_code == 200
        assert visitor.client.head(visitor.base + path).status_code == 200
    app.extensions["openings"].flush()
    with reading() as connection:
        after = connection.execute(select(Event.sequence, Event.hash).order_by(Event.id)).all()
        opened = connection.scalars(select(LinkOpening.link_id)).all()
    assert after == before
    assert opened == [deal.link()]


@on_sqlite
@pytest.mark.parametrize(("count", "folds"), [(4, 0), (5, 5), (24, 24)])
def test_a_long_quote_stays_short(guest: Visit, owner: Supplier, count: int, folds: int) -> None:
    amounts = shares(*["=100"] * count)
    page = guest(a_sent_quote(owner, milestones=amounts, total=str(100 * count))).open()
    assert len(tree_of(page).xpath("//*[@id='offer']//details[not(@open)]")) == folds
    assert words(page).count("It is there.") == count  # what is folded is still said
