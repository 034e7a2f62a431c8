"""The exposure of a draft in words, with its chart and the same figures as a table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from babel.dates import format_skeleton

from milebill.domain.draft import ReadDraft
from milebill.domain.exposure import Split, exposure_of, steps_of, suggested_split
from milebill.domain.exposure_advice import HIGH, LAST, LOW, Advice, advice
from milebill.exposure import Exposure
from milebill.models.revision import Draft
from milebill.reader import reader_locale
from milebill.web.filters import day, money, rate
from milebill.web.supplier.exposure_chart import HEIGHT, WIDTH, Chart, chart_of
from milebill.web.translations import gettext as _
from milebill.web.translations import ngettext


@dataclass(frozen=True)
class Line:
    """A row of the table: a day, and the figures in minor units."""

    on: date
    what: str
    unbilled: int
    """Just before that day's invoices."""
    billed: int
    prepaid: int
    """Just after them."""


@dataclass(frozen=True)
class Shown:
    """What the builder says of a plan's exposure."""

    currency: str
    chart: Chart | None
    size: str
    """The drawing's viewBox."""
    worst: str
    """The worst gap in a sentence."""
    sum: str
    days: str
    """The same two figures for the chart."""
    marks: tuple[tuple[int, str, str, str], ...]
    """Place, number, day and anchor of each mark below it."""
    lines: tuple[Line, ...]
    advice: tuple[str, ...]
    split: str = ""
    """What the suggested split would do; "" if there is none."""
    act: str = ""
    """The value of its button."""


def shown_exposure(draft: Draft, read: ReadDraft, locale: str, today: date) -> Shown | None:
    """What can be said of `draft`; None before every milestone has a price and a day."""
    exposure = exposure_of(read, today)
    if exposure is None:
        return None
    chart = chart_of(exposure) if exposure.end > exposure.start else None
    split = suggested_split(draft, read, locale, today)
    said = [_ADVICE[one.code](one) for one in advice(steps_of(read), exposure)]
    if exposure.assumed:
        said.append(_assumed(exposure))
    return Shown(
        currency=read.currency,
        chart=chart,
        size=f"0 0 {WIDTH} {HEIGHT}",
        worst=_worst(exposure, read.currency),
        sum=money(exposure.unbilled, read.currency),
        days=_days(exposure.days),
        marks=_marks(chart) if chart else (),
        lines=tuple(_lines(exposure)),
        advice=tuple(said),
        split=_split(split, read.currency) if split else "",
        act=f"split-{split.place}" if split else "",
    )


@lru_cache(maxsize=5_000)
def _brief(on: date, locale: str) -> str:
    return str(format_skeleton("MMMd", on, locale=locale))


def _marks(chart: Chart) -> tuple[tuple[int, str, str, str], ...]:
    locale = reader_locale()
    return tuple(
        (mark.x, mark.number, _brief(mark.day, locale) if mark.day else "", mark.anchor) for mark in chart.marks
    )


def _days(count: int) -> str:
    return str(ngettext("%(num)s day", "%(num)s days", count))


def _worst(exposure: Exposure, currency: str) -> str:
    if not exposure.unbilled:
        return str(_("No work is ever unbilled: all of it is billed in advance."))
    texts = {
        "sum": money(exposure.unbilled, currency),
        "day": day(exposure.peak.on),
        "days": _days(exposure.days),
        "first": day(exposure.stretch[0]),
        "last": day(exposure.stretch[1]),
    }
    most = _("Worst gap: %(sum)s of work that no invoice covers, on %(day)s.", **texts)
    if not exposure.days:
        return str(most)
    longest = _("The longest time without an invoice is %(days)s, from %(first)s to %(last)s.", **texts)
    return f"{most} {longest}"


def _split(split: Split, currency: str) -> str:
    texts = {
        "n": split.place + 1,
        "before": money(split.before.unbilled, currency),
        "after": money(split.after.unbilled, currency),
        "days": split.before.days,
        "fewer": split.after.days,
    }
    if split.after.days < split.before.days:
        return str(
            _(
                "Split milestone %(n)s in two: the worst gap falls from %(before)s to %(after)s, and from %(days)s to"
                " %(fewer)s days.",
                **texts,
            )
        )
    return str(_("Split milestone %(n)s in two: the worst gap falls from %(before)s to %(after)s.", **texts))


def _lines(exposure: Exposure) -> list[Line]:
    found = []
    if exposure.deposit or not exposure.points[0].numbers:
        found.append(Line(exposure.start, str(_("Start")), 0, exposure.deposit, exposure.deposit))
    for point in exposure.points:
        if point.numbers:
            what = ", ".join(str(number) for number in point.numbers)
            found.append(Line(point.on, what, max(point.before, 0), point.billed, max(-point.after, 0)))
    return found


def _assumed(exposure: Exposure) -> str:
    numbers = ", ".join(str(number) for number in exposure.assumed)
    return str(
        ngettext(
            "Milestone %(numbers)s has no day; it is taken to lie between its neighbours.",
            "Milestones %(numbers)s have no day; they are taken to lie between their neighbours.",
            len(exposure.assumed),
            numbers=numbers,
        )
    )


def _few(one: Advice) -> str:
    return _(
        "Few milestones for %(weeks)s weeks: %(low)s to %(high)s sign-offs are usual; this plan has %(count)s.",
        **one.values,
    )


def _many(one: Advice) -> str:
    return _(
        "Many milestones for %(weeks)s weeks: %(low)s to %(high)s sign-offs are usual; this plan has %(count)s.",
        **one.values,
    )


def _shares(one: Advice) -> dict[str, str]:
    return {"low": rate(LOW), "high": rate(HIGH), "last": rate(LAST), "share": rate(one.values.get("share", 0))}


_ADVICE: Mapping[str, Callable[[Advice], str]] = {
    "few": _few,
    "many": _many,
    "no_deposit": lambda one: _(
        "There is no deposit: all work before the first sign-off is unbilled. Usual is %(low)s to %(high)s.",
        **_shares(one),
    ),
    "small_deposit": lambda one: _("The deposit is %(share)s. Usual is %(low)s to %(high)s.", **_shares(one)),
    "large_deposit": lambda one: _(
        "The deposit is %(share)s, and your client carries the risk. Usual is %(low)s to %(high)s.", **_shares(one)
    ),
    "large_last": lambda one: _(
        "The last invoice is %(share)s of the price: acceptance may be put off to put off the payment. At most %(last)s"
        " is better.",
        **_shares(one),
    ),
}
