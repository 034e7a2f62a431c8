"""What an invoice lists and how it is taxed: the frozen shares of milestones as lines and as tax breakdown."""

from collections.abc import Mapping, Sequence
from typing import Any

from milebill.tax import tax_on

Share = Mapping[str, Any]
"""A milestone's frozen share of one tax group: the group's terms, `net`, `tax` and `second_tax` in minor units."""

SHARE, CONTRACT, DEDUCTION = "share", "contract", "deduction"


def check_shares(shares: Sequence[Share]) -> None:
    """Raises AssertionError if a tax is not its net's: then the split that was accepted is damaged."""
    for share in shares:
        expected = tax_on(share["net"], share["rate"]), tax_on(share["net"], share["second_rate"])
        if (share["tax"], share["second_tax"]) != expected:
            raise AssertionError("the frozen split holds a tax that is not its net's")


def line(description: str, position: int, share: Share, kind: str = SHARE) -> dict[str, Any]:
    """A line (BG-25) over the share's net; a deduction's is negative."""
    net = -share["net"] if kind == DEDUCTION else share["net"]
    found = {
        "kind": kind,
        "description": description,
        "position": position,
        "group": share["group"],
        "net": net,
        "tax_label": share["label"],
        "tax_category": share["category"],
        "tax_rate": share["rate"],
    }
    if share["second_rate"]:
        found |= {"second_label": share["second_label"], "second_rate": share["second_rate"]}
    return found


def breakdown(shares: Sequence[Share]) -> list[dict[str, Any]]:
    """The tax breakdown (BG-23): an entry for each tax of each group, summed over the shares that it has."""
    entries: dict[tuple[int, int], dict[str, Any]] = {}
    for share in shares:
        for nth, (label, rate, tax) in enumerate(_taxes(share), 1):
            entry = entries.setdefault(
                (share["group"], nth),
                {
                    "group": share["group"],
                    "nth": nth,
                    "label": label,
                    "category": share["category"],
                    "rate": rate,
                    "reason_code": share["reason_code"],
                    "reason": share["reason"],
                    "net": 0,
                    "tax": 0,
                },
            )
            entry["net"] += share["net"]
            entry["tax"] += tax
    return [entries[key] for key in sorted(entries)]


def net_and_tax(entries: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """The sums of a breakdown in minor units; two taxes of a group share one net."""
    net = sum(entry["net"] for entry in entries if entry["nth"] == 1)
    return net, sum(entry["tax"] for entry in entries)


def _taxes(share: Share) -> list[tuple[str, int, int]]:
    first = (share["label"], share["rate"], share["tax"])
    if not share["second_rate"]:
        return [first]
    return [first, (share["second_label"], share["second_rate"], share["second_tax"])]
