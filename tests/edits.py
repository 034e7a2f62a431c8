"""A draft that is edited by the builder's own functions, and what is meant by it: a few lines that count in fractions
and share no code with them."""

from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import floor
from typing import Any

from milebill.domain.draft import MAX_MILESTONES
from milebill.domain.items import MAX_ITEMS
from milebill.money import MAX_MINOR
from milebill.web.supplier.rearranging import Rearranged, rearranged
from tests.actors import a_draft, shares

DIGITS = {"EUR": 2, "JPY": 0, "KWD": 3}
HUNDRED = Fraction(100)


def half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


@dataclass
class Row:
    """A milestone as somebody means it: a percentage, or an amount of whole units of the currency."""

    value: Fraction | None = None
    is_amount: bool = False
    group: int = 0
    deposit: bool = False


@dataclass
class Item:
    """A line of the price."""

    quantity: Fraction = Fraction(1)
    price: Fraction | None = None
    discount: Fraction = Fraction(0)
    group: int = 0


@dataclass
class Meant:
    """What the draft should say after the edits so far."""

    rows: list[Row]
    total: Fraction | None = HUNDRED * 100
    currency: str = "EUR"
    rates: list[tuple[Fraction, ...]] = field(default_factory=lambda: [(Fraction(19),)])
    items: list[Item] = field(default_factory=list)
    by_items: bool = False

    @property
    def one(self) -> int:
        """Minor units of one unit of the currency."""
        return 10 ** DIGITS[self.currency]

    def item_net(self, item: Item) -> int:
        full = half_up(half_up((item.price or Fraction()) * self.one) * item.quantity)
        return full - half_up(full * item.discount / 100)

    def whole(self) -> Fraction | None:
        """The price in minor units, if it can be told."""
        if self.by_items:
            return Fraction(sum(self.item_net(item) for item in self.items))
        if self.total is not None:
            return self.total * self.one
        return sum(row.value * self.one for row in self.rows if row.value) if self.in_amounts() else None  # type: ignore[return-value]

    def in_amounts(self) -> bool:
        return all(row.is_amount for row in self.rows)

    def amounts(self) -> list[Fraction]:
        """Whatever is to be read as an amount."""
        found = [item.price for item in self.items if item.price is not None] if self.by_items else [self.total]
        found += [row.value for row in self.rows if row.is_amount]
        return [value for value in found if value is not None]

    def is_complete(self) -> bool:
        """Whether every figure is there, is exact in this currency and belongs to a tax that is there."""
        chosen = [item.group for item in self.items if item.price is not None] if self.by_items else []
        chosen += [row.group for row in self.rows]  # kept, and asked for, where items make the price, too
        return (
            1 <= len(self.rows) <= MAX_MILESTONES
            and all(row.value is not None for row in self.rows)
            and all(row.value <= HUNDRED for row in self.rows if not row.is_amount and row.value is not None)
            and all((value * self.one).denominator == 1 for value in self.amounts())
            and not (self.by_items and any(row.is_amount for row in self.rows))
            and not (self.by_items and not any(item.price is not None for item in self.items))
            and (not self.by_items or len(self.items) <= MAX_ITEMS)
            and all(group < len(self.rates) for group in chosen)
            and len(set(self.rates)) == len(self.rates)
        )

    def is_consistent(self) -> bool:
        """Whether the shares are the whole, but for what rounding each percentage to two decimals explains."""
        whole = self.whole()
        if not self.is_complete() or whole is None or not 0 < whole <= MAX_MINOR:
            return False
        parts = [row.value or Fraction() for row in self.rows if not row.is_amount]
        fixed = sum(((row.value or Fraction()) * self.one for row in self.rows if row.is_amount), Fraction())
        off = abs(sum(parts, Fraction()) * whole / 100 + fixed - whole)
        explained = Fraction(5, 100_000) * len(parts) * whole + (
            len(parts) if fixed or len(parts) < len(self.rows) else 0
        )
        return off <= explained and fixed <= whole and (fixed == whole or any(parts))

    def nets(self, whole: int, weights: list[Fraction]) -> list[int]:
        """What each weight comes to of `whole`: rounded, and the last one takes the rounding."""
        last = max(i for i, weight in enumerate(weights) if weight)
        parts = [half_up(whole * weight / sum(weights)) for weight in weights]
        return [*parts[:last], whole - sum(parts[:last]), *parts[last + 1 :]]


class Edits:
    """The draft and what is meant by it, edited side by side."""

    def __init__(self, comma: bool) -> None:
        self.comma = comma
        values = shares("30", "45", "25", deposit=True)
        self.draft: dict[str, Any] = a_draft(milestones=values, valid_until="2027-04-03")
        rows = [Row(Fraction(value), deposit=n == 0) for n, value in enumerate((30, 45, 25))]
        self.meant = Meant(rows)
        self.removed = ""
        self.gone: tuple[str, int, Any] | None = None

    def press(self, act: str) -> None:
        """A button of the page, which carries what was removed last."""
        moved = rearranged(self.draft, act, self.removed)
        assert isinstance(moved, Rearranged)
        self.draft, self.removed = moved.draft, moved.removed.text if moved.removed else ""

    def written(self, value: Fraction | None) -> str:
        if value is None:
            return ""
        whole, rest = divmod(abs(value), 1)
        digits = f"{int(rest * 1000):03}".rstrip("0")
        grouped = f"{int(whole):,}" if self.comma else str(int(whole))
        text = f"{grouped}.{digits}" if digits else grouped
        return text.translate(str.maketrans(",.", ".,")) if self.comma else text

    def act(self, name: str, place: int = 0) -> None:
        """A button of the builder."""
        rows, count = self.meant.rows, len(self.meant.rows)
        place %= count
        act = name if name == "add" else f"{name}-{place}"
        self.press(act)
        if name == "add" and count <= MAX_MILESTONES:
            rows.append(Row())
        elif name == "duplicate":
            rows.insert(place + 1, replace(rows[place]))
            del rows[MAX_MILESTONES + 1 :]
        elif name == "remove" and count > 1:
            self.gone = ("rows", place, rows.pop(place))
        elif name == "up" and place > 0:
            rows[place - 1], rows[place] = rows[place], rows[place - 1]
        elif name == "down" and place < count - 1:
            rows[place + 1], rows[place] = rows[place], rows[place + 1]
        self.fill_in_titles()

    def fill_in_titles(self) -> None:
        self.draft["milestones"] = [{**row, "title": row["title"] or "New"} for row in self.draft["milestones"]]

    def type(self, place: int, value: Fraction | None, is_amount: bool) -> None:
        """Somebody types a figure, the last one of percentage and amount."""
        place %= len(self.meant.rows)
        self.change(place, value=self.written(value), basis="amount" if is_amount else "percentage")
        row = self.meant.rows[place]
        row.value, row.is_amount = value, is_amount

    def change(self, place: int, **fields: str) -> None:
        rows = [dict(row) for row in self.draft["milestones"]]
        rows[place] |= fields
        self.draft = {**self.draft, "milestones": rows}

    def choose(self, place: int, group: int) -> None:
        place %= len(self.meant.rows)
        self.change(place, tax=str(group))
        self.meant.rows[place].group = group

    def due(self, place: int, deposit: bool) -> None:
        place %= len(self.meant.rows)
        self.change(place, trigger="acceptance" if deposit else "sign_off")
        self.meant.rows[place].deposit = deposit

    def set_total(self, total: Fraction | None) -> None:
        self.draft = {**self.draft, "total": self.written(total)}
        self.meant.total = total

    def set_currency(self, currency: str) -> None:
        self.draft = {**self.draft, "currency": currency}
        self.meant.currency = currency

    def set_rates(self, rates: list[tuple[Fraction, ...]]) -> None:
        """The first tax, and a row for each of the others; a second tax beside some of them."""
        rows = [
            {
                "label": "VAT",
                "rate": self.written(own[0]),
                "category": "",
                "reason": "",
                "second_label": "PST" if own[1:] else "",
                "second_rate": self.written(own[1]) if own[1:] else "",
            }
            for own in rates
        ]
        first = rows[0]
        self.draft |= {"tax_label": "VAT", "tax_rate": first["rate"]}
        self.draft |= {"second_tax_label": first["second_label"], "second_tax_rate": first["second_rate"]}
        self.draft["more_taxes"] = rows[1:]
        self.meant.rates = rates

    def price_by(self, way: str) -> None:
        self.press(way)
        self.meant.by_items = way == "by-items"
        if self.meant.by_items:
            self.meant.items = self.meant.items or [Item()]
            for row in self.meant.rows:
                row.is_amount = False

    def add_item(self, item: Item) -> None:
        self.press("add-item")
        self.meant.by_items = True
        for row in self.meant.rows:
            row.is_amount = False
        if len(self.meant.items) <= MAX_ITEMS:
            self.meant.items.append(item)
            typed = {
                "description": "Work",
                "quantity": self.written(item.quantity),
                "unit": "h",
                "unit_price": self.written(item.price),
                "discount": self.written(item.discount),
                "tax": str(item.group),
            }
            self.draft = {**self.draft, "items": [*self.draft["items"][:-1], typed]}

    def remove_item(self, place: int) -> None:
        if not self.meant.items:
            return
        place %= len(self.meant.items)
        self.press(f"remove-item-{place}")
        if len(self.meant.items) > 1:
            self.gone = ("items", place, self.meant.items.pop(place))

    def move(self, place: int, to: int) -> None:
        """Dragged from one place to another."""
        rows = self.meant.rows
        place, to = place % len(rows), to % len(rows)
        self.press(f"move-{place}-{to}")
        rows.insert(to, rows.pop(place))

    def undo(self) -> None:
        """What was removed last comes back, unless there is no room for it."""
        self.press("undo")
        if self.gone is None:
            return
        kind, place, row = self.gone
        rows: list[Any] = getattr(self.meant, kind)
        if len(rows) > (MAX_MILESTONES if kind == "rows" else MAX_ITEMS):
            return
        if kind == "rows" and self.meant.by_items:
            row.is_amount = False
        rows.insert(place, row)
        self.gone = None

    def even_out(self) -> None:
        """What people do in the end: every milestone gets a share, the last one what is missing."""
        count = len(self.meant.rows)
        part = Fraction(int(HUNDRED * 100 / count), 100)
        for place in range(count):
            self.type(place, part if place < count - 1 else HUNDRED - part * (count - 1), is_amount=False)
            self.choose(place, self.meant.rows[place].group % len(self.meant.rates))
