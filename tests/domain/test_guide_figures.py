"""What is typed into the guide's calculator: as people write it, and as nobody should."""

import pytest

from milebill.domain.guide_figures import LIMITS, read_figures
from milebill.domain.three_deals import Figures
from milebill.errors import Invalid

TYPED = {
    "currency": "EUR", "price": "12000", "weeks": "12", "milestones": "5", "deposit": "25", "cost": "750",
    "cost_per": "week", "review_days": "5", "payment_days": "14", "overrun": "20",
}  # fmt: skip
NO_NUMBERS = ("NaN", "Infinity", "1e400", "-1", "2.5", "1_0", "٣", "99999", "9" * 5000, "0x10", "<b>", "1 2", "105")
NO_AMOUNTS = {
    "": "empty", "NaN": "not_a_number", "inf": "not_a_number", "1e400": "not_a_number", "1_000": "not_a_number",
    "1.005": "too_many_decimals", "-5": "negative", "9" * 25: "too_large", "9" * 5000: "not_a_number",
    "100000000000.01": "too_large",
}  # fmt: skip


def test_as_people_write_it() -> None:
    read = read_figures(TYPED | {"price": "12.000,50 ", "currency": "eur", "deposit": "25 %", "weeks": " 12 "}, "de")
    assert read == Figures("EUR", 12_000_50, 12, 5, 25, 750_00, 5, 14, 20)


def test_a_month_is_a_twelfth_of_a_year() -> None:
    assert read_figures(TYPED | {"cost": "3250", "cost_per": "month"}, "en").weekly_cost == 750_00


def test_limits_are_within() -> None:
    for place in (0, 1):
        read = read_figures(TYPED | {name: str(limits[place]) for name, limits in LIMITS.items()}, "en")
        assert {name: getattr(read, name) for name in LIMITS} == {
            name: limits[place] for name, limits in LIMITS.items()
        }


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_no_number_gets_through(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_figures(TYPED | {"weeks": text, "milestones": text, "deposit": ""}, "en")
    assert caught.value.errors == {"weeks": "outside", "milestones": "outside", "deposit": "empty"}


@pytest.mark.parametrize(("text", "code"), NO_AMOUNTS.items())
def test_no_amount_gets_through(text: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_figures(TYPED | {"price": text}, "en")
    assert caught.value.errors == {"price": code}


def test_what_is_left() -> None:
    for changes, errors in (
        ({"price": "0"}, {"price": "positive"}),
        ({"cost": "-1"}, {"cost": "negative"}),
        ({"cost_per": "year"}, {"cost_per": "unknown"}),
        ({"currency": " "}, {"currency": "required"}),
        ({"currency": "XAU"}, {"currency": "currency"}),
        ({"currency": "JPY", "price": "1.5"}, {"price": "too_many_decimals"}),
    ):
        with pytest.raises(Invalid) as caught:
            read_figures(TYPED | changes, "en")
        assert caught.value.errors == errors
    assert read_figures(TYPED | {"cost": "0"}, "en").weekly_cost == 0
