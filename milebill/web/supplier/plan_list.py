"""The plans that a new quote can start from, as the builder's page lists them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import Connection

from milebill import plans
from milebill.errors import NotFound
from milebill.models.revision import Draft
from milebill.queries.plans import load_plan, own_plans
from milebill.web.access import Supplier
from milebill.working_days import WEEK

GROUPS = {
    "design": _l("Design"),
    "software": _l("Software"),
    "advice": _l("Research and consulting"),
    "building": _l("Building"),
    "media": _l("Film and text"),
}
WHOLE = 1000
"""How wide a bar is, in units of its own."""
GAP = 8


@dataclass(frozen=True)
class Line:
    """A plan to choose. `bars` are the milestones' places and widths, in parts of WHOLE; none if nothing is priced."""

    key: str
    name: str
    about: str
    shares: tuple[int, ...]
    """Thousandths of a percent."""
    bars: tuple[tuple[int, int], ...]
    plan_id: int | None = None
    """Of one's own."""


@dataclass(frozen=True)
class PlanList:
    """Groups by their titles; one's own plans first."""

    groups: tuple[tuple[str, tuple[Line, ...]], ...]
    carried: str
    """What each address ends with, so that the client stays: "&client=3"."""
    empty: str
    """The address of an empty start; "" for a visitor, who chooses by buttons of the form."""
    chosen: str = ""
    """The name of the plan in the form."""
    note: str = ""
    from_guide: bool = False
    """Whether the form begins with figures from the guide."""


@dataclass(frozen=True)
class Chosen:
    """The plan that an address asks for."""

    name: str
    draft: Draft
    note: str = ""


def chosen_plan(connection: Connection, who: Supplier, key: str) -> Chosen:
    """By its name, or by its number one of one's own. Raises NotFound."""
    if key.isascii() and key.isdecimal() and len(key) < 19:
        row = load_plan(connection, who.workspace_id, int(key))
        return Chosen(row.name, row.draft)
    found = plans.plan(key, who.locale)
    if found is None:
        raise NotFound
    return Chosen(found.name, found.draft(), found.note)


def plans_of_house(locale: str, chosen: plans.Plan | None) -> PlanList:
    """What a visitor can choose from."""
    name, note = (chosen.name, chosen.note) if chosen else ("", "")
    return PlanList(_groups_of_house(locale), carried="", empty="", chosen=name, note=note)


def plan_list(connection: Connection, who: Supplier, chosen: Chosen | None, client_id: int | None) -> PlanList:
    """Everything to choose from; `client_id` is for whom the quote will be."""
    groups = _groups_of_house(who.locale)
    rows = own_plans(connection, who.workspace_id)
    own = tuple(_line(str(row.id), row.name, row.weights, row.days, row.id) for row in rows)
    for_client = "" if client_id is None else f"client={client_id}"
    return PlanList(
        groups=((str(_("Your own")), own), *groups) if own else groups,
        carried=for_client and f"&{for_client}",
        empty=f"/quotes/new?{for_client}".rstrip("?"),
        chosen=chosen.name if chosen else "",
        note=chosen.note if chosen else "",
    )


def _groups_of_house(locale: str) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    trades = plans.plans(locale)
    return tuple(
        (str(GROUPS[group]), tuple(_of_house(plan) for plan in trades if plan.group == group)) for group in GROUPS
    )


def _of_house(plan: plans.Plan) -> Line:
    weeks = max(step.week or 0 for step in plan.steps)
    return _line(plan.key, plan.name, [step.share for step in plan.steps], weeks * WEEK)


def _line(key: str, name: str, weights: Sequence[int], days: int, plan_id: int | None = None) -> Line:
    count = ngettext("%(num)s milestone", "%(num)s milestones", len(weights))
    weeks = -(-days // WEEK)
    about = [count, ngettext("%(num)s week", "%(num)s weeks", weeks)] if weeks else [count]
    whole = sum(weights)
    shares = tuple(weight * 100_000 // whole for weight in weights) if whole else ()
    return Line(key, name, ", ".join(map(str, about)), shares, _bars(weights, whole), plan_id)


def _bars(weights: Sequence[int], whole: int) -> tuple[tuple[int, int], ...]:
    """Side by side with gaps, to the last unit; even the smallest is seen."""
    ends = [sum(weights[: n + 1]) * WHOLE // whole for n in range(len(weights))] if whole else []
    return tuple((start, max(end - start - GAP, GAP // 2)) for start, end in pairwise([0, *ends]))
