"""Sums by tax: what two ways of counting the same money must agree on, group by group and tax by tax."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

Sums = dict[tuple[int, int], tuple[int, int]]
"""(group 0 … n, first or second tax) → (net, tax) in minor units; nothing is no entry."""


def of_entries(entries: Iterable[Any], sign: int = 1) -> Sums:
    """Of a tax breakdown: rows of invoice_tax, or the `taxes` of a content."""
    return added(
        {(_get(entry, "tax_group", "group", 0), _get(entry, "nth", "nth", 1)): (sign * net, sign * tax)}
        for entry in entries
        for net, tax in [(_get(entry, "net", "net", 0), _get(entry, "tax", "tax", 0))]
    )


def of_amounts(amounts: Iterable[Any], groups: Mapping[int, Any]) -> Sums:
    """Of frozen shares (rows of milestone_amount), by the project's groups."""
    found = []
    for amount in amounts:
        group = groups[amount.tax_group_id]
        found.append({(group.position, 1): (amount.net, amount.tax)})
        if group.second_rate:
            found.append({(group.position, 2): (amount.net, amount.second_tax)})
    return added(found)


def added(parts: Iterable[Sums]) -> Sums:
    """The sum of sums."""
    found: dict[tuple[int, int], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for part in parts:
        for key, (net, tax) in part.items():
            found[key] = (found[key][0] + net, found[key][1] + tax)
    return {key: money for key, money in found.items() if money != (0, 0)}


def net_of(sums: Sums) -> int:
    """The net, which two taxes of one group share."""
    return sum(net for (_, nth), (net, _) in sums.items() if nth == 1)


def tax_of(sums: Sums) -> int:
    """All taxes."""
    return sum(tax for _, tax in sums.values())


def _get(entry: Any, column: str, key: str, default: int) -> int:
    return entry.get(key, default) if isinstance(entry, dict) else getattr(entry, column)
