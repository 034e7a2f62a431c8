"""Which notes of the law concern a quote, as far as is known: both places, payment terms, deposit, price and tax.

What a draft does not know (trade, consumer or business) stands as a condition in the note's own words. Whole numbers
only: shares are compared by cross multiplication.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from milebill.categories import EU
from milebill.domain.draft import ReadDraft
from milebill.domain.draft_places import Place
from milebill.law import ANYWHERE, Note, When, notes
from milebill.models.milestone import Trigger

_UNITS = 100_000
"""A whole in thousandths of a percent."""


@dataclass(frozen=True)
class Situation:
    """What the rules ask of a quote. Money is in minor units; None for what can't be known yet."""

    supplier: Place
    client: Place
    currency: str
    terms_days: int | None
    deposit: int | None
    """What acceptance bills, with tax: of `whole`."""
    last: int | None
    """What the last milestone bills, of `whole`."""
    whole: int | None
    net: int | None
    """The price without tax; None also where `whole` is only 100 %."""
    milestones: int
    taxed: bool


def situation(read: ReadDraft, supplier: Place, client: Place) -> Situation:
    """The quote as the rules see it. A party of whom nothing is known is taken to be where the other one is."""
    supplier, client = supplier.or_else(Place(client.country)), client.or_else(supplier)
    deposit, last, whole = _billed(read)
    taxed = any(rate for group in read.groups if group is not None for rate in group.rates)
    return Situation(
        supplier=supplier,
        client=client,
        currency=read.currency,
        terms_days=read.payment_terms_days,
        deposit=deposit,
        last=last,
        whole=whole,
        net=read.priced.net if read.priced else None,
        milestones=len(read.milestones),
        taxed=taxed,
    )


def _billed(read: ReadDraft) -> tuple[int | None, int | None, int | None]:
    """Deposit, last milestone and whole: with tax once it is priced; before, in shares if all of them are known."""
    if read.priced is not None:
        parts = [sum(amount.net + amount.tax for amount in milestone.amounts or ()) for milestone in read.milestones]
    else:
        shares = [milestone.share.thousandths if milestone.share else None for milestone in read.milestones]
        if not shares or None in shares or sum(share or 0 for share in shares) != _UNITS:
            return None, None, None
        parts = [share or 0 for share in shares]
    deposit = sum(part for part, one in zip(parts, read.milestones, strict=True) if one.trigger == Trigger.ACCEPTANCE)
    return deposit, parts[-1], sum(parts)


def notes_for(quote: Situation, known: Iterable[Note] | None = None) -> list[Note]:
    """The notes that concern the quote, without those in whose place another one says more."""
    found = [note for note in (notes() if known is None else known) if concerns(note, quote)]
    replaced = {key for note in found for key in note.instead_of}
    return [note for note in found if note.key not in replaced]


def concerns(note: Note, quote: Situation) -> bool:
    """Whether both parties are where the note is about, and the quote is like what it is about."""
    here = is_in(quote.supplier, note.supplier, note.names) and is_in(quote.client, note.client, note.names)
    return here and _matches(note.when, quote)


def is_in(place: Place, where: str, names: tuple[str, ...]) -> bool:
    """Whether it is, or may be, in `where`; `names` are those of the state. An unknown region may be any."""
    country, _dash, state = where.partition("-")
    if where == ANYWHERE:
        return True
    if country == "EU":
        return place.country in EU
    if place.country != country:
        return False
    region = place.region.strip().casefold()
    return not state or not region or region in names or region in (state.casefold(), where.casefold())


def _matches(when: When, quote: Situation) -> bool:
    return (
        (when.terms_over is None or (quote.terms_days is not None and quote.terms_days > when.terms_over))
        and _deposit_is_over(when, quote)
        and (when.price_from is None or _costs(when.price_from, when.currency, quote))
        and (when.milestones_under is None or 0 < quote.milestones < when.milestones_under)
        and _last_is_small(when, quote)
        and (quote.taxed or not when.taxed)
    )


def _deposit_is_over(when: When, quote: Situation) -> bool:
    if when.deposit_over_share is None and when.deposit_over_amount is None:
        return True
    if quote.deposit is None or not quote.whole:
        return False
    share, limit = when.deposit_over_share, when.deposit_over_amount
    if share is not None and quote.deposit * share[1] > quote.whole * share[0]:
        return True
    return limit is not None and quote.net is not None and quote.currency == when.currency and quote.deposit > limit


def _costs(least: int, currency: str, quote: Situation) -> bool:
    return quote.net is not None and (quote.currency != currency or quote.net >= least)


def _last_is_small(when: When, quote: Situation) -> bool:
    share = when.before_last_over_share
    if share is None:
        return True
    if quote.last is None or not quote.whole:
        return False
    return (quote.whole - quote.last) * share[1] > quote.whole * share[0]
