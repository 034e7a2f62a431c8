"""Until when a milestone that waits may be reviewed, as the client's page says it."""

from datetime import date

from milebill.models import MilestoneState
from milebill.queries.client_schedule import Step
from milebill.web.filters import day
from milebill.web.translations import gettext as _


def review_in_words(step: Step, today: date, *, asked: bool) -> str:
    """By when an answer is asked for, or that the time is over; "" where nothing was agreed or nothing waits.

    `asked` is for the reader who may answer.
    """
    until = step.submission.review_until if step.submission and step.state == MilestoneState.SUBMITTED else None
    if until is None:
        return ""
    when = {"day": day(until, "full")}
    if until < today:
        return _("The time to review it ended on %(day)s. Silence accepts nothing: it waits for an answer.", **when)
    if asked:
        return _("Please answer by %(day)s. Until then you are reminded; silence accepts nothing.", **when)
    return _("It can be reviewed until %(day)s. Silence accepts nothing.", **when)
