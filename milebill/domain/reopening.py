"""Reopening: a milestone whose invoice was credited in full is planned, and may be signed off and billed, again."""

from sqlalchemy import select

from milebill.domain.place import Place, load_place, named
from milebill.domain.work import Actor, Work, verb
from milebill.errors import Refused
from milebill.models import EventKind, Invoice, InvoiceKind, MilestoneState


@verb
def reopen_milestone(work: Work, actor: Actor, quote_id: int, position: int) -> None:
    """Plan the milestone anew and take its share out of what is billed, and out of what is credited.

    Its next sign-off bills it under a number of its own; its earlier documents stay. A deposit waits for a sign-off
    then, because nobody accepts twice. Raises NotFound; Refused with the state that the milestone is in, or with
    "not_credited" while anything of its invoice stands.
    """
    place = load_place(work, quote_id, position)
    milestone, project = place.milestone, place.project
    if milestone.state == MilestoneState.PLANNED and milestone.reopened_at is not None:
        return  # a second click
    if not milestone.can_reopen():
        raise Refused(milestone.state)
    invoice = _live_invoice(work, place)
    if invoice is None or invoice.credited < invoice.gross:
        raise Refused("not_credited")
    work.move(milestone, MilestoneState.PLANNED, signed_off_at=None, reopened_at=work.now)
    work.change(
        project,
        **project.billed_with(-milestone.net, -milestone.tax),
        **project.credited_with(-milestone.net, -milestone.tax),
    )
    work.record(EventKind.MILESTONE_REOPENED, actor, place.quote, **named(place, milestone.submissions))


def _live_invoice(work: Work, place: Place) -> Invoice | None:
    """The milestone's last invoice; none for one that costs nothing."""
    query = (
        select(Invoice)
        .where(Invoice.milestone_id == place.milestone.id, Invoice.kind != InvoiceKind.CREDIT_NOTE)
        .order_by(Invoice.id.desc())
        .limit(1)
    )
    return work.session.scalar(query)
