"""Which open invoice a line of a bank statement may be for. A proposal is worked out when it is read, never stored."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

MIN_SIGNS = 4
"""A number shorter than this stands in too many texts by chance."""


@dataclass(frozen=True)
class OpenInvoice:
    """An invoice that waits for money; `open_amount` in minor units."""

    id: int
    number: str
    currency: str
    open_amount: int
    client: str = ""


class Proposal(NamedTuple):
    """`why`: "sure" (number and amount fit), "number" (it is named) or "amount" (it alone has this amount)."""

    invoice: OpenInvoice
    why: str


def propose(reference: str, amount: int, currency: str, invoices: Sequence[OpenInvoice]) -> Proposal | None:
    """The invoice that `amount` minor units with this reference are most likely for; None when it would be a guess.

    A number counts as named whatever separates its signs, as long as it is no part of a longer one.
    """
    text, stripped = reference.upper(), _stripped(reference)
    candidates = [invoice for invoice in invoices if invoice.currency == currency and invoice.open_amount > 0]
    named = [invoice for invoice in candidates if _is_named(invoice.number, text, stripped)]
    for invoice in named:
        if invoice.open_amount == amount:
            return Proposal(invoice, "sure")
    if named:
        return Proposal(named[0], "number")
    fitting = [invoice for invoice in candidates if invoice.open_amount == amount]
    return Proposal(fitting[0], "amount") if len(fitting) == 1 else None


def _is_named(number: str, text: str, stripped: str) -> bool:
    signs = _stripped(number)
    return len(signs) >= MIN_SIGNS and signs in stripped and _pattern(signs).search(text) is not None


@lru_cache(maxsize=4_096)
def _pattern(signs: str) -> re.Pattern[str]:
    before = r"(?<![0-9])" if signs[0].isdigit() else r"(?<![A-Z])"
    after = r"(?![0-9])" if signs[-1].isdigit() else r"(?![A-Z])"
    return re.compile(before + r"[^A-Z0-9]*".join(signs) + after)


def _stripped(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.upper())
