"""Line items: rounded once each, discounts allocated to the cent, errors beside the field."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milebill.categories import Category, Reason
from milebill.domain.draft_fields import Fields
from milebill.domain.draft_taxes import DraftGroup, DraftTaxes
from milebill.domain.items import Discount, Item, discounted, group_nets, read_items
from milebill.tax import RATE_ONE

STANDARD = DraftGroup(Category.STANDARD, Reason(), (("VAT", 19_000),))
REDUCED = DraftGroup(Category.STANDARD, Reason(), (("VAT", 7_000),))
TAXES = DraftTaxes((STANDARD, REDUCED), (True, True))


def item(quantity: int, unit_price: int, discount: int = 0, group: int = 0) -> Item:
    return Item("Design", quantity, "h", unit_price, discount, group)


def row(**fields: str) -> dict[str, str]:
    return {"description": "Design", "quantity": "2", "unit": "h", "unit_price": "95", **fields}


def read(*rows: dict[str, Any], discount: str = "", currency: str = "EUR") -> tuple[Any, dict[str, str]]:
    fields = Fields({"items": list(rows), "discount": discount})
    return read_items(fields, TAXES, currency, "en"), fields.errors


@pytest.mark.parametrize(
    ("quantity", "unit_price", "discount", "net"),
    [
        (12_500, 9_533, 0, 119_163),  # 12.5 h × 95.33 = 1,191.625
        (12_500, 9_533, 10_000, 107_247),  # less 119.163
        (1, 499, 0, 0),  # a thousandth of 4.99
        (1, 500, 0, 1),
        (1_000, 10_000, 100_000, 0),
        (333, 100_000, 33_333, 22_200),  # 333.00 less 110.99889
    ],
)
def test_a_line_is_rounded_once_and_its_discount_once(quantity: int, unit_price: int, discount: int, net: int) -> None:
    assert item(quantity, unit_price, discount).net == net


def test_the_discount_of_the_whole_is_allocated_to_the_cent() -> None:
    lines = discounted([item(1_000, 107_247), item(1_000, 50_000, group=1)], Discount(amount=10_000))
    assert [line.discount_of_whole for line in lines] == [6_820, 3_180]
    assert group_nets(lines, 2) == [100_427, 46_820]


@given(
    st.lists(
        st.tuples(st.integers(1, 10**6), st.integers(0, 10**9), st.integers(0, RATE_ONE)), min_size=1, max_size=60
    ),
    st.integers(0, RATE_ONE),
)
def test_whatever_is_taken_off_is_gone_exactly(lines: list[tuple[int, int, int]], thousandths: int) -> None:
    items = [item(*line, group=number % 3) for number, line in enumerate(lines)]
    total, discount = sum(one.before for one in items), Discount(thousandths=thousandths)
    after = discounted(items, discount)
    assert sum(group_nets(after, 3)) == total - discount.of(total)
    assert all(0 <= one.net <= one.before for one in after)


def test_more_than_the_whole_cannot_be_taken_off() -> None:
    with pytest.raises(ValueError, match="more than the whole"):
        discounted([item(1_000, 100)], Discount(amount=101))


def test_rows_are_read_with_their_groups_and_empty_ones_are_none() -> None:
    items, errors = read(row(tax="1"), {"description": " ", "tax": "1"}, row(quantity="", unit_price="10.50"))
    assert not errors
    assert [(one.quantity, one.unit_price, one.group) for one in items] == [(2_000, 9_500, 1), (1_000, 1_050, 0)]


@pytest.mark.parametrize(("typed", "off"), [("10 %", 1_900), ("12.5%", 2_375), ("50", 5_000), ("", 0)])
def test_a_discount_is_a_percentage_or_an_amount(typed: str, off: int) -> None:
    items, errors = read(row(), discount=typed)
    assert not errors
    assert items[0].discount_of_whole == off


@pytest.mark.parametrize(
    ("rows", "discount", "errors"),
    [
        ([], "", {"items": "how_many_items"}),
        ([row()] * 61, "", {"items": "how_many_items"}),
        ([row(unit_price="0")], "", {"items": "zero"}),
        ([row(description="")], "", {"items-0-description": "required"}),
        ([row(), row(quantity="0")], "", {"items-1-quantity": "positive"}),
        ([row(quantity="-1")], "", {"items-0-quantity": "negative"}),
        ([row(quantity="1e9")], "", {"items-0-quantity": "not_a_number"}),
        ([row(quantity="999999.9999")], "", {"items-0-quantity": "too_many_decimals"}),
        ([row(unit_price="NaN")], "", {"items-0-unit_price": "not_a_number"}),
        ([row(unit_price="-5")], "", {"items-0-unit_price": "negative"}),
        ([row(unit_price="0.335")], "", {"items-0-unit_price": "too_many_decimals"}),
        ([row(unit_price="9999999999999", quantity="3")], "", {"items-0-unit_price": "too_large"}),
        ([row(unit_price="9999999999999", quantity="1")] * 2, "", {"items": "too_large"}),
        ([row(discount="101")], "", {"items-0-discount": "too_large"}),
        ([row(tax="9")], "", {"items-0-tax": "unknown"}),
        ([row()], "190", {"discount": "over_whole"}),
        ([row()], "100 %", {"discount": "over_whole"}),
        ([row()], "ten", {"discount": "not_a_number"}),
        ([row()], "-5", {"discount": "negative"}),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    rows: list[dict[str, str]], discount: str, errors: dict[str, str]
) -> None:
    assert read(*rows, discount=discount) == (None, errors)


def test_nothing_is_priced_before_the_currency_is_known() -> None:
    assert read(row(), currency="") == (None, {})
