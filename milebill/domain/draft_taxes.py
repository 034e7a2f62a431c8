"""The taxes of a draft: one group of what is taxed alike, or up to four, each with one tax or two of the same net.

The first group has the names that the draft's other fields have beside them ("tax_rate"), the others are rows of
"more_taxes". Milestones and items choose a group by its number, "0" if they say nothing.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from milebill.categories import BETWEEN_TAX_IDS, WITHOUT_TAX, Category, Reason, default_reason
from milebill.domain.draft_fields import Fields
from milebill.tax import RATE_ONE

MAX_MORE_TAXES = 3
MAX_LABEL, MAX_REASON = 40, 1000


@dataclass(frozen=True)
class DraftGroup:
    """What is taxed alike: a category of EN 16931 with its reason, and one or two taxes of the same net."""

    category: Category
    reason: Reason
    taxes: tuple[tuple[str, int], ...]
    """Label and rate in thousandths of a percent; with a rate of 0 where no tax is charged."""

    @property
    def rates(self) -> tuple[int, ...]:
        """Thousandths of a percent, in the order of the taxes."""
        return tuple(rate for _, rate in self.taxes)


@dataclass(frozen=True)
class DraftTaxes:
    """The groups by their numbers; None for one that is empty or can't be read."""

    groups: tuple[DraftGroup | None, ...]
    given: tuple[bool, ...]

    def chosen(self, own: Fields) -> int:
        """The number of the group in the field "tax" of a row; fails where there is no such group."""
        number = own.text("tax", 2) or "0"
        if not (number.isascii() and number.isdecimal()) or int(number) >= len(self.given):
            own.fail("tax", "unknown")
            return 0
        if not self.given[int(number)]:
            own.fail("tax", "unknown")
        return int(number)


class _Names(NamedTuple):
    label: str
    rate: str
    category: str
    reason: str
    second_label: str
    second_rate: str


_FIRST = _Names("tax_label", "tax_rate", "tax_category", "tax_reason", "second_tax_label", "second_tax_rate")
_ROW = _Names("label", "rate", "category", "reason", "second_label", "second_rate")


def read_taxes(fields: Fields) -> DraftTaxes:
    """The draft's groups. What must not stand together is an error beside the later one."""
    rows = fields.rows("more_taxes")
    if len(rows) > MAX_MORE_TAXES:
        fields.fail("more_taxes", "how_many_taxes")
    groups, given = [_group(fields, _FIRST)], [True]
    for index, row in enumerate(rows[:MAX_MORE_TAXES]):
        own = Fields(row, prefix=f"more_taxes-{index}-")
        given.append(any(str(row.get(name) or "").strip() for name in _ROW))
        groups.append(_group(own, _ROW) if given[-1] else None)
        if groups[-1] is not None:
            _check_beside(own, groups[-1], [group for group in groups[:-1] if group is not None])
        fields.errors |= own.errors
    scoped = [group.category == Category.OUT_OF_SCOPE for group in groups if group is not None]
    if scoped and scoped[0] and len(scoped) > 1:
        fields.fail("tax_category", "out_of_scope_alone")
    return DraftTaxes(tuple(groups), tuple(given))


def needs_tax_ids(groups: list[DraftGroup]) -> bool:
    """Whether both parties must state a tax id (BR-AE-02, BR-IC-02)."""
    return any(group.category in BETWEEN_TAX_IDS for group in groups)


def _check_beside(own: Fields, group: DraftGroup, others: list[DraftGroup]) -> None:
    """A breakdown has one entry for each category and rate (BR-CO-18), and O stands alone (BR-O-11)."""
    if any((other.category, other.rates) == (group.category, group.rates) for other in others):
        own.fail("rate", "same_tax")
    if group.category == Category.OUT_OF_SCOPE:
        own.fail("category", "out_of_scope_alone")


def _group(own: Fields, names: _Names) -> DraftGroup | None:
    before = dict(own.errors)
    label, second_label = own.text(names.label, MAX_LABEL), own.text(names.second_label, MAX_LABEL)
    rate, second = own.percentage(names.rate), own.percentage(names.second_rate)
    category = _category(own, names, rate)
    reason = own.text(names.reason, MAX_REASON)
    if rate is None or second is None or category is None:
        return None
    _check_rates(own, names, category, rate, second)
    if rate and not label:
        own.fail(names.label, "required")
    if second and not second_label:
        own.fail(names.second_label, "required")
    usual = default_reason(category)
    if category == Category.EXEMPT and not reason:
        own.fail(names.reason, "reason_required")
    if own.errors != before:
        return None
    without = category in (Category.STANDARD, Category.ZERO)  # BR-S-10, BR-Z-10
    found = Reason() if without else Reason(usual.code, reason or usual.text)
    taxes = ((label, rate), (second_label, second)) if second else ((label, rate),)
    return DraftGroup(category, found, taxes)


def _category(own: Fields, names: _Names, rate: int | None) -> Category | None:
    typed = own.text(names.category, 2)
    if not typed:
        return Category.STANDARD if rate else Category.ZERO
    if typed not in set(Category):
        own.fail(names.category, "unknown")
        return None
    return Category(typed)


def _check_rates(own: Fields, names: _Names, category: Category, rate: int, second: int) -> None:
    if category in WITHOUT_TAX and (rate or second):
        own.fail(names.rate if rate else names.second_rate, "rate_forbidden")
    elif category == Category.STANDARD and not rate:
        own.fail(names.rate, "rate_required")
    elif second and 2 * max(rate, second) > RATE_ONE:
        own.fail(names.second_rate, "too_large")


def tax_entries(group: int, terms: DraftGroup, net: int, taxes: tuple[int, ...]) -> list[dict[str, Any]]:
    """The group's entries of a breakdown, one for each tax of the same net (minor units)."""
    return [
        {
            "group": group,
            "nth": nth,
            "label": label,
            "category": str(terms.category),
            "rate": rate,
            "reason_code": terms.reason.code,
            "reason": terms.reason.text,
            "net": net,
            "tax": tax,
        }
        for nth, ((label, rate), tax) in enumerate(zip(terms.taxes, taxes, strict=True), 1)
    ]
