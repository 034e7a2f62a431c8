"""The builder's running totals: what can be said about a draft while it is being typed. All amounts minor units."""

from dataclasses import dataclass
from typing import Any

from milebill.domain.draft import DraftMilestone, ReadDraft, is_priced_by_items
from milebill.domain.draft_fields import Fields
from milebill.domain.items import group_nets
from milebill.domain.pricing import Amount
from milebill.models.revision import Draft
from milebill.money import InvalidAmount
from milebill.queries.client_offer import TaxLine
from milebill.tax import RATE_ONE, divide_half_up, tax_on
from milebill.typed_amounts import read_amount
from milebill.web.filters import money, rate
from milebill.web.forms import in_words
from milebill.web.supplier.builder import BuilderForm

_FIELDS = {name: getattr(BuilderForm, name) for name in ("currency", "tax_rate", "discount", "total")}
"""What is far from the sums, so that a problem with it is told by its label."""


@dataclass(frozen=True)
class Running:
    """The sums so far; None where a figure is still missing."""

    currency: str
    tax_lines: tuple[TaxLine, ...]
    net: int | None
    tax: int
    share_bp: int | None
    """What the shares add up to, in hundredths of a percent; None while nothing is a percentage of anything."""
    rows: tuple[tuple[str, bool], ...]
    """Beside each milestone's price: the other figure (an amount for a percentage and the other way round), or what
    is wrong with it and True."""
    problem: Any
    items: tuple[int | None, ...] = ()
    """What each line item comes to, after its own discount and its part of the whole one."""

    @property
    def gross(self) -> int:
        return (self.net or 0) + self.tax


def running_totals(read: ReadDraft, draft: Draft, currency: str, locale: str) -> Running:
    """What to show beside the builder; `currency` stands in for one that can't be read."""
    currency = read.currency or currency
    total = read.priced.net if read.priced else _total(read, draft, currency, locale)
    wrong = _wrong_values(read.errors, draft)
    rows = tuple(
        (wrong[place], True) if place in wrong else (_other_figure(milestone, total, currency), False)
        for place, milestone in enumerate(read.milestones)
    )
    lines = _tax_lines(read, total)
    return Running(
        currency=currency,
        tax_lines=tuple(line for line in lines if line.rate or line.reason),
        net=total,
        tax=sum(line.tax for line in lines),
        share_bp=10_000 if read.priced else _share_bp(read, total),
        rows=rows,
        problem=_problem(read.errors, draft),
        items=tuple(item.net for item in read.items or ()),
    )


def _tax_lines(read: ReadDraft, total: int | None) -> list[TaxLine]:
    """Of what is priced; before that, of a known total that is all taxed alike."""
    sums = read.priced.groups if read.priced else _sums_of_items(read)
    first = read.groups[0]
    if not sums and total is not None and first is not None and not any(read.groups[1:]):
        sums = [Amount(0, total, tuple(tax_on(total, percent) for percent in first.rates))]
    found = []
    for amount in sums:
        group = read.groups[amount.group]
        pairs = zip(group.taxes, amount.taxes, strict=True) if group else ()
        found += [TaxLine(label, percent, tax, group.reason.text if group else "") for (label, percent), tax in pairs]
    return found


def _sums_of_items(read: ReadDraft) -> list[Amount]:
    nets = group_nets(read.items or (), len(read.groups))
    rates = [group.rates if group else () for group in read.groups]
    return [
        Amount(group, net, tuple(tax_on(net, percent) for percent in rates[group]))
        for group, net in enumerate(nets)
        if net
    ]


def _total(read: ReadDraft, draft: Draft, currency: str, locale: str) -> int | None:
    if is_priced_by_items(draft):
        return sum(item.net for item in read.items) if read.items else None
    typed = str(draft.get("total") or "").strip()
    if typed:
        try:
            total = read_amount(typed, currency, locale)
        except InvalidAmount:
            return None
        return total if total >= 0 else None
    amounts = [milestone.share.amount for milestone in read.milestones if milestone.share]
    if not amounts or None in amounts:
        return None
    return sum(amount or 0 for amount in amounts)


def _share(milestone: DraftMilestone, total: int | None) -> int:
    """In thousandths of a percent."""
    if milestone.share is None:
        return 0
    if milestone.share.amount is None:
        return milestone.share.thousandths or 0
    return divide_half_up(milestone.share.amount * RATE_ONE, total) if total else 0


def _share_bp(read: ReadDraft, total: int | None) -> int | None:
    if not any(milestone.share and milestone.share.thousandths is not None for milestone in read.milestones):
        return None
    return divide_half_up(sum(_share(milestone, total) for milestone in read.milestones), 10)


def _wrong_values(errors: dict[str, str], draft: Draft) -> dict[int, str]:
    """What is wrong with the price of which milestone; one without a price is only not finished."""
    found = {}
    for place, row in enumerate(Fields(draft).rows("milestones")):
        code = errors.get(f"milestones-{place}-value")
        if code and code != "empty":
            found[place] = str(in_words(code, row.get("value")))
    return found


def _other_figure(milestone: DraftMilestone, total: int | None, currency: str) -> str:
    if milestone.share is None or total is None:
        return ""
    if milestone.share.amount is not None:
        return rate(divide_half_up(_share(milestone, total), 10) * 10)
    net = milestone.net if milestone.net is not None else divide_half_up(total * _share(milestone, total), RATE_ONE)
    return money(net, currency)


def _problem(errors: dict[str, str], draft: Draft) -> Any:
    """What keeps the sums from coming out, unless it stands beside its own field or is just not typed yet."""
    for name in ("milestones", "currency", "tax_rate", "items", "discount", "total", "shares"):
        code = errors.get(name)
        if (
            code
            and code not in ("required", "empty", "under_100", "how_many_items")
            and not (name == "shares" and code == "over_100")
        ):
            told = in_words(code, draft.get(name))
            return f"{_FIELDS[name].args[0]}: {told}" if name in _FIELDS else told
    return ""
