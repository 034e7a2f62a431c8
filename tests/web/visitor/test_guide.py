"""/guide: the answers, the calculator on the reader's own figures, and the way into the builder."""

from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from milebill.web.guide_form import FIELDS
from tests.actors import Supplier, browser_of
from tests.snapshots import everything
from tests.web.supplier.forms import filled, page, text, values
from tests.web.visitor.people import PARTIAL, Visitor, drafts

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HOSTILE = ("NaN", "1e400", "-3", "9" * 400, "<script>", "\0", "٣", "' OR 1=1")


@pytest.fixture
def stranger(in_app: Flask) -> FlaskClient:
    return in_app.test_client()


def ask(client: FlaskClient, language: str = "en", **figures: str) -> TestResponse:
    return client.get("/guide", query_string=figures, headers={"Accept-Language": language})


def wrong(response: TestResponse) -> dict[str, str]:
    """The errors beside the fields that have one."""
    found = page(response).xpath("//p[@class='error'][normalize-space()]")
    return {p.get("id").removesuffix("-error"): p.text_content().strip() for p in found}


def way_on(response: TestResponse) -> str:
    return str(page(response).xpath("//*[@class='way-on']//a/@href")[0])


def facts(response: TestResponse) -> list[dict[str, str]]:
    """Each deal's figures by their names."""
    return [
        {div.findtext("dt"): " ".join(div.find("dd").text_content().split()) for div in card.findall(".//dl/div")}
        for card in page(response).xpath("//section[@class='deal']")
    ]


def test_the_page_answers_three_questions_and_has_a_calculator(stranger: FlaskClient) -> None:
    before = everything()
    answer = ask(stranger)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    tree = page(answer)
    questions = [h2.text_content() for h2 in tree.findall(".//h2")]
    assert questions == [
        "How do I structure milestones?",
        "What if one is partly done?",
        "Is it better than time and materials?",
        "Your own figures",
    ]
    assert tree.xpath("//meta[@name='description']/@content")
    assert not tree.xpath("//meta[@name='robots']")
    assert everything() == before


def test_headings_are_in_order_and_nothing_is_styled_inline(stranger: FlaskClient) -> None:
    tree = page(ask(stranger))
    levels = [int(heading.tag[1]) for heading in tree.xpath("//h1|//h2|//h3|//h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert not tree.xpath("//@style | //style | //script[not(@src)]")


def test_figures_are_those_that_were_computed_by_hand(stranger: FlaskClient) -> None:
    shown = facts(ask(stranger))
    assert shown[0] == {
        "Your client pays": "$12,000.00 6 times, from day 14 to day 120",
        "You have fronted at most": "$2,293.07 On day 100",
        "Your client is ahead by at most": "$1,336.63 On day 14",
        "The overrun costs you": "$1,800.00",
        "The overrun costs your client": "nothing",
        "Left for you in the end": "$1,200.00",
    }
    assert shown[1]["The overrun costs you"] == "nothing It brings $600.00"
    assert shown[1]["Your client is ahead by at most"] == "nothing"
    assert shown[2]["Your client pays"] == "$16,000.00 4 times, from day 14 to day 98; 11 days of it are not needed"
    on_time = facts(ask(stranger, overrun="0", weeks="4", milestones="1", deposit="0"))
    assert on_time[0]["Your client pays"] == "$12,000.00 Once, on day 47"
    assert not any("overrun" in name for card in on_time for name in card)


def test_the_table_says_what_the_drawing_shows(stranger: FlaskClient) -> None:
    rows = page(ask(stranger)).xpath("//table//tr")
    assert [cell.text_content() for cell in rows[0]] == [
        "Week", "Fixed price by milestones", "Time and materials", "Retainer"
    ]  # fmt: skip
    # Week 2: the deposit has come, 14 of 101 days of 10,800.00 are spent; the retainer spends 750.00 a week.
    assert [cell.text_content() for cell in rows[2]] == ["2", "$1,502.97", "-$1,497.03", "$2,500.00"]
    assert rows[-1][0].text_content() == "18"


def test_what_cannot_be_read_is_told_beside_its_field_and_stays(stranger: FlaskClient) -> None:
    for typed in HOSTILE:
        answer = ask(stranger, **dict.fromkeys(FIELDS, typed))
        assert answer.status_code == 422
        assert set(wrong(answer)) == set(FIELDS)
        assert wrong(answer)["weeks"].startswith("Please give a ")
        kept = values(answer)
        assert {kept[name] for name in FIELDS if name != "cost_per"} == {typed.replace("\0", "")}
        assert not page(answer).xpath("//*[@class='deal' or @class='way-on']")


def test_one_wrong_figure_has_the_focus_and_its_limits(stranger: FlaskClient) -> None:
    answer = ask(stranger, weeks="200", price="5000")
    assert wrong(answer) == {"weeks": "Please give a whole number from 1 to 104."}
    assert page(answer).xpath("//input[@autofocus]/@name") == ["weeks"]
    assert values(answer)["price"] == "5000"


def test_typing_gets_figures_errors_and_an_address_and_leaves_the_fields(stranger: FlaskClient) -> None:
    answer = stranger.get("/guide?weeks=8&price=5000&written=.", headers=PARTIAL)
    assert answer.status_code == 200
    assert "$5,000.00" in answer.text
    assert "<input" not in answer.text
    assert "<html" not in answer.text
    kept = dict(parse_qsl(urlsplit(answer.headers["HX-Replace-Url"]).query))
    assert (kept["weeks"], kept["price"]) == ("8", "5000")
    refused = stranger.get("/guide?weeks=0", headers=PARTIAL)
    assert refused.status_code == 422
    errors = html.fromstring(refused.text).xpath("//*[@hx-target='#weeks-error']")[0].text_content()
    assert errors == "Please give a whole number from 1 to 104."


def test_an_address_means_the_same_to_readers_of_other_languages(stranger: FlaskClient) -> None:
    german = ask(stranger, "de", price="6.000", cost="500,50", currency="EUR", written=",")
    assert facts(german)[0]["Ihr Kunde zahlt"].startswith("6.000,00\xa0€".replace("\xa0", " "))
    shared = dict(parse_qsl(urlsplit(way_on(german)).query))
    assert shared["written"] == ","
    english = ask(stranger, price="6.000", cost="500,50", currency="EUR", written=",")
    assert facts(english)[0]["Your client pays"].startswith("€6,000.00")
    assert (values(english)["price"], values(english)["cost"], values(english)["written"]) == ("6000", "500.50", ".")
    shouted = ask(stranger, price="6.000", currency=" eur", written=",")
    assert facts(shouted)[0]["Your client pays"].startswith("€6,000.00")
    # Twelve thousand to an English reader, and too many decimals to the German one who wrote it.
    strange = ask(stranger, price="12,345", currency="EUR", written=",")
    assert wrong(strange) == {"price": "This has more decimals than its currency."}
    assert values(strange)["price"] == "12,345"
    assert values(stranger.get("/?price=12,345&milestones=3&currency=EUR&written=,"))["total"] == "6000"
    unread = ask(stranger, price="6.00.0", written=",")
    assert (wrong(unread)["price"], values(unread)["price"]) == ("This is not a number that we can read.", "6.00.0")


@pytest.mark.parametrize("language", ["en", "de-CH", "fr", "da"])
def test_a_visitor_is_led_into_the_builder_with_these_figures(nora: Visitor, language: str) -> None:
    before, headers = everything(), {"Accept-Language": language}
    told = ask(nora.client, language, price="20000", currency="CHF", weeks="10", milestones="4", deposit="20")
    address = way_on(told)
    assert address.startswith("/?")
    opened = nora.client.get(address, headers=headers)
    shown = values(opened)
    assert everything() == before
    assert (shown["total"], shown["currency"], shown["title"], shown["payment_terms_days"]) == (
        "20000",
        "CHF",
        "",
        "14",
    )
    assert [shown[f"milestones-{n}-value"] for n in range(5)] == ["20"] * 5
    assert [shown[f"milestones-{n}-trigger"] for n in range(5)] == ["acceptance", *["sign_off"] * 4]
    dates = [shown[f"milestones-{n}-planned_on"] for n in range(5)]
    assert dates[0] == ""
    assert dates[1:] == sorted(set(dates[1:]))
    assert page(opened).xpath("//*[@id='running']//*[contains(@class, 'problem')]") == []
    nora.client.post("/d/new/totals", data={**shown, "title": "Mine"}, headers={**headers, **PARTIAL})
    assert (drafts()[0]["title"], drafts()[0]["total"]) == ("Mine", "20000")


def test_without_a_deposit_there_is_none(nora: Visitor) -> None:
    shown = values(nora.client.get("/?price=999.99&milestones=3&deposit=0&weeks=3"))
    assert [shown[f"milestones-{n}-value"] for n in range(3)] == ["34", "33", "33"]
    assert "milestones-3-value" not in shown
    assert shown["milestones-0-trigger"] == "sign_off"
    assert shown["total"] == "999.99"


def test_figures_that_cannot_be_read_leave_the_builder_as_it_is(nora: Visitor, owner: Supplier) -> None:
    supplier = browser_of(nora.app, owner)
    usual = supplier.get("/quotes/new")
    for query in ("price=NaN&milestones=3", "price=5", "milestones=4", "price=5&milestones=999"):
        assert values(nora.client.get(f"/?{query}"))["total"] == "6000"
        asked = supplier.get(f"/quotes/new?{query}")
        assert filled(asked) == filled(usual)
        assert "from the guide" not in text(asked)


def test_a_supplier_is_led_into_a_new_quote(in_app: Flask, owner: Supplier) -> None:
    browser = browser_of(in_app, owner)
    address = way_on(browser.get("/guide"))
    assert address.startswith("/quotes/new?")
    opened = browser.get(address)
    shown: dict[str, Any] = values(opened)
    assert shown["total"] == "12000"
    assert [shown[f"milestones-{n}-value"] for n in range(6)] == ["25", *["15"] * 5]
    assert "Begun with your figures from the guide." in text(opened)
    assert drafts() == []


def test_small_doors_lead_here(in_app: Flask, owner: Supplier) -> None:
    pages = [in_app.test_client().get("/"), in_app.test_client().get("/how-it-goes")]
    for found in (*pages, browser_of(in_app, owner).get("/quotes/new")):
        assert len(page(found).xpath("//a[@href='/guide']")) == 1


def test_it_is_only_read(stranger: FlaskClient) -> None:
    assert stranger.post("/guide").status_code in (400, 403, 405)
    assert stranger.get("/guide/x").status_code == 404
