"""The time to review a milestone, on every page that says it: the builder, the quote, the project, the dashboard."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from milebill import clock
from milebill.db import reading
from milebill.domain.copying import duplicate_quote
from milebill.domain.differences import Difference, Kind, differences
from milebill.domain.plans import begun_with, without_client
from milebill.domain.review import remind_reviewers
from milebill.models import Project, Quote, Revision
from milebill.models.review import Review
from milebill.outbound.contexts import agreement_filled, quote_filled
from milebill.reader import writing_for
from tests.actors import PAYABLE, Supplier, a_draft, a_quote, a_sent_quote, browser_of
from tests.browsers import Browser
from tests.offers import offered
from tests.revisions import revise
from tests.web.supplier.forms import builder, errors, text, values

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

MONDAY = datetime(2027, 3, 1, 13, 0, tzinfo=UTC)
TIME = "you have 10 working days (Monday to Friday) to sign it off or to request changes."
SILENCE = (
    "Silence accepts nothing. If you do not answer, you are reminded by mail 2 working days before the end, on the"
)
ANSWER = "Please answer by Monday 15 March 2027."


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


def drafts() -> list[Any]:
    with reading() as connection:
        return list(connection.scalars(select(Revision.draft).order_by(Revision.id)))


def test_a_new_quote_begins_with_two_weeks_and_what_is_wrong_stands_beside_it(app: Flask, browser: Browser) -> None:
    assert values(browser.get("/quotes/new"))["review_days"] == "10"
    assert values(browser_of(app).get("/"))["review_days"] == "10"
    for typed in ("0", "61", "soon", "-1", "10.5"):
        shown = browser.post("/quotes/new", builder(a_draft(review_days=typed), act="save"))
        assert shown.status_code == 422
        assert "a whole number of working days from 1 to 60" in errors(shown)["review_days"]
        assert values(shown)["review_days"] == typed
    kept = browser.post("/quotes/new", builder(a_draft(review_days="7"), act="save"))
    assert kept.status_code == 303
    assert values(browser.get(kept.location))["review_days"] == "7"
    beside = browser.post(f"{kept.location}/totals", builder(a_draft(review_days="1"), beside="only"))
    assert "1 working day (Monday to Friday)" in beside.get_data(as_text=True)
    wrong = browser.post(f"{kept.location}/totals", builder(a_draft(review_days="soon"), beside="only"))
    assert "What it costs" in wrong.get_data(as_text=True)


def test_it_stays_with_what_begins_with_the_quote(browser: Browser, owner: Supplier) -> None:
    deal = a_sent_quote(owner, review_days="7")
    with reading() as connection:
        quote = connection.execute(select(Revision.draft)).scalar_one()
    duplicate_quote(owner.workspace_id, owner.actor, deal.quote_id, keep_client=False)
    assert [draft["review_days"] for draft in drafts()] == ["7", "7"]
    plan = without_client(quote, clock.today("UTC"))
    assert begun_with(plan, {"review_days": "10"}, clock.today("UTC"))["review_days"] == "7"
    none = without_client({**quote, "review_days": ""}, clock.today("UTC"))
    assert begun_with(none, {"review_days": "10"}, clock.today("UTC"))["review_days"] == ""
    deal.withdraw()
    with reading() as connection:
        client = connection.scalar(select(Quote.client_id).where(Quote.id == deal.quote_id))
    assert values(browser.get(f"/quotes/new?client={client}"))["review_days"] == "7"


def test_the_quote_says_it_and_the_project_too(app: Flask, in_app: Flask, owner: Supplier, browser: Browser) -> None:
    with clock.at(MONDAY):
        deal = a_sent_quote(owner, review_days="10")
        client, payable = (browser_of(app) for _ in range(2))
        page, pays = f"/q/{deal.token(app)}", f"/q/{deal.token(app, PAYABLE)}"
        for address, reader in ((page, client), (f"/quotes/{deal.quote_id}/preview", browser)):
            said = text(reader.get(address))
            assert "What we agree on" in said
            assert said.count(TIME) == said.count(SILENCE) == 1
        assert "Time to review 10 working days" in text(browser.get(f"/quotes/{deal.quote_id}"))
        draft = a_quote(owner, review_days="1")
        assert "Time to review 1 working day" in text(browser.get(f"/quotes/{draft.quote_id}/send"))
        deal.accept()
        deal.submit(2)
        assert text(client.get(page)).count(TIME) == 1
        assert ANSWER in text(client.get(page))
        assert "It can be reviewed until Monday 15 March 2027." in text(payable.get(pays))
        with reading() as connection:
            project = f"/projects/{connection.scalar(select(Project.id))}"
        assert "They may review it until Monday 15 March 2027, and are reminded." in text(browser.get(project))
        assert "Time to review 10 working days" in text(browser.get(project))
        assert "to be reviewed until 15 Mar 2027" in text(browser.get("/dashboard"))
    for day in (10, 14, 15, 16):
        with clock.at(MONDAY + timedelta(days=day)):
            remind_reviewers()
    with clock.at(MONDAY + timedelta(days=17)):
        over = text(client.get(page))
        assert ANSWER not in over
        assert "The time to review it ended on Monday 15 March 2027. Silence accepts nothing" in over
        assert "Their time to review it ended on Monday 15 March 2027" in text(browser.get(project))
        board = text(browser.get("/dashboard"))
        assert "time to review ended on 15 Mar 2027" in board
        assert "sent to Inês Duarte: day 8 of 10 of the time to review." in board
        assert "sent to Inês Duarte, 2 working days after the time to review had ended." in board
        assert "ended on 15 March 2027 without an answer; nothing is accepted." in board
        deal.sign_off()
        assert "review it" not in text(client.get(page))


def test_a_quote_without_it_says_nothing_of_it(app: Flask, owner: Supplier, browser: Browser) -> None:
    deal = a_sent_quote(owner)
    for page in (browser_of(app).get(f"/q/{deal.token(app)}"), browser.get(f"/quotes/{deal.quote_id}")):
        assert "working day" not in text(page)
        assert "What we agree on" not in text(page)


def test_papers_say_it_in_the_clients_language(in_app: Flask, owner: Supplier) -> None:
    content = offered(a_sent_quote(owner, review_days="3"))
    old = {name: value for name, value in content.items() if name != "clauses"}
    with writing_for(in_app, "http://milebill.test", "de", "UTC"):
        said = quote_filled(content).context["clauses"]
        assert said == agreement_filled(content, {}).context["clauses"]
        assert quote_filled(old).context["clauses"] == []
    assert "3 Arbeitstage (Montag bis Freitag)" in said[0]
    assert "am letzten Tag und noch einmal 2 Arbeitstage danach" in said[1]


def test_a_revision_names_the_clause(app: Flask, in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner, title="A smaller web site")
    before = offered(deal)
    revise(deal, review_days="10")
    assert "Time to review" in text(found := browser_of(app).get(f"/q/{deal.token(app)}"))
    assert "Now: 10 working days" in text(found)
    agreed = Review(10).content()
    (change,) = differences(before, {**before, "clauses": {"review": agreed}})
    assert change == Difference(Kind.ADDED, "offer", "review", None, agreed)
    old = {name: value for name, value in before.items() if name != "clauses"}
    assert differences(old, {**before, "clauses": {}}) == ()
