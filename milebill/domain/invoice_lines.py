"""What an invoice lists and how it is taxed: the frozen shares of milestones as lines and as tax breakdown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    sign = -1 if kind == DEDUCTION else 1
    found = {
        "kind": kind,
        "description": description,
        "position": position,
        "group": share["group"],
        "net": sign * share["net"],
        "tax": sign * (share["tax"] + share["second_tax"]),
        "tax_label": share["label"],
        "tax_category": share["category"],
        "tax_rate": share["rate"],
    }
    if share["second_rate"]:
        found |= {"second_label": share["second_label"], "second_rate": share["second_rate"]}
    return found


@dataclass(frozen=True)
class Billed:
    """An invoice that stands for another milestone, with that milestone's frozen shares."""

    number: str
    issued_on: str
    kind: str
    credited: int
    """What of its gross was credited, in minor units; printed beside it, the sums do not depend on it."""
    title: str
    position: int
    shares: Sequence[Share]


def deducting(contract: Sequence[tuple[str, int, Share]], billed: Sequence[Billed]) -> dict[str, Any]:
    """The parts of a final invoice that lists the whole contract and deducts what was billed, with its tax.

    `contract` is every share of every milestone, with its title and position. The lines of each group sum to what
    the final invoice asks for of it, because the frozen shares sum to the contract. Directive 2006/112/EC,
    art. 226 (8); § 14 (5) UStG: advance payments and the tax on them are deducted in the final invoice.
    """
    lines = [line(title, position, share, CONTRACT) for title, position, share in contract]
    for earlier in billed:
        reference = {"refers_to": earlier.number, "refers_on": earlier.issued_on}
        lines += [line(earlier.title, earlier.position, share, DEDUCTION) | reference for share in earlier.shares]
    return {
        "lines": lines,
        "whole": _summed([share for _, _, share in contract]),
        "deductions": [
            {
                "number": earlier.number,
                "issued_on": earlier.issued_on,
                "kind": earlier.kind,
                "credited": earlier.credited,
                **_summed(earlier.shares),
            }
            for earlier in billed
        ],
        "references": [
            {"kind": "deducts", "number": earlier.number, "issued_on": earlier.issued_on} for earlier in billed
        ],
    }


def _summed(shares: Sequence[Share]) -> dict[str, Any]:
    taxes = breakdown(shares)
    net, tax = net_and_tax(taxes)
    return {"net": net, "tax": tax, "gross": net + tax, "taxes": taxes}


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
