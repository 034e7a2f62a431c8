"""The time to review a milestone, as the supplier's pages and the history say it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from milebill import clock
from milebill.models import EventKind
from milebill.reader import reader_time_zone
from milebill.web.filters import BRIEF, day

Data = Mapping[str, Any]


def review_for_supplier(until: date | None) -> str:
    """Until when the client may review what was put before them, or that the time is over; "" if nothing was agreed."""
    if until is None:
        return ""
    if _is_over(until):
        return str(_("Their time to review it ended on %(day)s; nothing is accepted by that.", day=day(until, "full")))
    return str(_("They may review it until %(day)s, and are reminded.", day=day(until, "full")))


def review_in_brief(until: date) -> str:
    """The same where there is little room."""
    if _is_over(until):
        return str(_("time to review ended on %(day)s", day=day(until, BRIEF)))
    return str(_("to be reviewed until %(day)s", day=day(until, BRIEF)))


def _is_over(until: date) -> bool:
    return until < clock.today(reader_time_zone())


def _reminded(_name: str, data: Data) -> str:
    told = {"names": ", ".join(data["to"]), "n": data["milestone"], "title": data["title"], "count": data["days"]}
    if data["day"] > data["days"]:
        late = data["day"] - data["days"]
        return str(
            ngettext(
                "Reminder of milestone %(n)s, %(title)s, sent to %(names)s, %(num)s working day after the time to "
                "review had ended.",
                "Reminder of milestone %(n)s, %(title)s, sent to %(names)s, %(num)s working days after the time to "
                "review had ended.",
                late,
                **told,
            )
        )
    words = _(
        "Reminder of milestone %(n)s, %(title)s, sent to %(names)s: day %(day)s of %(count)s of the time to review.",
        day=data["day"],
        **told,
    )
    return str(words)


def _passed(_name: str, data: Data) -> str:
    return str(
        _(
            "The time to review milestone %(n)s, %(title)s, ended on %(day)s without an answer; nothing is accepted.",
            n=data["milestone"],
            title=data["title"],
            day=day(data["until"]),
        )
    )


REVIEW_SENTENCES: Mapping[str, Callable[[str, Data], str]] = {
    EventKind.REVIEW_REMINDED: _reminded,
    EventKind.REVIEW_PASSED: _passed,
}
