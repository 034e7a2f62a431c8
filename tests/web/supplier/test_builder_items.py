"""Line items in the quote builder: another way to the price, and nothing typed is lost between the two."""

from typing import Any

import pytest
from flask import Flask

from tests.actors import Supplier, a_draft, a_quote, browser_of, shares
from tests.browsers import Browser
from tests.web.supplier.forms import builder, errors, page, text, values

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WORK = {"description": "Design and code", "quantity": "12.5", "unit": "h", "unit_price": "95.33", "discount": "10"}
PRINT = {"description": "Print rights", "quantity": "", "unit": "", "unit_price": "500", "discount": ""}


def items(**changes: Any) -> dict[str, Any]:
    half = shares("50", "50")
    return a_draft(**{"pricing": "items", "items": [WORK, PRINT], "discount": "100", "milestones": half, **changes})


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


def rows(shown: Any) -> list[str]:
    return [" ".join(row.text_content().split()) for row in page(shown).xpath("//table[@class='totals']//tr")]


def test_switching_keeps_what_was_typed(browser: Browser) -> None:
    draft = a_draft(milestones=shares("=4000", "60"))
    by_items = browser.post("/quotes/new", builder(draft, "by-items"))
    assert by_items.status_code == 200
    found = values(by_items)
    assert (found["pricing"], found["total"], found["items-0-description"]) == ("items", draft["total"], "")
    assert (found["milestones-0-basis"], found["milestones-0-value"]) == ("percentage", "4000")
    back = values(browser.post("/quotes/new", builder(items(), "by-milestones")))
    assert back["items-0-description"] == "Design and code"
    assert back["total"] == draft["total"]
    again = values(browser.post("/quotes/new", {**back, "act": "by-items"}))
    assert again["items-1-unit_price"] == "500"


def test_rows_are_added_and_removed(browser: Browser) -> None:
    three = values(browser.post("/quotes/new", builder(items(), "add-item")))
    assert (three["items-1-unit_price"], three["items-2-unit_price"]) == ("500", "")
    one = values(browser.post("/quotes/new", builder(items(), "remove-item-0")))
    assert (one["items-0-unit_price"], one.get("items-1-unit_price")) == ("500", None)
    alone = builder(a_draft(pricing="items", items=[WORK]), "remove-item-0")
    assert values(browser.post("/quotes/new", alone))["items-0-unit_price"] == "95.33"
    assert values(browser.post("/quotes/new", builder(items(), "remove-item-9")))["items-1-unit_price"] == "500"


def test_with_htmx_only_the_price_and_the_rows_come_back(browser: Browser) -> None:
    moved = browser.post("/quotes/new", builder(items(), "add-item"), headers={"HX-Request-Type": "partial"})
    targets = [part.get("hx-target") for part in page(moved).xpath("//hx-partial")]
    assert [target for target in targets if not target.startswith("#law-")] == [
        "#price",
        "#milestones",
        "#running",
        "#exposure",
        "#said",
        "#overtaken",
    ]


def test_the_sums_are_computed_while_typing(browser: Browser) -> None:
    shown = browser.post("/quotes/new/totals", builder(items()))
    assert "Net €1,472.47 VAT 19% €279.77 Total €1,752.24" in " ".join(rows(shown))
    begun = browser.post("/quotes/new/totals", builder(items(items=[{**PRINT, "description": "", "unit_price": ""}])))
    assert "1 to 60" not in text(browser.get("/quotes/new")) + begun.text
    unfinished = browser.post("/quotes/new/totals", builder(items(milestones=shares("50", "40"))))
    assert "Net €1,472.47" in " ".join(rows(unfinished))


def test_it_is_kept_and_sent_and_the_client_sees_what_the_price_is_made_of(
    browser: Browser, app: Flask, owner: Supplier
) -> None:
    saved = browser.post("/quotes/new", builder(items(), "send"))
    assert saved.status_code == 303
    number = saved.location.split("/")[2]
    assert values(browser.get(f"/quotes/{number}"))["items-0-quantity"] == "12.5"
    preview = text(browser.get(f"/quotes/{number}/preview"))
    assert "Design and code 12.5 h × €95.33, less 10% €1,072.47" in preview
    assert "Discount -€100.00" in preview
    deal = a_quote(owner, **items())
    deal.send()
    visitor = browser_of(app)
    offer = text(visitor.get(f"/q/{deal.token(app)}"))
    assert "Print rights 1 × €500.00 €500.00" in offer
    deal.accept()
    assert "Print rights 1 × €500.00 €500.00" in text(visitor.get(f"/q/{deal.token(app)}"))


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"items": [{**WORK, "unit_price": "NaN"}]}, "items-0-unit_price", "not a number"),
        ({"items": [{**WORK, "quantity": "-1"}]}, "items-0-quantity", "negative"),
        ({"items": [WORK, {**PRINT, "description": ""}]}, "items-1-description", "fill this in"),
        ({"discount": "5000"}, "discount", "whole price"),
        ({"milestones": shares("=100", "50")}, "milestones-0-value", "percentage"),
    ],
)
def test_mistakes_stand_beside_their_field(browser: Browser, changes: dict[str, Any], field: str, words: str) -> None:
    response = browser.post("/quotes/new", builder({**items(), **changes}, "send"))
    assert response.status_code == 422
    assert words in errors(response)[field]
    assert values(response)["items-0-description"] == "Design and code"
    assert values(response)["discount"] == changes.get("discount", "100")
