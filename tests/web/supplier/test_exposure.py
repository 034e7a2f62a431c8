"""Exposure beside the plan: a chart with its table, the worst gap in words, and a split that can be undone."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from milebill import clock
from tests.actors import Supplier, a_draft, browser_of, shares
from tests.browsers import Browser
from tests.web.supplier.forms import builder, filled, page, text, values

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


def planned(*days: int | None, values: tuple[str, ...] = ("25", "25", "50")) -> dict[str, Any]:
    """24,000.00 without a deposit, in days from today."""
    rows = shares(*values)
    for row, day in zip(rows, days, strict=True):
        row["planned_on"] = (clock.now().date() + timedelta(days=day)).isoformat() if day is not None else ""
    return a_draft(total="24000", milestones=rows)


LONG_LAST = (21, 42, 84)


def section(answer: Any) -> str:
    (found,) = page(answer).xpath("//*[@id='exposure']")
    return " ".join(found.text_content().split())


def test_the_worst_gap_and_the_split_in_the_answer_to_typing(browser: Browser) -> None:
    answer = browser.post("/quotes/new/totals", builder(planned(*LONG_LAST)))
    said = section(answer)
    assert "Worst gap: €12,000.00 of work that no invoice covers" in said
    assert "The longest time without an invoice is 42 days" in said
    assert "Split milestone 3 in two: the worst gap falls from €12,000.00 to €6,000.00, and from 42 to 21 days." in said
    assert "Few milestones for 12 weeks: 4 to 6 sign-offs are usual; this plan has 3." in said
    assert "There is no deposit" in said
    assert "Usual is 20% to 30%." in said
    assert "The last invoice is 50% of the price" in said


def test_the_chart_has_a_name_and_a_table_with_the_same_figures(browser: Browser) -> None:
    answer = page(browser.post("/quotes/new", builder(planned(*LONG_LAST), "up-0")))
    (svg,) = answer.xpath("//*[@id='exposure']//figure/svg")
    assert svg.get("role") == "img"
    for name in svg.get("aria-labelledby").split():
        (named,) = answer.xpath(f"//*[@id='{name}']")
        assert named.text_content().strip()
    assert not answer.xpath("//*[@id='exposure']//@style")
    rows = answer.xpath("//*[@id='exposure']//tbody/tr")
    assert [[cell.text_content() for cell in row.xpath("td")] for row in rows] == [
        ["€0.00", "€0.00", "€0.00"],
        ["€6,000.00", "€6,000.00", "€0.00"],
        ["€6,000.00", "€6,000.00", "€0.00"],
        ["€12,000.00", "€12,000.00", "€0.00"],
    ]


def test_one_click_splits_and_another_takes_it_back(browser: Browser) -> None:
    """With no script: both are buttons of the form."""
    before = values(browser.post("/quotes/new", builder(planned(*LONG_LAST), "up-0")))
    answer = browser.post("/quotes/new", {**before, "act": "split-2"})
    split = values(answer)
    assert [split[f"milestones-{n}-title"] for n in range(4)] == ["Step 1", "Step 2", "Step 3 (1/2)", "Step 3 (2/2)"]
    assert [split[f"milestones-{n}-value"] for n in range(4)] == ["25", "25", "25", "25"]
    assert "Milestone 3, Step 3, is two now." in text(answer)
    assert "Worst gap: €6,000.00" in section(answer)
    assert "Split milestone" not in section(answer), "four times a quarter in three weeks each"
    moved = values(browser.post("/quotes/new", {**split, "act": "up-3"}))
    for fields in (split, {**moved, "removed": split["removed"]}):
        again = values(browser.post("/quotes/new", {**fields, "act": "undo"}))
        assert {name: again[name] for name in again if name.startswith("milestones-")} == {
            name: before[name] for name in before if name.startswith("milestones-")
        }
        assert "removed" not in again


def test_parts_that_were_renamed_stay(browser: Browser) -> None:
    before = values(browser.post("/quotes/new", builder(planned(*LONG_LAST), "up-0")))
    split = values(browser.post("/quotes/new", {**before, "act": "split-2"}))
    answer = browser.post("/quotes/new", {**split, "milestones-2-title": "Content is in", "act": "undo"})
    assert "The two parts have other titles now" in text(answer)
    kept = values(answer)
    assert (kept["milestones-2-title"], kept["milestones-3-title"]) == ("Content is in", "Step 3 (2/2)")
    assert kept["removed"] == split["removed"]


@pytest.mark.parametrize("act", ["split-0", "split-1", "split-23", "split-9999"])
def test_nothing_else_is_split(browser: Browser, act: str) -> None:
    before = values(browser.post("/quotes/new", builder(planned(*LONG_LAST), "up-0")))
    answer = browser.post("/quotes/new", {**before, "act": act})
    assert answer.status_code == 200
    assert filled(answer) == {name: value for name, value in before.items() if name not in ("page", "made_from")}


@pytest.mark.parametrize("draft", [planned(None, None, None), planned(*LONG_LAST, values=("25", "25", "40"))])
def test_a_plan_without_days_or_prices_says_what_is_missing(browser: Browser, draft: dict[str, Any]) -> None:
    assert "As soon as each milestone has a price and a day" in section(
        browser.post("/quotes/new", builder(draft, "up-0"))
    )


def test_what_is_due_at_once_has_no_days_to_count(browser: Browser) -> None:
    said = section(browser.post("/quotes/new", builder(planned(0, 0, 0), "up-0")))
    assert "Worst gap: €24,000.00 of work that no invoice covers" in said
    assert "without an invoice is" not in said
    assert "The chart" not in said


def test_a_visitor_sees_it_at_the_front_door(app: Flask) -> None:
    """6,000 with 30 % as a deposit, 30 % after three weeks and 40 % after seven: the example of docs/exposure.md."""
    answer = Browser(app).get("/")
    assert "Worst gap: $2,400.00 of work that no invoice covers" in section(answer)
    split = page(answer).xpath("//*[@id='exposure']//button")[0]
    assert (split.get("name"), split.get("value")) == ("act", "split-2")
