"""Percentages and amounts become exact prices, or an error that says what is wrong."""

import string
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from milebill.domain.draft import read_draft
from milebill.domain.offer import freeze
from milebill.domain.pricing import Priced, Share, price
from milebill.errors import Invalid, SplitImpossible
from milebill.models import Workspace
from milebill.money import MAX_MINOR, plain
from milebill.tax import RATE_ONE, tax_on
from tests.actors import a_draft, shares

TODAY = date(2027, 3, 3)


def check_priced(priced: Priced, total: int, rate: int) -> None:
    assert sum(priced.nets) == priced.net == total
    assert sum(priced.taxes) == priced.tax == tax_on(total, rate)
    assert [tax_on(net, rate) for net in priced.nets] == list(priced.taxes)
    assert priced.gross == total + priced.tax
    assert min(priced.nets) >= 0


def check_groups(priced: Priced, rates: Sequence[Sequence[int]]) -> None:
    """Within each group the nets sum, each tax of it sums, and each milestone's tax is that of its net."""
    for group in priced.groups:
        own = [amount for amounts in priced.amounts for amount in amounts if amount.group == group.group]
        assert sum(amount.net for amount in own) == group.net
        for nth, rate in enumerate(rates[group.group]):
            assert sum(amount.taxes[nth] for amount in own) == group.taxes[nth] == tax_on(group.net, rate)
            assert all(amount.taxes[nth] == tax_on(amount.net, rate) for amount in own)
    assert all(amount.net > 0 for amounts in priced.amounts for amount in amounts)
    assert priced.net == sum(priced.nets)
    assert priced.tax == sum(priced.taxes)


def priced_at(total: int | None, asked: Sequence[Share], rate: int) -> Priced:
    """With one tax for everything."""
    return price(total, asked, [(rate,)], [0] * len(asked))


def percent(*values: float) -> list[Share]:
    return [Share(thousandths=round(value * 1000)) for value in values]


@pytest.mark.parametrize(
    ("total", "asked", "nets"),
    [
        (1_000_000, percent(33.33, 33.33, 33.33), [333_332, 333_333, 333_335]),  # 20 % of each must sum, too
        (1_000_000, percent(33.33, 33.33, 33.34), [333_300, 333_300, 333_400]),
        (1_000_000, percent(16.67, 16.67, 16.67, 16.67, 16.67, 16.67), None),
        (100_000, percent(30, 45, 25), [30_000, 45_000, 25_000]),
        (100_000, [Share(amount=20_000), *percent(40, 40)], [20_000, 40_000, 40_000]),
        (100_000, [Share(amount=33_333), *percent(33.33, 33.33)], None),
        (None, [Share(amount=10_000), Share(amount=20_000)], [10_000, 20_000]),
        (30_000, [Share(amount=10_000), Share(amount=20_000)], [10_000, 20_000]),
        (1_000, percent(100, 0), [1_000, 0]),
        (1_000, [Share(amount=1_000), *percent(0)], [1_000, 0]),
    ],
)
def test_shares_become_amounts(total: int | None, asked: list[Share], nets: list[int] | None) -> None:
    priced = priced_at(total, asked, 20_000)
    check_priced(priced, total or sum(nets or []), 20_000)
    assert nets is None or list(priced.nets) == nets


@pytest.mark.parametrize(
    ("total", "asked", "errors"),
    [
        (None, percent(100), {"total": "required"}),
        (MAX_MINOR + 1, percent(100), {"total": "too_large"}),
        (0, percent(100), {"total": "zero"}),
        (None, [Share(amount=0)], {"total": "zero"}),
        (1_000_000, percent(33.3, 33.3, 33.3), {"shares": "under_100"}),
        (1_000_000, percent(50, 49.9), {"shares": "under_100"}),
        (1_000_000, percent(50, 50.1), {"shares": "over_100"}),
        (1_000_000, percent(0, 0), {"shares": "under_100"}),
        (1_000_000, [Share(amount=1_000_001)], {"shares": "over_100"}),
        (1_000_000, [Share(amount=999_999)], {"shares": "under_100"}),
        (1_000_000, [Share(amount=600_000), *percent(50)], {"shares": "over_100"}),
        (1_000_000, [Share(amount=600_000), *percent(30)], {"shares": "under_100"}),
    ],
)
def test_shares_that_do_not_come_to_the_whole(total: int | None, asked: list[Share], errors: dict[str, str]) -> None:
    with pytest.raises(Invalid) as error:
        priced_at(total, asked, 19_000)
    assert error.value.errors == errors


SHARES = st.lists(
    st.one_of(st.builds(Share, thousandths=st.integers(0, RATE_ONE)), st.builds(Share, amount=st.integers(0, 10**9))),
    min_size=1,
    max_size=24,
)


@given(st.none() | st.integers(-5, 2 * 10**15), SHARES, st.integers(0, RATE_ONE))
@settings(max_examples=400)
def test_any_shares_are_priced_exactly_or_refused(total: int | None, asked: list[Share], rate: int) -> None:
    with suppress(Invalid, SplitImpossible):
        priced = priced_at(total, asked, rate)
        check_priced(priced, priced.net, rate)
        assert total in (None, priced.net)


@given(st.integers(10_000, 10**12), st.lists(st.integers(1, 1000), min_size=1, max_size=24), st.integers(0, 27_000))
@settings(max_examples=400)
def test_shares_rounded_to_two_decimals_are_understood(total: int, weights: list[int], rate: int) -> None:
    """Whatever a person rounded to two decimals, the whole is meant."""
    rounded = [round(weight * 10_000 / sum(weights)) * 10 for weight in weights]
    with suppress(SplitImpossible):
        check_priced(priced_at(total, [Share(thousandths=value) for value in rounded], rate), total, rate)


@given(st.integers(100_000, 10**10), st.data(), st.sampled_from([0, 7_000, 8_875, 19_000]), st.integers(6, 10))
@settings(max_examples=200)
def test_amounts_that_were_typed_stay_as_they_were_typed(total: int, data: Any, rate: int, count: int) -> None:
    """As long as the percentages can take up all the rounding, and six can for three amounts."""
    amounts = data.draw(st.lists(st.integers(1_000, total // 20), min_size=1, max_size=3))
    rest = total - sum(amounts)
    thousandths = [rest * RATE_ONE // total // count] * count
    asked = [*(Share(amount=a) for a in amounts), *(Share(thousandths=t) for t in thousandths)]
    priced = priced_at(total, asked, rate)
    check_priced(priced, total, rate)
    assert list(priced.nets[: len(amounts)]) == amounts


TEXTS = st.one_of(
    st.text(max_size=20),
    st.text(string.digits + ".,-% ", max_size=12),
    st.sampled_from(
        ["", "0", "33.33", "100", "EUR", "JPY", "2030-01-01", "2026-02-30", "Infinity", "1e400", "٣", "NaN"]
    ),
)
ROWS = st.dictionaries(
    st.sampled_from(["title", "description", "criteria", "planned_on", "basis", "value", "trigger"]),
    TEXTS | st.sampled_from(["percentage", "amount", "acceptance", "sign_off"]),
)
DRAFTS = st.fixed_dictionaries(
    {},
    optional={name: TEXTS for name in a_draft() if name != "milestones"}
    | {"milestones": st.lists(ROWS | st.just(None), max_size=26) | st.none()},  # type: ignore[arg-type]
)


@given(DRAFTS, st.sampled_from(["en", "de", "fr", "sv"]))
@example({}, "en")
@example({"milestones": [{}] * 25}, "en")
@settings(max_examples=400)
def test_any_draft_is_priced_exactly_or_says_what_is_wrong(draft: dict[str, Any], locale: str) -> None:
    read = read_draft(draft, locale, TODAY)
    if read.priced is None:
        assert read.errors
    else:
        check_groups(read.priced, [group.rates if group else () for group in read.groups])
    if not read.errors:
        assert read.priced is not None
        offer = freeze(read, Workspace(name="S", email="s@example.com"), "Q-1", 1)
        assert sum(item["net"] for item in offer["milestones"]) == offer["net"]
        assert sum(item["gross"] for item in offer["milestones"]) == offer["gross"]


VALUES = st.lists(st.integers(1, 10**6), min_size=1, max_size=24)


@given(VALUES, st.integers(0, 30_000), st.sampled_from(["EUR", "JPY", "KWD"]))
@settings(max_examples=200)
def test_a_draft_in_amounts_keeps_them_to_the_cent(values: list[int], rate: int, currency: str) -> None:
    typed = shares(*(f"={plain(value, currency)}" for value in values))
    read = read_draft(
        a_draft(total="", currency=currency, tax_rate=f"{rate / 1000:.3f}", milestones=typed, valid_until="2030-01-01"),
        "en",
        TODAY,
    )
    if read.priced is not None:
        assert read.priced.net == sum(values)
        check_priced(read.priced, sum(values), rate)
    else:
        assert set(read.errors.values()) <= {"too_small_to_split"}


DRAFT_ERRORS: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"title": " "}, {"title": "required"}),
    ({"title": "x" * 201}, {"title": "too_long"}),
    ({"client_name": None}, {"client_name": "required"}),
    ({"approver_email": "ines"}, {"approver_email": "email"}),
    ({"approver_email": "a b@example.com"}, {"approver_email": "email"}),
    ({"approver_email": "<a@example.com>"}, {"approver_email": "email"}),
    ({"approver_email": "@example.com"}, {"approver_email": "email"}),
    ({"approver_email": "a@b@example"}, {"approver_email": "email"}),
    ({"ap_email": "nobody"}, {"ap_email": "email"}),
    ({"currency": "EURO"}, {"currency": "currency"}),
    ({"currency": "XAU"}, {"currency": "currency"}),
    ({"tax_rate": "-19"}, {"tax_rate": "not_a_number"}),
    ({"tax_rate": "101"}, {"tax_rate": "too_large"}),
    ({"tax_label": ""}, {"tax_label": "required"}),
    ({"tax_label": "", "tax_rate": "0"}, {}),
    ({"tax_label": "", "tax_rate": ""}, {}),
    ({"valid_until": "2027-03-02"}, {"valid_until": "past"}),
    ({"valid_until": "2027-02-29"}, {"valid_until": "date"}),
    ({"valid_until": "04.03.2027"}, {"valid_until": "date"}),
    ({"valid_until": "in spring 2028"}, {"valid_until": "too_long"}),
    ({"valid_until": ""}, {"valid_until": "required"}),
    ({"payment_terms_days": "-1"}, {"payment_terms_days": "whole_number"}),
    ({"payment_terms_days": "366"}, {"payment_terms_days": "whole_number"}),
    ({"payment_terms_days": "1.5"}, {"payment_terms_days": "whole_number"}),
    ({"payment_terms_days": "٣"}, {"payment_terms_days": "whole_number"}),
    ({"total": "-5"}, {"total": "negative"}),
    ({"total": "Infinity"}, {"total": "not_a_number"}),
    ({"total": "1e400"}, {"total": "not_a_number"}),
    ({"total": ""}, {"total": "required"}),
    ({"total": "0"}, {"total": "zero"}),
    ({"total": "99999999999999"}, {"total": "too_large"}),
    ({"total": "0.02", "tax_rate": "50", "milestones": shares("50", "50")}, {"total": "too_small_to_split"}),
    ({"milestones": []}, {"milestones": "how_many"}),
    ({"milestones": shares(*["4"] * 25)}, {"milestones": "how_many"}),
    ({"milestones": shares("50", "49")}, {"shares": "under_100"}),
    ({"milestones": shares("50", "51")}, {"shares": "over_100"}),
    ({"milestones": shares("101")}, {"milestones-0-value": "over_100"}),
    ({"milestones": shares("50", "")}, {"milestones-1-value": "empty"}),
    ({"milestones": shares("50", "=-5")}, {"milestones-1-value": "negative"}),
    ({"milestones": shares("-50", "50")}, {"milestones-0-value": "negative"}),
    ({"milestones": shares("50", "=x")}, {"milestones-1-value": "not_a_number"}),
    ({"milestones": [{**shares("100")[0], "title": ""}]}, {"milestones-0-title": "required"}),
    ({"milestones": [{**shares("100")[0], "planned_on": "2027-03-02"}]}, {"milestones-0-planned_on": "past"}),
    ({"milestones": [{**shares("100")[0], "trigger": "never"}]}, {"milestones-0-trigger": "required"}),
    ({"milestones": [{**shares("100")[0], "criteria": "x\n" * 41}]}, {"milestones-0-criteria": "too_long"}),
]


@pytest.mark.parametrize(("changes", "errors"), DRAFT_ERRORS)
def test_each_error_stands_beside_its_field(changes: dict[str, Any], errors: dict[str, str]) -> None:
    assert read_draft(a_draft(**{"valid_until": "2027-03-03"} | changes), "en", TODAY).errors == errors


def test_only_a_valid_draft_is_frozen() -> None:
    with pytest.raises(ValueError, match="valid draft"):
        freeze(read_draft({}, "en", TODAY), Workspace(), "Q-1", 1)


def test_criteria_are_lines_without_their_bullets() -> None:
    row = {**shares("100")[0], "criteria": "• It loads.\n\n- It prints. \r\n* It works*\n"}
    read = read_draft(a_draft(milestones=[row], valid_until="2027-03-03"), "en", TODAY)
    assert [one.text for one in read.milestones[0].criteria] == ["It loads.", "It prints.", "It works"]
