"""Rows of the builder that are removed come back whole, and what is done to them is told."""

from typing import Any

import pytest
from flask import Flask

from milebill.web.supplier.rearranging import Removed, read_removed, replaced
from tests.actors import Supplier, a_draft, browser_of, shares
from tests.browsers import Browser
from tests.web.supplier.forms import builder, page, text, values

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HOSTILE = '</fieldset><b>"Ärger" & \\Co\\ {{ 7*7 }} %(n)s\u2028'
STEPS = [
    {**row, "title": f"{HOSTILE} {n}", "description": f"One\nTwo {HOSTILE}", "criteria": f"Seen\n\n{n}\n", "tax": "1"}
    for n, row in enumerate(shares("30", "=4,500", "x"))
]
WORK = {"description": HOSTILE, "quantity": "2,5", "unit": "h", "unit_price": "80", "discount": "10"}


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


def rows_of(shown: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in shown.items() if name.startswith(("milestones-", "items-"))}


def press(browser: Browser, fields: dict[str, Any], act: str) -> dict[str, str]:
    """What the page shows after a button; fields as a browser sends them, with its line ends."""
    sent = {name: value.replace("\n", "\r\n") for name, value in fields.items()}
    answer = browser.post("/quotes/new", {**sent, "act": act})
    assert answer.status_code == 200
    return {name: value.replace("\r\n", "\n") for name, value in values(answer).items()}


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("kind", ["milestones", "items"])
def test_what_was_removed_comes_back_whole(browser: Browser, kind: str, place: int) -> None:
    lines = [{**WORK, "unit_price": str(n)} for n in range(3)]
    more = [{"label": "GST", "rate": "7"}]
    draft = a_draft(
        milestones=STEPS, more_taxes=more, **({"pricing": "items", "items": lines} if kind == "items" else {})
    )
    before = press(browser, builder(draft), "up-0")
    gone = press(browser, before, f"remove-{place}" if kind == "milestones" else f"remove-item-{place}")
    assert rows_of(gone) != rows_of(before)
    again = press(browser, gone, "undo")
    assert rows_of(again) == rows_of(before)
    assert "removed" not in again


def test_it_stays_to_be_brought_back_while_others_move(browser: Browser) -> None:
    shown = press(browser, builder(a_draft(milestones=shares("30", "45", "25"))), "remove-2")
    for act in ("add", "up-1", "duplicate-0", "by-items", "add-item", "by-milestones"):
        shown = press(browser, shown, act)
    assert shown["removed"]
    back = press(browser, shown, "undo")
    assert back["milestones-2-title"] == "Step 3"
    assert back["milestones-4-title"] == "", "of those that were added meanwhile"


def test_it_is_told_and_the_button_is_at_hand(browser: Browser) -> None:
    answer = browser.post("/quotes/new", builder(a_draft(milestones=STEPS), "remove-1"))
    words = f"Milestone 2, {HOSTILE.replace(chr(0x2028), '').strip()} 1, removed."
    assert words in " ".join(text(answer).split())
    (status,) = page(answer).xpath("//*[@id='said']")
    assert status.get("role") == "status"
    assert "removed." in status.text_content()
    (button,) = page(answer).xpath("//button[@value='undo']")
    assert button.get("autofocus") is not None
    assert page(answer).xpath(f"//*[@id='{button.get('aria-describedby')}']")
    moved = browser.post("/quotes/new", builder(a_draft(), "move-2-0"))
    assert "Milestone 1, Step 3: moved. There are 3." in text(moved)
    unnamed = a_draft(milestones=[{**row, "title": ""} for row in shares("50", "50")])
    assert "Milestone 2, removed." in text(browser.post("/quotes/new", builder(unnamed, "remove-1")))


def test_a_price_that_is_switched_takes_its_number_along(browser: Browser) -> None:
    draft = a_draft(milestones=[*shares("=30"), *shares("70")])
    answer = browser.post("/quotes/new", builder(draft, "basis-0"))
    assert values(answer)["milestones-0-value"] == "3000.00"
    assert page(answer).xpath("//*[@autofocus]/@name") == ["milestones-0-basis"]
    assert page(answer).get_element_by_id("said").text == "Milestone 1: 30 became 3000.00."
    unknown = browser.post("/quotes/new", builder({**draft, "total": ""}, "basis-0"))
    assert values(unknown)["milestones-0-value"] == "30"
    assert browser.post("/quotes/new", builder(draft, "basis-7")).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    ["", "x", "[]", "[1, 2, 3]", '["milestones", -1, {}]', '["milestones", true, {}]', '["milestones", 1e400, {}]',
     '["quotes", 0, {}]', '["items", 0, []]', '["items", "0", {}]', "[" * 100_000, '{"a": 1}', '[["items"], 0, {}]',
     '["replaced", 0, {}]', '["replaced", 0, []]', '["replaced", 0, [1]]', '["milestones", 0, [{}]]'],
)  # fmt: skip
def test_what_no_page_of_ours_has_written_brings_nothing_back(browser: Browser, wrong: str) -> None:
    draft = a_draft()
    assert read_removed(wrong) is None
    answer = browser.post("/quotes/new", builder(draft, "undo", removed=wrong))
    assert answer.status_code == 200
    assert "milestones-3-title" not in values(answer)


def test_whatever_else_travels_is_dropped(app: Flask) -> None:
    found = read_removed('["milestones", 3, {"title": 5, "criteria": null, "tax": 2, "secret": "x"}]')
    assert found is not None
    assert (found.place, found.row["title"], found.row["criteria"], found.row["tax"]) == (3, "5", "", "2")
    assert "secret" not in found.row
    assert read_removed(found.text) == Removed("milestones", 3, found.row)


def test_what_was_replaced_travels_whole_and_no_more_of_it_than_a_quote_has(app: Flask) -> None:
    found = read_removed('["replaced", 7, [{"title": "A", "secret": "x"}, {"value": 5}]]')
    assert found is not None
    assert ([row["title"] for row in found.rows], found.rows[1]["value"]) == (["A", ""], "5")
    assert "secret" not in found.rows[0]
    assert read_removed(found.text) == found
    many = read_removed(replaced([{"title": str(n)} for n in range(1000)]).text)
    assert many is not None
    assert len(many.rows) == 25
