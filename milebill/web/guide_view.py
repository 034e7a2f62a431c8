"""What the guide says of three deals: figures and risks in words."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from milebill.domain.three_deals import Deal, Figures, Kind, Outcome, Worst, compare
from milebill.web.filters import money
from milebill.web.guide_chart import Chart, chart_of
from milebill.web.translations import gettext as _
from milebill.web.translations import ngettext

NAMES = {
    Kind.MILESTONES: _l("Fixed price by milestones"),
    Kind.TIME: _l("Time and materials"),
    Kind.RETAINER: _l("Retainer"),
}
RISKS = {
    Kind.MILESTONES: _l(
        "The price holds, so work that was misjudged is yours. You front your time from one milestone to the next; "
        "your client pays for what they have seen."
    ),
    Kind.TIME: _l(
        "Work that was misjudged is your client’s, without an upper limit. You front four weeks of work, and the days "
        "until the bill is paid."
    ),
    Kind.RETAINER: _l(
        "Your client pays ahead for your time, and carries what they do not use. You owe that time, and no result."
    ),
}


@dataclass(frozen=True)
class Fact:
    """A figure, and in a few words when or how."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Card:
    """One way of being paid."""

    kind: str
    name: Any
    risk: Any
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Compared:
    """The three deals on the reader's own figures."""

    cards: tuple[Card, ...]
    chart: Chart
    currency: str


def compared(figures: Figures) -> Compared:
    """Everything that stands below the calculator's form."""
    outcomes = compare(figures)
    cards = tuple(_card(outcome, figures) for outcome in outcomes)
    return Compared(cards, chart_of([outcome.deal for outcome in outcomes]), figures.currency)


def _card(outcome: Outcome, figures: Figures) -> Card:
    deal, currency = outcome.deal, figures.currency
    facts = [
        Fact(_("Your client pays"), money(deal.total, currency), _when(deal)),
        _at_worst(_("You have fronted at most"), deal.fronted, currency),
        _at_worst(_("Your client is ahead by at most"), deal.prepaid, currency),
    ]
    if figures.overrun:
        facts += [
            _cost(_("The overrun costs you"), outcome.costs_supplier, currency),
            _cost(_("The overrun costs your client"), outcome.costs_client, currency),
        ]
    facts.append(Fact(_("Left for you in the end"), money(deal.left_over, currency)))
    return Card(str(deal.kind), NAMES[deal.kind], RISKS[deal.kind], tuple(facts))


def _when(deal: Deal) -> str:
    first, last, count = deal.payments[0].day, deal.payments[-1].day, len(deal.payments)
    if count == 1:
        times = _("Once, on day %(day)s", day=first)
    else:
        times = _("%(count)s times, from day %(first)s to day %(last)s", count=count, first=first, last=last)
    if not deal.unused_days:
        return times
    unused = ngettext("%(num)s day of it is not needed", "%(num)s days of it are not needed", deal.unused_days)
    return f"{times}; {unused}"


def _at_worst(name: str, worst: Worst, currency: str) -> Fact:
    if not worst.amount:
        return Fact(name, _("nothing"))
    return Fact(name, money(worst.amount, currency), _("On day %(day)s", day=worst.day))


def _cost(name: str, minor: int, currency: str) -> Fact:
    if minor > 0:
        return Fact(name, money(minor, currency))
    return Fact(name, _("nothing"), _("It brings %(amount)s", amount=money(-minor, currency)) if minor else "")
