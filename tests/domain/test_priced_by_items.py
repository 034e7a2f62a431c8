"""A quote that is priced by line items: every milestone bills its share of every tax group, to the cent."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milebill.domain.draft import read_draft
from tests.actors import Supplier, a_draft, a_quote, shares, sign_up
from tests.offers import accept, contents, finish, offered
from tests.rules import check_rules

TODAY = date(2027, 3, 3)
REDUCED = [{"label": "VAT", "rate": "7"}]


def line(net: str, **fields: str) -> dict[str, str]:
    return {"description": "Design and code", "quantity": "1", "unit": "", "unit_price": net, **fields}


def by_items(*items: dict[str, str], **changes: Any) -> dict[str, Any]:
    return {"pricing": "items", "items": list(items), "total": "", "more_taxes": REDUCED, **changes}


GERMAN = by_items(line("10000.01"), line("2345.67", tax="1"), milestones=shares("30", "45", "25", deposit=True))
"""Two rates, 14,409.88 in all; the figures below were computed by hand."""


def test_a_deposit_carries_each_rate_and_everything_sums(owner: Supplier) -> None:
    deal = a_quote(owner, **GERMAN)
    invoices = finish(deal)
    assert [[(tax["rate"], tax["net"], tax["tax"]) for tax in invoice["taxes"]] for invoice in invoices] == [
        [(19_000, 300_000, 57_000), (7_000, 70_370, 4_926)],
        [(19_000, 450_000, 85_500), (7_000, 105_555, 7_389)],
        [(19_000, 250_001, 47_500), (7_000, 58_642, 4_105)],
    ]
    assert [invoice["gross"] for invoice in invoices] == [432_296, 648_444, 360_248]
    check_rules(owner.workspace_id)


def test_the_offer_keeps_its_items_and_what_was_taken_off(owner: Supplier) -> None:
    items = (line("95.33", quantity="12.5", unit="h", discount="10"), line("500", tax="1"), line("0", tax="1"))
    deal = a_quote(owner, **by_items(*items, discount="100", milestones=shares("50", "50")))
    deal.send()
    accept(deal)
    content = offered(deal)
    assert [(item["net"], item["discount_of_whole"], item["group"]) for item in content["items"]] == [
        (100_427, 6_820, 0),
        (46_820, 3_180, 1),
        (0, 0, 1),
    ]
    assert (content["net"], content["items"][0]["quantity"]) == (147_247, 12_500)
    assert contents(deal) == []


def test_an_item_that_is_free_and_alone_in_its_group_belongs_to_none(owner: Supplier) -> None:
    deal = a_quote(owner, **by_items(line("100"), line("0", tax="1"), milestones=shares("100")))
    (invoice,) = finish(deal)
    assert [item["group"] for item in offered(deal)["items"]] == [0, None]
    assert [tax["rate"] for tax in invoice["taxes"]] == [19_000]
    check_rules(owner.workspace_id)


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"items": []}, {"items": "how_many_items"}),
        ({"milestones": shares("=100", "50")}, {"milestones-0-value": "percentage_only"}),
        ({"milestones": shares("50", "40")}, {"shares": "under_100"}),
        ({"milestones": shares("50", "60")}, {"shares": "over_100"}),
        ({"total": "this is not looked at"}, {}),
        ({"items": [line("100", tax="2")]}, {"items-0-tax": "unknown"}),
        ({"items": [line("0.01"), line("0.01", tax="1")], "tax_rate": "50"}, {}),
    ],
)
def test_what_is_wrong(changes: dict[str, Any], errors: dict[str, str]) -> None:
    draft = a_draft(**{**by_items(line("100"), milestones=shares("50", "50")), "valid_until": "2027-03-03"} | changes)
    assert read_draft(draft, "en", TODAY).errors == errors


AMOUNTS = st.integers(1, 10**7).map(lambda minor: f"{minor // 100}.{minor % 100:02}")
ITEMS = st.lists(
    st.tuples(AMOUNTS, st.sampled_from("01"), st.sampled_from(["", "5", "33.333"])), min_size=1, max_size=5
)
SHARES = st.sampled_from([("30", "45", "25"), ("33.33", "33.33", "33.33"), ("50", "0", "50"), ("100",)])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_any_items_are_billed_to_the_cent(in_app: Flask) -> None:
    @given(ITEMS, SHARES, st.sampled_from(["", "7.5 %", "0.01"]))
    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    def any_price(rows: list[tuple[str, str, str]], parts: tuple[str, ...], discount: str) -> None:
        supplier = sign_up("Anna")
        items = [line(price, tax=group, discount=off) for price, group, off in rows]
        deal = a_quote(supplier, **by_items(*items, discount=discount, milestones=shares(*parts)))
        invoices = finish(deal)
        assert sum(invoice["net"] for invoice in invoices) == sum(item["net"] for item in offered(deal)["items"])
        check_rules(supplier.workspace_id)

    any_price()
