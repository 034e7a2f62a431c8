"""An open page catches up with what the others did, and leaves alone what is being typed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from milebill import clock
from milebill.db import transaction
from milebill.domain.quotes import expire_quotes
from milebill.models import Document, Quote
from tests.actors import (
    PAYABLE,
    Deal,
    Supplier,
    a_sent_quote,
    a_submitted_milestone,
    an_accepted_project,
    an_issued_invoice,
)
from tests.web.client.conftest import Guest, Visit, on_sqlite, parts, tree_of, words

OFFER = ["content", "actions", "news", "announced"]
PROJECT = ["head", "schedule", "money", "agreement", "thread", "actions", "news", "announced"]


def told(response: TestResponse) -> str:
    """What the open page says about the change, without its link."""
    (announced,) = tree_of(response).xpath("//hx-partial[@hx-target='#announced']")
    return " ".join(announced.xpath(".//p")[0].text_content().split()).removesuffix(" Show me")


def test_there_is_no_news_until_somebody_acts(guest: Visit, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    visitor = guest(deal)
    seen = visitor.seen()
    quiet = visitor.news(seen)
    assert (quiet.status_code, quiet.data) == (204, b"")
    deal.answer("It is on the beta server.")
    answer = visitor.news(seen)
    assert parts(answer) == PROJECT
    assert "It is on the beta server." in words(answer)
    assert told(answer) == "Studio Lindqvist has answered."
    now = tree_of(answer).xpath("//*[@id='seen']/@value")[0]
    assert visitor.news(now).status_code == 204
    deal.ask()
    assert told(visitor.news(now)) == "Somebody on your side updated this page."


@on_sqlite
@pytest.mark.parametrize(
    ("begin", "act", "said", "anchor"),
    [
        (an_accepted_project, lambda deal: deal.submit(2), "has put milestone 2 before you.", "#milestone-2"),
        (a_submitted_milestone, lambda deal: deal.take_back(2), "has taken milestone 2 back to work on it.",
         "#milestone-2"),
        (a_sent_quote, lambda deal: deal.answer("Yes."), "has answered.", "#questions"),
        (a_sent_quote, lambda deal: deal.withdraw(), "has taken this quote back.", "#head"),
        (an_issued_invoice, lambda deal: deal.pay(100, once="p"), "has recorded your payment. Thank you.", "#money"),
    ],
)  # fmt: skip
def test_what_the_supplier_did_is_said_and_shown(
    guest: Visit,
    owner: Supplier,
    begin: Callable[[Supplier], Deal],
    act: Callable[[Deal], object],
    said: str,
    anchor: str,
) -> None:
    deal = begin(owner)
    visitor = guest(deal)
    seen = visitor.seen()
    act(deal)
    answer = visitor.news(seen)
    assert parts(answer) == (OFFER if begin is a_sent_quote else PROJECT)
    assert told(answer) == f"Studio Lindqvist {said}"
    page = tree_of(visitor.open())
    assert tree_of(answer).xpath("//hx-partial[@hx-target='#announced']//a/@href") == [anchor]
    assert page.xpath(f"//*[@id='{anchor[1:]}']")


@on_sqlite
def test_the_clock_is_news_too(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    visitor = guest(deal)
    seen = visitor.seen()
    with clock.at(clock.now() + timedelta(days=31)):
        expire_quotes()
        assert told(visitor.news(seen)) == "This page was updated."


@on_sqlite
@pytest.mark.parametrize("seen", ["", "x-y", "-1", "1-0-project", "9" * 5000, "\N{SUPERSCRIPT TWO}-1"])
def test_whoever_says_nonsense_gets_the_page_of_now(guest: Visit, owner: Supplier, seen: str) -> None:
    assert parts(guest(a_sent_quote(owner)).news(seen)) == OFFER


@on_sqlite
def test_an_open_form_is_left_alone_while_what_it_decides_on_stands(guest: Visit, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    visitor = guest(deal)
    seen = visitor.seen()
    form = tree_of(visitor.open("/milestones/2/signoff"))
    deal.answer("It is on the beta server.")
    (shown,) = form.xpath("//*[@id='act-2']//input[@name='content_hash']/@value")
    answer = visitor.news(seen, shown)
    assert set(PROJECT) - set(parts(answer)) == {"schedule"}
    assert [part for part in parts(answer) if part.startswith("milestone-")] == ["milestone-1", "milestone-3"]
    # The form has the button; the bar beside the total does not offer it again.
    assert not tree_of(answer).xpath("//*[@id='actions']//a")
    assert tree_of(visitor.news(seen)).xpath("//*[@id='actions']//a")


def take_back(deal: Deal) -> None:
    deal.take_back(2)


def submit_anew(deal: Deal) -> None:
    deal.take_back(2)
    deal.submit(2, "Another one")


@on_sqlite
@pytest.mark.parametrize("act", [take_back, submit_anew])
def test_a_form_whose_milestone_changed_stays_and_says_so(
    guest: Visit, owner: Supplier, act: Callable[[Deal], None]
) -> None:
    deal = a_submitted_milestone(owner)
    visitor = guest(deal)
    seen, shown = visitor.seen(), visitor.hidden("/milestones/2/signoff")["content_hash"]
    act(deal)
    answer = visitor.news(seen, shown)
    assert parts(answer) == ["announced"]
    assert "what you typed is still here" in told(answer)
    assert tree_of(answer).xpath("//a/@href") == [visitor.base]


@on_sqlite
def test_so_does_one_whose_quote_was_taken_back(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    visitor = guest(deal)
    seen, shown = visitor.seen(), visitor.hidden("/decision?choice=decline")["content_hash"]
    deal.ask()
    assert parts(visitor.news(seen, shown)) == ["head", "thread", "actions", "news", "announced"]
    deal.withdraw()
    assert parts(visitor.news(seen, shown)) == ["announced"]


@on_sqlite
def test_an_act_on_an_older_page_brings_all_that_it_missed(guest: Visit, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    visitor = guest(deal)
    seen = visitor.seen()
    deal.answer("It is on the beta server.")
    answer = visitor.sign_off(how="swap", seen=seen)
    assert set(PROJECT) - set(parts(answer)) == {"schedule"}
    assert [part for part in parts(answer) if part.startswith("milestone-")] == [f"milestone-{n}" for n in (1, 3, 2)]
    assert "It is on the beta server." in words(answer)
    assert visitor.news(tree_of(answer).xpath("//*[@id='seen']/@value")[-1]).status_code == 204


@on_sqlite
def test_a_paper_that_got_ready_swaps_in_by_itself(guest: Visit, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    visitor = guest(deal)
    page = visitor.open()
    assert "The PDF is being prepared" in words(page)
    (trigger,) = tree_of(page).xpath("//*[@id='news']/@hx-trigger")
    assert trigger == "every 2s"
    with transaction() as session:
        session.execute(update(Document).values(state="ready", sha256="0" * 64))
        session.execute(update(Quote).values(documents_ready=Quote.documents_ready + 5))
    answer = visitor.news(tree_of(page).xpath("//*[@id='seen']/@value")[0])
    assert parts(answer) == ["money", "agreement", "news"]
    assert "being prepared" not in answer.get_data(as_text=True)
    assert 'hx-trigger="every 10s"' in answer.get_data(as_text=True)


@on_sqlite
def test_an_offer_that_a_colleague_accepted_becomes_the_project(app: Flask, guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    visitor = guest(deal)
    seen, shown = visitor.seen(), visitor.hidden("/decision?choice=accept")["content_hash"]
    deal.accept()
    answer = visitor.news(seen)
    assert parts(answer) == ["content", "actions", "news", "announced"]
    assert tree_of(answer).xpath("//hx-partial[1]/@hx-swap") == ["innerMorph"]
    assert "Invoices" in words(answer)
    assert parts(visitor.news(seen, shown)) == ["announced"]
    answer = visitor.swap("/questions", text="Was that you?", name="Inês", once="1", seen=seen)
    assert parts(answer) == ["content", "actions", "news", "announced"]
    assert "Was that you?" in words(answer)
    assert "you get the answer by mail too" in words(answer)


@on_sqlite
def test_a_visitor_who_may_not_sign_catches_up_too(guest: Visit, owner: Supplier) -> None:
    deal = an_accepted_project(owner)

    visitor: Guest = guest(deal, PAYABLE)
    seen = visitor.seen()
    deal.submit(2)
    answer = visitor.news(seen)
    assert parts(answer) == PROJECT
    assert not tree_of(answer).xpath("//a[contains(@href, 'signoff')]")
