"""Whatever is done to a draft, in whatever order: it says what is wrong with it, or it is priced exactly."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milebill.domain.draft import ReadDraft, read_draft
from tests.edits import DIGITS, Edits, Item, Meant, half_up

TODAY = date(2027, 3, 3)

PLACES = st.integers(0, 30)
PERCENTAGES = st.integers(0, 101_000).map(lambda n: Fraction(n, 1000))
AMOUNTS = st.integers(0, 10**9).map(lambda n: Fraction(n, 100))
RATES = st.sampled_from([Fraction(n, 1000) for n in (0, 5_000, 7_000, 8_875, 19_000, 25_500, 50_000)])
TAXES = st.lists(
    st.one_of(RATES.map(lambda rate: (rate,)), st.just((Fraction(5), Fraction(9_975, 1000)))), min_size=1, max_size=4
)
ITEMS = st.builds(
    Item,
    quantity=st.integers(1, 10**5).map(lambda n: Fraction(n, 1000)),
    price=AMOUNTS,
    discount=st.integers(0, 100_000).map(lambda n: Fraction(n, 1000)),
    group=st.integers(0, 1),
)
EDITS = st.one_of(
    st.tuples(st.just("act"), st.sampled_from(["add", "duplicate", "remove", "up", "down"]), PLACES),
    st.tuples(st.just("move"), PLACES, PLACES),
    st.tuples(st.just("undo")),
    st.tuples(st.just("type"), PLACES, PERCENTAGES | st.none(), st.just(False)),
    st.tuples(st.just("type"), PLACES, AMOUNTS | st.none(), st.just(True)),
    st.tuples(st.just("set_total"), AMOUNTS | st.none()),
    st.tuples(st.just("set_currency"), st.sampled_from(sorted(DIGITS))),
    st.tuples(st.just("set_rates"), TAXES),
    st.tuples(st.just("choose"), PLACES, st.integers(0, 4)),
    st.tuples(st.just("due"), PLACES, st.booleans()),
    st.tuples(st.just("price_by"), st.sampled_from(["by-items", "by-milestones"])),
    st.tuples(st.just("add_item"), ITEMS),
    st.tuples(st.just("remove_item"), PLACES),
    st.tuples(st.just("even_out")),
)
SEQUENCES = st.lists(EDITS, min_size=1, max_size=30)


def check(edits: Edits) -> bool:
    """Everything that must hold of the draft; returns whether it is consistent."""
    read, meant = read_draft(edits.draft, "de" if edits.comma else "en", TODAY), edits.meant
    assert [row.trigger == "acceptance" for row in read.milestones] == [row.deposit for row in meant.rows]
    if not meant.is_consistent():
        assert read.priced is None or read.errors
        assert read.errors
        return False
    if read.errors:
        assert set(read.errors.values()) == {"too_small_to_split"}
        assert any(len(own) > 1 for own in meant.rates) or (meant.whole() or 0) < 100 * len(meant.rows)
        return False
    check_sums(read, meant)
    check_rounding(read, meant)
    return True


def check_sums(read: ReadDraft, meant: Meant) -> None:
    """Net, tax and gross as fractions say, of the whole, of each group and of each milestone."""
    assert read.priced is not None
    whole, priced = meant.whole(), read.priced
    assert priced.net == whole
    assert sum(Fraction(net, priced.net) for net in priced.nets) == 1
    tax = 0
    for group, rates in enumerate(meant.rates):
        own = [amount for amounts in priced.amounts for amount in amounts if amount.group == group]
        net = sum(amount.net for amount in own)
        for nth, rate in enumerate(rates):
            assert all(amount.taxes[nth] == half_up(amount.net * rate / 100) for amount in own)
            assert sum(amount.taxes[nth] for amount in own) == half_up(net * rate / 100)
            tax += half_up(net * rate / 100)
        if meant.by_items:
            assert net == sum(meant.item_net(item) for item in meant.items if item.group == group)
    assert (priced.tax, priced.gross) == (tax, priced.net + tax)
    assert min(priced.nets) >= 0


def check_rounding(read: ReadDraft, meant: Meant) -> None:
    """Typed amounts stay, percentages are rounded and the last one takes the rounding, wherever the taxes allow it."""
    if meant.by_items or read.priced is None:
        return
    typed = [int((row.value or Fraction()) * meant.one) if row.is_amount else 0 for row in meant.rows]
    weights = [Fraction() if row.is_amount else row.value or Fraction() for row in meant.rows]
    rest = read.priced.net - sum(typed)
    parts = meant.nets(rest, weights) if any(weights) else [0] * len(weights)
    nets = [a + b for a, b in zip(typed, parts, strict=True)]
    if min(parts) < 0 or any(weight and not part for weight, part in zip(weights, parts, strict=True)):
        return  # a few cents in many parts
    for group, rates in enumerate(meant.rates):
        own = [i for i, row in enumerate(meant.rows) if row.group == group]
        net = sum(nets[i] for i in own)
        exact = all(sum(half_up(nets[i] * rate / 100) for i in own) == half_up(net * rate / 100) for rate in rates)
        found = [read.priced.nets[i] for i in own]
        assert not exact or found == [nets[i] for i in own]


def run(sequence: list[tuple[Any, ...]], comma: bool, finish: bool) -> bool:
    edits = Edits(comma)
    for name, *how in sequence:
        getattr(edits, name)(*how)
    if finish:
        edits.even_out()
    return check(edits)


@given(SEQUENCES, st.booleans(), st.booleans())
@settings(max_examples=150, deadline=None)
def test_any_sequence_of_edits_is_priced_exactly_or_says_what_is_wrong(
    sequence: list[tuple[Any, ...]], comma: bool, finish: bool
) -> None:
    run(sequence, comma, finish)


@pytest.mark.long
def test_ten_thousand_sequences_of_edits() -> None:
    done = {True: 0, False: 0}

    @given(SEQUENCES, st.booleans(), st.booleans())
    @settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def edited(sequence: list[tuple[Any, ...]], comma: bool, finish: bool) -> None:
        done[run(sequence, comma, finish)] += 1

    edited()
    assert sum(done.values()) >= 10_000
    assert done[True] >= 2_000  # so that most of what is asked above was asked thousands of times
