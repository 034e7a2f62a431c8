"""What a visitor's builder begins with: the example, or a plan of a trade; and whether it was changed since."""

import json

from milebill import clock, plans
from milebill.canonical import digest
from milebill.domain.plans import begun_with
from milebill.errors import NotFound
from milebill.models.revision import Draft
from milebill.reader import reader_time_zone
from milebill.web.supplier.desk import Desk
from milebill.web.visitor.blueprint import NEW, VisitorDesk, nobody, speak_as_guessed
from milebill.web.visitor.example import example

PLAN = "plan-"
"""What the buttons' values begin with, before the plan's key."""


def front_desk() -> Desk:
    """Of somebody who has no draft yet."""
    locale = speak_as_guessed()
    today = clock.today(reader_time_zone())
    return VisitorDesk(locale, today, example(locale, today)["currency"], NEW, nobody())


def chosen_plan(key: str, desk: Desk) -> plans.Plan | None:
    """The plan of that name, in the page's language; None for "". Raises NotFound."""
    found = plans.plan(key, desk.locale) if key else None
    if key and found is None:
        raise NotFound
    return found


def beginning(chosen: plans.Plan | None, desk: Desk) -> Draft:
    """The builder's fields: the example's, with the plan's milestones instead if one is chosen."""
    habits = example(desk.locale, desk.today)
    return begun_with(chosen.draft(), habits, desk.today) if chosen else habits


def mark(draft: Draft) -> str:
    """The same for a form that comes back as it went out: browsers end lines in their own way."""
    return digest(json.loads(json.dumps(draft).replace("\\r\\n", "\\n")))
