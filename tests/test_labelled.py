"""The labelled criteria are what docs/testability.md says of them."""

import itertools

import pytest

from bench.labelled import CATEGORIES, Labelled, is_held, read

PARTS = {part: read(part) for part in ("development", "held")}
EVERY = [*itertools.chain.from_iterable(PARTS.values())]
LATER = [*read("further"), *read("after")]


def test_there_are_enough_of_a_dozen_trades_and_none_twice() -> None:
    assert len(EVERY) >= 420
    assert len({one.text for one in [*EVERY, *LATER]}) == len(EVERY) + len(LATER)
    assert len({one.trade for one in EVERY}) >= 12
    assert {category for one in EVERY for _words, category in one.marks} == set(CATEGORIES)
    assert {category for one in LATER for _words, category in one.marks} <= set(CATEGORIES)


@pytest.mark.parametrize("part", PARTS)
def test_chance_made_the_parts(part: str) -> None:
    assert all(is_held(one.text) == (part == "held") for one in PARTS[part])


@pytest.mark.parametrize("part", PARTS)
def test_both_labels_and_every_trade_are_in_each_part(part: str) -> None:
    found = PARTS[part]
    assert 0.4 <= sum(not one.testable for one in found) / len(found) <= 0.6
    assert {one.trade for one in found} == {one.trade for one in EVERY}


def test_a_digit_says_little() -> None:
    """Hard cases on both sides, or counting digits would do."""

    def digits(found: list[Labelled]) -> float:
        return sum(any(letter.isdigit() for letter in one.text) for one in found) / len(found)

    assert digits([one for one in EVERY if one.testable]) < 0.6
    assert digits([one for one in EVERY if not one.testable]) > 0.2
