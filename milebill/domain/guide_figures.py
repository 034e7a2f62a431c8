"""The figures of somebody's own job, as they are typed into the guide's calculator."""

import re
from collections.abc import Mapping

from milebill.domain.three_deals import Figures
from milebill.errors import Invalid
from milebill.money import InvalidAmount, is_currency
from milebill.tax import divide_half_up
from milebill.typed_amounts import read_amount

LIMITS: Mapping[str, tuple[int, int]] = {
    "weeks": (1, 104),
    "milestones": (1, 20),
    "deposit": (0, 80),
    "review_days": (0, 90),
    "payment_days": (0, 180),
    "overrun": (0, 200),
}
"""The least and the most of each whole number. With 20 milestones and a deposit of 80 % each still has its 1 %."""
MAX_PRICE = 10**13
MAX_COST = 10**12
"""Minor units; with every other figure at its limit all sums stay below what a document may show."""
A_WEEK, A_MONTH = "week", "month"
WEEKS_IN_A_YEAR, MONTHS_IN_A_YEAR = 52, 12


def read_figures(typed: Mapping[str, str], locale: str) -> Figures:
    """What `typed` means in the habits of `locale`: the fields of Figures, but "cost" and "cost_per" in place of the
    weekly cost.

    Raises Invalid with a code for each field that can't be read; "outside" is a number beyond its LIMITS.
    """
    errors: dict[str, str] = {}
    currency = typed["currency"].strip().upper()
    if not is_currency(currency):
        errors["currency"] = "currency" if currency else "required"
        currency = "EUR"
    price = _amount(errors, "price", typed, (currency, locale, 1, MAX_PRICE))
    cost = _amount(errors, "cost", typed, (currency, locale, 0, MAX_COST))
    numbers = {name: _number(errors, name, typed[name]) for name in LIMITS}
    if typed["cost_per"] == A_MONTH:
        cost = divide_half_up(cost * MONTHS_IN_A_YEAR, WEEKS_IN_A_YEAR)
    elif typed["cost_per"] != A_WEEK:
        errors["cost_per"] = "unknown"
    if errors:
        raise Invalid(errors)
    return Figures(currency=currency, price=price, weekly_cost=cost, **numbers)


def _amount(errors: dict[str, str], name: str, typed: Mapping[str, str], habits: tuple[str, str, int, int]) -> int:
    currency, locale, least, most = habits
    try:
        amount = read_amount(typed[name], currency, locale)
    except InvalidAmount as error:
        errors[name] = error.code
        return 0
    if not least <= amount <= most:
        errors[name] = "too_large" if amount > most else "negative" if amount < 0 else "positive"
    return amount


def _number(errors: dict[str, str], name: str, text: str) -> int:
    text = text.strip().removesuffix("%").strip()
    if not text:
        errors[name] = "empty"
        return 0
    # The limits are told for whatever is no such number: "NaN", "1e400", "-3", "2.5" and a hundred digits alike.
    if not re.fullmatch(r"[0-9]{1,4}", text, re.ASCII) or not LIMITS[name][0] <= int(text) <= LIMITS[name][1]:
        errors[name] = "outside"
        return 0
    return int(text)
