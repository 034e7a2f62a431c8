"""A milestone's price written the other way: as an amount instead of a percentage, or as a percentage."""

from datetime import date

from babel.numbers import get_decimal_symbol

from milebill.domain.draft import ReadDraft, is_priced_by_items, read_draft
from milebill.domain.draft_fields import Fields
from milebill.domain.halving import percentage_text
from milebill.models.revision import Draft
from milebill.money import plain
from milebill.tax import RATE_ONE

_OTHER = {"amount": "percentage", "percentage": "amount"}


def rebased(draft: Draft, place: int, locale: str, today: date) -> str | None:
    """The price of the milestone at `place` (from 0), whose basis was switched after it was typed, as the new basis
    writes it; None where it can't be read, no total is typed, or no percentage is exactly that amount."""
    row, sign = draft["milestones"][place], get_decimal_symbol(locale)
    basis = str(row.get("basis"))
    if basis not in _OTHER or is_priced_by_items(draft):
        return None
    before = read_draft(_with(draft, place, {**row, "basis": _OTHER[basis]}), locale, today)
    total = Fields(draft).amount("total", before.currency, locale)
    milestone = before.milestones[place]
    if not total or milestone.share is None:
        return None
    if basis == "percentage":
        share, rest = divmod((milestone.share.amount or 0) * RATE_ONE, total)
        return None if rest else percentage_text(share, sign)
    amount, rest = divmod(total * (milestone.share.thousandths or 0), RATE_ONE)
    if not rest:
        return _typed(amount, before, sign)
    if milestone.net is None:
        return None
    value = _typed(milestone.net, before, sign)  # as it is shown, if the others still make the rest
    after = read_draft(_with(draft, place, {**row, "value": value}), locale, today)
    return value if after.priced else None


def _with(draft: Draft, place: int, row: Draft) -> Draft:
    rows = draft["milestones"]
    return {**draft, "milestones": [*rows[:place], row, *rows[place + 1 :]]}


def _typed(amount: int, read: ReadDraft, sign: str) -> str:
    return plain(amount, read.currency).replace(".", sign)
