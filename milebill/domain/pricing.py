"""From shares to exact amounts: percentages and fixed amounts become nets whose taxes also sum."""

from collections.abc import Sequence
from dataclasses import dataclass

from milebill.errors import Invalid
from milebill.money import MAX_MINOR
from milebill.split import largest_remainder, split_all
from milebill.tax import RATE_ONE, divide_half_up, tax_on


@dataclass(frozen=True)
class Share:
    """What a milestone is to cost: a percentage of the total (in thousandths of a percent), or an amount."""

    thousandths: int | None = None
    amount: int | None = None
    """Minor units."""


@dataclass(frozen=True)
class Amount:
    """A part of a tax group: its net and each tax of it, in minor units."""

    group: int
    net: int
    taxes: tuple[int, ...]

    @property
    def tax(self) -> int:
        """All taxes."""
        return sum(self.taxes)


@dataclass(frozen=True)
class Priced:
    """The split. Within each group nets and every tax of the milestones sum exactly to the group's own."""

    amounts: tuple[tuple[Amount, ...], ...]
    """Of each milestone, by group; a group that it has nothing of is left out."""
    groups: tuple[Amount, ...]
    """What each group comes to; one that nothing belongs to is left out."""

    @property
    def nets(self) -> tuple[int, ...]:
        """Per milestone, minor units."""
        return tuple(sum(amount.net for amount in own) for own in self.amounts)

    @property
    def taxes(self) -> tuple[int, ...]:
        """Per milestone, minor units."""
        return tuple(sum(amount.tax for amount in own) for own in self.amounts)

    @property
    def net(self) -> int:
        """Minor units."""
        return sum(group.net for group in self.groups)

    @property
    def tax(self) -> int:
        """Minor units: each tax of each group rounded once, never a sum over milestones."""
        return sum(group.tax for group in self.groups)

    @property
    def gross(self) -> int:
        """Minor units."""
        return self.net + self.tax


Rates = Sequence[int]
"""The taxes of one group, in thousandths of a percent; empty for a group that nothing belongs to."""


def price(total: int | None, shares: Sequence[Share], groups: Sequence[Rates], chosen: Sequence[int]) -> Priced:
    """Split `total` (minor units, net) by `shares`; without a total, the amounts are the total.

    `chosen` is the group that each milestone belongs to as a whole. Percentages may miss 100 % by what rounding each to
    two decimals explains (3 × 33.33 %). Raises Invalid with "total" (required, too_large, zero), "shares" (under_100,
    over_100) and SplitImpossible.
    """
    amounts = [share.amount for share in shares if share.amount is not None]
    if total is None:
        if len(amounts) < len(shares):
            raise Invalid({"total": "required"})
        total = sum(amounts)
    _check_total(total)
    nets = _nets(total, shares)
    pinned = [share.amount is not None for share in shares]
    columns = []
    for group, rates in enumerate(groups):
        own = [net if chosen[i] == group else 0 for i, net in enumerate(nets)]
        columns.append(split_all(sum(own), rates, own, pinned))
    return _priced(columns, groups)


def price_items(nets: Sequence[int], shares: Sequence[Share], groups: Sequence[Rates]) -> Priced:
    """Split what the line items come to (`nets` of each group, minor units): each milestone bills its share of all.

    Raises Invalid with "total" and "shares", and SplitImpossible, like `price`.
    """
    _check_total(sum(nets))
    _nets(sum(nets), shares)  # whether they are the whole
    weights = [share.thousandths or 0 for share in shares]
    columns = [split_all(net, rates, _parts(net, weights)) for net, rates in zip(nets, groups, strict=True)]
    return _priced(columns, groups)


def _check_total(total: int) -> None:
    if total > MAX_MINOR:
        raise Invalid({"total": "too_large"})
    if total == 0:
        raise Invalid({"total": "zero"})


def _priced(columns: Sequence[Sequence[int]], groups: Sequence[Rates]) -> Priced:
    """From each group's nets by milestone."""
    parts = [
        [_amount(group, column[i], groups[group]) for group, column in enumerate(columns) if column[i]]
        for i in range(len(columns[0]))
    ]
    sums = [_amount(group, sum(column), groups[group]) for group, column in enumerate(columns) if sum(column)]
    return Priced(tuple(tuple(part) for part in parts), tuple(sums))


def _amount(group: int, net: int, rates: Rates) -> Amount:
    return Amount(group, net, tuple(tax_on(net, rate) for rate in rates))


def _nets(total: int, shares: Sequence[Share]) -> list[int]:
    rest = total - sum(share.amount for share in shares if share.amount is not None)
    weights = [share.thousandths or 0 for share in shares if share.amount is None]
    asked = sum(weights) * total  # both sides of the comparison in minor units × RATE_ONE
    tolerance = 5 * len(weights) * total + (RATE_ONE * len(weights) if len(weights) < len(shares) else 0)
    if asked < rest * RATE_ONE - tolerance:
        raise Invalid({"shares": "under_100"})
    if rest < 0 or asked > rest * RATE_ONE + tolerance or (rest and not sum(weights)):
        raise Invalid({"shares": "over_100" if rest < 0 or asked > rest * RATE_ONE else "under_100"})
    parts = iter(_parts(rest, weights))
    return [share.amount if share.amount is not None else next(parts) for share in shares]


def _parts(rest: int, weights: Sequence[int]) -> list[int]:
    """`rest` (minor units) by `weights`, each part rounded half up; the last one takes the rounding.

    Where that would leave nothing for it (a few cents in many parts), they are shared by largest remainder.
    """
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    last = max(i for i, weight in enumerate(weights) if weight)
    parts = [divide_half_up(rest * weight, whole) for weight in weights]
    parts[last] += rest - sum(parts)
    return parts if parts[last] > 0 else largest_remainder(rest, weights)
