"""Line items: quantity × unit price, with discounts on a line and on the whole, all taken off before anything is split.

A quote that is priced by items is billed by shares: each milestone bills its percentage of every tax group, and the
items are the annex that says what the price is made of.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from milebill.domain.draft_fields import Fields
from milebill.domain.draft_taxes import DraftTaxes
from milebill.money import MAX_MINOR, InvalidAmount, parse_thousandths
from milebill.split import largest_remainder
from milebill.tax import RATE_ONE, divide_half_up

MAX_ITEMS = 60
MAX_QUANTITY = 10**9
"""Thousandths of a unit: a million units."""
ONE = 1_000
"""The quantity of one unit."""
MAX_DESCRIPTION, MAX_UNIT = 1000, 20

_TYPED = ("description", "quantity", "unit", "unit_price", "discount")
"""A row in which none of them was typed is no item."""


@dataclass(frozen=True)
class Item:
    """One line of the price. Amounts are minor units, net."""

    description: str
    quantity: int
    """Thousandths of a unit."""
    unit: str
    unit_price: int
    discount: int
    """Thousandths of a percent."""
    group: int
    """TaxGroup.position."""
    discount_of_whole: int = 0
    """The line's part of what is taken off the whole."""

    @property
    def before(self) -> int:
        """Quantity × price less the line's own discount; each is rounded once, halves up."""
        full = divide_half_up(self.quantity * self.unit_price, ONE)
        return full - divide_half_up(full * self.discount, RATE_ONE)

    @property
    def net(self) -> int:
        """What the line adds to its tax group (BT-131)."""
        return self.before - self.discount_of_whole


@dataclass(frozen=True)
class Discount:
    """What is taken off the whole: a percentage (thousandths of a percent) or an amount (minor units)."""

    thousandths: int = 0
    amount: int = 0

    def of(self, total: int) -> int:
        """Minor units."""
        return self.amount or divide_half_up(total * self.thousandths, RATE_ONE)


def discounted(items: Sequence[Item], discount: Discount) -> tuple[Item, ...]:
    """The items with their parts of the discount of the whole, by largest remainder: it is gone to the cent.

    Raises ValueError when it is more than the whole.
    """
    nets = [item.before for item in items]
    off = discount.of(sum(nets))
    if off > sum(nets):
        raise ValueError("a discount of more than the whole")
    parts = largest_remainder(off, nets) if off else [0] * len(nets)
    return tuple(replace(item, discount_of_whole=part) for item, part in zip(items, parts, strict=True))


def group_nets(items: Sequence[Item], groups: int) -> list[int]:
    """The net of each of `groups` tax groups, in their order, minor units."""
    nets = [0] * groups
    for item in items:
        nets[item.group] += item.net
    return nets


def read_items(fields: Fields, taxes: DraftTaxes, currency: str, locale: str) -> tuple[Item, ...] | None:
    """The items of a draft after every discount, or None while one of them can't be read; its errors say why.

    Errors: "items" (how_many_items, zero, too_large), "items-<n>-<field>", "discount" (over_whole).
    """
    rows = fields.rows("items")
    if len(rows) > MAX_ITEMS:
        fields.fail("items", "how_many_items")
    found: list[Item | None] = []
    for index, row in enumerate(rows[:MAX_ITEMS]):
        if any(str(row.get(name) or "").strip() for name in _TYPED):
            own = Fields(row, prefix=f"items-{index}-")
            found.append(_item(own, taxes, currency, locale))
            fields.errors |= own.errors
    items = [item for item in found if item is not None]
    discount = _discount(fields, currency, locale)
    if not found:
        fields.fail("items", "how_many_items")
    if discount is None or not items or len(items) < len(found) or "items" in fields.errors:
        return None
    return _whole(fields, items, discount)


def _whole(fields: Fields, items: list[Item], discount: Discount) -> tuple[Item, ...] | None:
    total = sum(item.before for item in items)
    if total > MAX_MINOR:
        fields.fail("items", "too_large")
    elif total == 0:
        fields.fail("items", "zero")
    elif discount.of(total) >= total:
        fields.fail("discount", "over_whole")
    else:
        return discounted(items, discount)
    return None


def _item(own: Fields, taxes: DraftTaxes, currency: str, locale: str) -> Item | None:
    description = own.text("description", MAX_DESCRIPTION, required=True)
    quantity, price = _quantity(own), own.amount("unit_price", currency, locale)
    discount, group = own.percentage("discount"), taxes.chosen(own)
    unit = own.text("unit", MAX_UNIT)
    if quantity is None or price is None or discount is None or own.errors:
        return None
    item = Item(description, quantity, unit, price, discount, group)
    if item.before > MAX_MINOR:
        own.fail("unit_price", "too_large")
        return None
    return item


def _quantity(own: Fields) -> int | None:
    typed = own.text("quantity", 40) or "1"
    try:
        quantity = parse_thousandths(typed)
    except InvalidAmount as error:
        own.fail("quantity", "negative" if typed.startswith("-") else error.code)
        return None
    if not 0 < quantity <= MAX_QUANTITY:
        own.fail("quantity", "too_large" if quantity else "positive")
        return None
    return quantity


def _discount(fields: Fields, currency: str, locale: str) -> Discount | None:
    """ "10 %" or an amount; nothing typed is nothing off."""
    typed = fields.text("discount", 40)
    if not typed:
        return Discount()
    if typed.endswith("%"):
        thousandths = fields.percentage("discount")
        return None if thousandths is None else Discount(thousandths=thousandths)
    amount = fields.amount("discount", currency, locale)
    return None if amount is None else Discount(amount=amount)
