"""What the supplier has at stake in a project today, in a sentence."""

from datetime import date

from milebill.exposure import Step
from milebill.exposure_so_far import Stage, balance_so_far
from milebill.models import MilestoneState
from milebill.models.milestone import Trigger
from milebill.queries.project import ProjectPage
from milebill.web.filters import money
from milebill.web.translations import gettext as _

_DONE = (MilestoneState.SUBMITTED, MilestoneState.SIGNED_OFF)


def uncovered(project: ProjectPage, start: date, today: date) -> str:
    """Work without an invoice, or billed work that is still to do; "" where the plan can't tell, or all is billed.

    `start` is the day of the acceptance.
    """
    steps = [stage.step for stage in project.stages if stage.step.state != MilestoneState.CANCELLED]
    if all(step.state == MilestoneState.SIGNED_OFF for step in steps):
        return ""
    stages = [
        Stage(
            Step(step.net, step.planned_on, step.trigger == Trigger.ACCEPTANCE),
            is_done=step.state in _DONE,
            is_billed=step.state == MilestoneState.SIGNED_OFF,
        )
        for step in steps
    ]
    balance = balance_so_far(start, stages, today)
    if not balance:
        return ""
    if balance > 0:
        return _(
            "By the plan, work worth %(sum)s without tax is done today that no invoice covers.",
            sum=money(balance, project.currency),
        )
    return _(
        "By the plan, work worth %(sum)s without tax is billed and still to be done.",
        sum=money(-balance, project.currency),
    )
