"""The taxes in the quote builder: kept as they were typed, chosen per milestone, suggested by the two countries."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from milebill.db import reading
from milebill.models import Quote, Revision
from tests.actors import Deal, Supplier, a_draft, a_quote, browser_of, shares, sign_up
from tests.browsers import Browser
from tests.offers import BC, REVERSE, accept, taxed
from tests.web.supplier.forms import builder, errors, page, text, values

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


def kept(address: str) -> dict[str, Any]:
    with reading() as connection:
        query = select(Revision.draft).where(Revision.quote_id == int(address.rpartition("/")[2]))
        return dict(connection.execute(query).scalar_one())


def test_several_taxes_are_kept_and_chosen_per_milestone(browser: Browser) -> None:
    rates = [{"label": "VAT", "rate": "7", "category": "", "reason": "", "second_label": "", "second_rate": ""}]
    draft = a_draft(more_taxes=rates, milestones=taxed(shares("60", "40"), "0", "1"))
    response = browser.post("/quotes/new", builder(draft))
    assert response.status_code == 303
    plain = {name: value for name, value in draft["milestones"][0].items() if name != "tax"}
    assert kept(response.location) == draft | {"milestones": [plain, draft["milestones"][1]]}
    shown = browser.get(response.location)
    assert (values(shown)["more_taxes-0-rate"], values(shown)["milestones-1-tax"]) == ("7", "1")
    assert page(shown).xpath("//select[@name='milestones-0-tax']/option/text()") == ["VAT 19 %", "VAT 7 %"]
    assert page(shown).xpath("//details[@open]")
    assert {"VAT 19% €1,140.00", "VAT 7% €280.00"} <= {" ".join(row.text_content().split()) for row in
                                                      page(shown).xpath("//table[@class='totals']//tr")}  # fmt: skip


def test_one_plain_tax_asks_nothing_more(browser: Browser) -> None:
    shown = browser.get("/quotes/new")
    assert not page(shown).xpath("//details[@open]")
    assert not page(shown).xpath("//select[contains(@name, '-tax')]")


def test_two_taxes_of_one_net_are_summed_while_typing(browser: Browser) -> None:
    shown = browser.post("/quotes/new/totals", builder(a_draft(**BC, total="9999.99", milestones=shares("100"))))
    said = " ".join(page(shown).text_content().split())
    assert "GST 5% CA$500.00 PST 7% CA$700.00 Total CA$11,199.99" in said


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"tax_category": "AE"}, "tax_rate", "the rate is 0"),
        ({"tax_category": "E", "tax_rate": "0"}, "tax_reason", "why no tax is charged"),
        ({"more_taxes": [{"label": "VAT", "rate": "19"}]}, "more_taxes-0-rate", "already"),
        ({"milestones": taxed(shares("100"), "3")}, "milestones-0-tax", "do not know"),
    ],
)
def test_what_is_wrong_with_a_tax_stands_beside_it(
    browser: Browser, changes: dict[str, Any], field: str, words: str
) -> None:
    response = browser.post("/quotes/new", builder(a_draft(**changes), "send"))
    assert response.status_code == 422
    assert field in errors(response) or words in text(response)
    assert words in text(response)
    assert values(response)["title"] == "A new web site"


def client_of(deal: Deal) -> int:
    with reading() as connection:
        return connection.execute(select(Quote.client_id).where(Quote.id == deal.quote_id)).scalar_one()


def test_the_two_countries_suggest_a_tax(browser: Browser, owner: Supplier) -> None:
    abroad = a_quote(owner)
    abroad.send()
    accept(abroad, country_code="DE", tax_id="DE811907980")
    shown = values(browser.get(f"/quotes/new?client={client_of(abroad)}"))
    assert (shown["tax_rate"], shown["tax_category"], shown["tax_reason"]) == ("0", "AE", "Reverse charge")
    assert values(browser.get("/quotes/new"))["tax_rate"] == "19"


def test_another_clients_reverse_charge_is_no_habit(browser: Browser, owner: Supplier) -> None:
    a_quote(owner, **REVERSE)
    shown = values(browser.get("/quotes/new"))
    assert (shown["tax_label"], shown["tax_rate"], shown.get("tax_category")) == ("VAT", "", "")


def test_a_small_business_begins_with_the_words_that_it_must_print(app: Flask, in_app: Flask) -> None:
    free = browser_of(app, sign_up("Una Fri", tax_registered=False, country_code="DE"))
    shown = values(free.get("/quotes/new"))
    assert (shown["tax_rate"], shown["tax_category"]) == ("0", "E")
    assert "§ 19 UStG" in shown["tax_reason"]


def test_reverse_charge_needs_the_sellers_tax_id_too(app: Flask, in_app: Flask) -> None:
    una = sign_up("Una Fri", tax_registered=False, tax_id="")
    quote = a_quote(una, **REVERSE).quote_id
    shown = browser_of(app, una).get(f"/quotes/{quote}/send")
    assert "Your details come first" in text(shown)
    assert "Tax id" in text(shown)
    assert browser_of(app, una).post(f"/quotes/{quote}/send").location == f"/quotes/{quote}/send"


def test_the_words_that_somebody_typed_are_there_the_next_time(app: Flask, in_app: Flask) -> None:
    una = sign_up("Una Fri", tax_registered=False)
    a_quote(una, tax_rate="0", tax_label="", tax_category="E", tax_reason="Mervärdesskattelagen 18 kap. 2 §")
    shown = values(browser_of(app, una).get("/quotes/new"))
    assert (shown["tax_category"], shown["tax_reason"]) == ("E", "Mervärdesskattelagen 18 kap. 2 §")
