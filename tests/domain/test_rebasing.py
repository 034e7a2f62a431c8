"""A price that is switched between percentage and amount takes its number along."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milebill.domain.draft import read_draft
from milebill.domain.rebasing import rebased
from tests.actors import a_draft, shares

TODAY = date(2027, 1, 4)


def switched(place: int, *values: str, locale: str = "en", **changes: Any) -> str | None:
    """What the milestone's price becomes; `values` stand as they were before the switch, amounts with "="."""
    draft = a_draft(**{"valid_until": "2027-12-31", **changes, "milestones": shares(*values)})
    row = draft["milestones"][place]
    row["basis"] = "percentage" if row["basis"] == "amount" else "amount"
    return rebased(draft, place, locale, TODAY)


@pytest.mark.parametrize(
    ("place", "values", "changes", "value"),
    [
        (0, ("30", "70"), {"total": "10,000"}, "3000.00"),
        (0, ("=3,000", "70"), {"total": "10,000"}, "30"),
        (0, ("=€1,250", "87.5"), {"total": "10,000"}, "12.5"),
        (0, ("=1", "99"), {"total": "80"}, "1.25"),
        (0, ("30", "20"), {"total": "10,000"}, "3000.00"),  # the shares do not come out, this one does
        (2, ("33.33", "33.33", "33.34"), {"total": "0.10", "tax_rate": "0"}, "0.04"),
        (1, ("33.33", "33.33", "33.33"), {"total": "100"}, "33.33"),
        (0, ("30", "70"), {"total": "10.000,00", "locale": "de"}, "3000,00"),
        (0, ("=1.250,00", "87,5"), {"total": "10.000", "locale": "de"}, "12,5"),
        (0, ("50", "50"), {"total": "1001", "currency": "JPY"}, "501"),
        (0, ("=3,333.33", "66.67"), {"total": "10,000"}, None),
        (0, ("33.333", "20"), {"total": "100"}, None),
        (0, ("30", "70"), {"total": ""}, None),
        (0, ("=30", "=70"), {"total": ""}, None),
        (0, ("30", "70"), {"total": "10.000"}, None),
        (0, ("30", "70"), {"total": "0"}, None),
        (0, ("30", "70"), {"currency": "?"}, None),
        (0, ("x", "70"), {}, None),
        (0, ("", "70"), {}, None),
        (0, ("=", "70"), {}, None),
        (0, ("30", "70"), {"pricing": "items"}, None),
    ],
)
def test_the_number_is_converted_where_that_is_exact(
    place: int, values: tuple[str, ...], changes: dict[str, Any], value: str | None
) -> None:
    assert switched(place, *values, **changes) == value


@given(st.integers(1, 10**9), st.integers(1, 99_999), st.sampled_from(["en", "de"]))
def test_the_sums_still_come_out(total: int, share: int, locale: str) -> None:
    sign = "." if locale == "en" else ","
    draft = a_draft(total=f"{total // 100}{sign}{total % 100:02}", valid_until="2027-12-31")
    draft["milestones"] = shares(*(f"{part // 1000}{sign}{part % 1000:03}" for part in (share, 100_000 - share)))
    before = read_draft(draft, locale, TODAY)
    draft["milestones"][0]["basis"] = "amount"
    value = rebased(draft, 0, locale, TODAY)
    if before.priced is None or value is None:
        return  # a few cents can't always be split, or not this way
    draft["milestones"][0]["value"] = value
    after = read_draft(draft, locale, TODAY)
    assert after.priced is not None
    assert (after.priced.net, after.priced.nets[0]) == (before.priced.net, after.milestones[0].share.amount)  # type: ignore[union-attr]
    assert abs(after.priced.nets[0] - before.priced.nets[0]) <= 10
