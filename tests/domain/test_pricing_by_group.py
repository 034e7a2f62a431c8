"""Prices with several tax groups: each group and each of its taxes sums to the cent, or the price is refused."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milebill.domain.pricing import Priced, Share, price, price_items
from milebill.errors import Invalid, SplitImpossible
from milebill.money import MAX_MINOR
from milebill.split import largest_remainder
from milebill.tax import RATE_ONE
from tests.domain.test_pricing import check_groups

RATES = st.one_of(
    st.just((0,)),
    st.tuples(st.integers(0, RATE_ONE)),
    st.tuples(st.integers(1, 50_000), st.integers(1, 50_000)),
    st.sampled_from([(19_000,), (7_000,), (8_875,), (5_000, 7_000), (5_000, 9_975)]),
)
GROUPS = st.lists(RATES, min_size=1, max_size=4)
STEPS = st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 3)), min_size=1, max_size=12)
WEIGHTS = st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any)
NETS = st.lists(
    st.one_of(st.integers(0, 300), st.integers(0, 10**9), st.integers(0, MAX_MINOR)), min_size=4, max_size=4
)


def by_amounts(groups: list[tuple[int, ...]], steps: list[tuple[int, int]]) -> None:
    """Each milestone has an amount and a group of its own."""
    amounts = [amount for amount, _ in steps]
    chosen = [group % len(groups) for _, group in steps]
    with suppress(Invalid, SplitImpossible):
        priced = price(None, [Share(amount=amount) for amount in amounts], groups, chosen)
        check_groups(priced, groups)
        assert priced.net == sum(amounts)
        assert [[part.group for part in own] for own in priced.amounts] == [
            [group] if amount else [] for amount, group in zip(amounts, chosen, strict=True)
        ]


def by_items(groups: list[tuple[int, ...]], nets: list[int], weights: list[int]) -> None:
    """Each milestone has a share of every group."""
    nets = nets[: len(groups)]
    shares = [Share(thousandths=part) for part in largest_remainder(RATE_ONE, weights)]
    with suppress(Invalid, SplitImpossible):
        priced: Priced = price_items(nets, shares, groups)
        check_groups(priced, groups)
        assert {group.group: group.net for group in priced.groups} == {
            group: net for group, net in enumerate(nets) if net
        }


@given(GROUPS, STEPS)
@settings(max_examples=100)
def test_amounts_of_any_groups_sum_or_are_refused(groups: list[tuple[int, ...]], steps: list[tuple[int, int]]) -> None:
    by_amounts(groups, steps)


@given(GROUPS, NETS, WEIGHTS)
@settings(max_examples=100)
def test_shares_of_any_groups_sum_or_are_refused(
    groups: list[tuple[int, ...]], nets: list[int], weights: list[int]
) -> None:
    by_items(groups, nets, weights)


@pytest.mark.long
@given(GROUPS, STEPS)
@settings(max_examples=10_000)
def test_amounts_of_any_groups_for_long(groups: list[tuple[int, ...]], steps: list[tuple[int, int]]) -> None:
    by_amounts(groups, steps)


@pytest.mark.long
@given(GROUPS, NETS, WEIGHTS)
@settings(max_examples=10_000)
def test_shares_of_any_groups_for_long(groups: list[tuple[int, ...]], nets: list[int], weights: list[int]) -> None:
    by_items(groups, nets, weights)
