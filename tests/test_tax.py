"""Tax is rounded half up, in whole minor units."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milebill.money import MAX_MINOR
from milebill.tax import RATE_ONE, divide_half_up, tax_on


@pytest.mark.parametrize(
    ("net", "rate", "tax"),
    [
        (100, 19_000, 19),
        (50, 1_000, 1),  # 0.5 goes up
        (49, 1_000, 0),
        (-50, 1_000, -1),  # and away from zero
        (1_000, 8_875, 89),
        (12_345, 0, 0),
        (12_345, RATE_ONE, 12_345),
        (MAX_MINOR, 19_000, 190_000_000_000_000),
    ],
)
def test_tax(net: int, rate: int, tax: int) -> None:
    assert tax_on(net, rate) == tax


@given(st.integers(-(10**20), 10**20), st.integers(1, 10**9))
def test_rounding_is_never_off_by_more_than_half(numerator: int, denominator: int) -> None:
    rounded = divide_half_up(numerator, denominator)
    error = Fraction(numerator, denominator) - rounded
    assert abs(error) <= Fraction(1, 2)
    if abs(error) == Fraction(1, 2):
        assert abs(rounded) > abs(Fraction(numerator, denominator))
