"""From shares to exact amounts: percentages and fixed amounts become nets whose taxes also sum."""

from collections.abc import Sequence
from dataclasses import dataclass

from milebill.errors import Invalid
from milebill.money import MAX_MINOR
from milebill.split import largest_remainder, split
from milebill.tax import RATE_ONE, tax_on


@dataclass(frozen=True)
class Share:
    """What a milestone is to cost: a percentage of the total (in thousandths of a percent), or an amount."""

    thousandths: int | None = None
    amount: int | None = None
    """Minor units."""


@dataclass(frozen=True)
class Priced:
    """The split: per milestone and in total, minor units. Nets, taxes and their sums agree exactly."""

    nets: tuple[int, ...]
    taxes: tuple[int, ...]
    net: int
    tax: int

    @property
    def gross(self) -> int:
        return self.net + self.tax


def price(total: int | None, shares: Sequence[Share], rate: int) -> Priced:
    """Split `total` (minor units, net) by `shares`; without a total, the amounts are the total.

    Percentages may miss 100 % by what rounding each to two decimals explains (3 × 33.33 %). Raises Invalid with
    "total" (required, too_large, zero), "shares" (under_100, over_100) and SplitImpossible.
    """
    amounts = [share.amount for share in shares if share.amount is not None]
    if total is None:
        if len(amounts) < len(shares):
            raise Invalid({"total": "required"})
        total = sum(amounts)
    if total > MAX_MINOR:
        raise Invalid({"total": "too_large"})
    if total == 0:
        raise Invalid({"total": "zero"})
    nets = _nets(total, shares)
    exact = split(total, rate, nets, pinned=[share.amount is not None for share in shares])
    return Priced(tuple(exact), tuple(tax_on(net, rate) for net in exact), total, tax_on(total, rate))


def _nets(total: int, shares: Sequence[Share]) -> list[int]:
    rest = total - sum(share.amount for share in shares if share.amount is not None)
    weights = [share.thousandths or 0 for share in shares if share.amount is None]
    asked = sum(weights) * total  # both sides of the comparison in minor units × RATE_ONE
    tolerance = 5 * len(weights) * total + (RATE_ONE * len(weights) if len(weights) < len(shares) else 0)
    if asked < rest * RATE_ONE - tolerance:
        raise Invalid({"shares": "under_100"})
    if rest < 0 or asked > rest * RATE_ONE + tolerance or (rest and not sum(weights)):
        raise Invalid({"shares": "over_100" if rest < 0 or asked > rest * RATE_ONE else "under_100"})
    parts = iter(largest_remainder(rest, weights) if sum(weights) else [0] * len(weights))
    return [share.amount if share.amount is not None else next(parts) for share in shares]
