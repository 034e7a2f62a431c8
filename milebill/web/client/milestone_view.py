"""The milestones of a schedule as the client's page prints them."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from milebill.models import MilestoneState
from milebill.models.milestone import Trigger
from milebill.queries.client_page import ClientPage, Schedule
from milebill.queries.client_schedule import IssuedReceipt, Step, live_invoices
from milebill.web.client.handed_view import CriterionView, HandOver, criterion_views, handed_over, part_rows
from milebill.web.client.invoice_rows import InvoiceRow
from milebill.web.client.review import review_in_words
from milebill.web.client.standing import what_signing_off_causes
from milebill.web.client.turns import Turn
from milebill.web.client.wording import brief
from milebill.web.filters import day, money
from milebill.web.translations import gettext as _

_STATES = {  # the words are translated with templates/shared/states.html
    MilestoneState.PLANNED: ("Planned", "idle"),
    MilestoneState.SUBMITTED: ("Awaiting sign-off", "wait"),
    MilestoneState.SIGNED_OFF: ("Signed off", "good"),
    MilestoneState.CHANGES_REQUESTED: ("Changes requested", "bad"),
    MilestoneState.CANCELLED: ("Cancelled", "ended"),
}
_SETTLED = frozenset({MilestoneState.SIGNED_OFF, MilestoneState.CANCELLED})


class MilestoneView(NamedTuple):
    """One milestone, every value as it is printed, in the order in which templates/client/milestone.html takes them."""

    position: int
    title: str
    description: str
    criteria: tuple[CriterionView, ...]
    state_in_words: str
    tone: str
    when: str
    net: str
    gross: str
    follows: str
    current: bool
    folded: bool
    handed: HandOver | None
    part: tuple[tuple[str, str], ...]
    """If only a part is done: what is billed now, and what becomes of the rest."""
    proof: str
    proof_links: tuple[tuple[str, str], ...]
    may_decide: bool
    may_sign: bool
    """Whether it is their signature that counts next; whoever decides may send it back in any case."""
    by_criterion: bool
    """Whether there are criteria left that can be decided one by one."""
    has_body: bool


class StepperMark(NamedTuple):
    """A mark on the line of progress, as templates/shared/milestones.html takes it."""

    title: str
    note: str
    status: str
    href: str


def current_step(schedule: Schedule) -> Step | None:
    """The step that somebody has to act on next."""
    for state in (MilestoneState.SUBMITTED, MilestoneState.CHANGES_REQUESTED, MilestoneState.PLANNED):
        for step in schedule.steps:
            if step.state == state:
                return step
    return None


def stepper(schedule: Schedule, turns: Mapping[int, Turn], *, may_decide: bool) -> tuple[StepperMark, ...]:
    """The way from acceptance to the last sign-off, for one reader; `turns` by milestone's id."""
    current = current_step(schedule)
    return tuple(
        StepperMark(
            step.title,
            _note(step, may_sign=may_decide and _is_mine(turns.get(step.id))),
            "done" if step.state == MilestoneState.SIGNED_OFF else "current" if step is current else "",
            f"#milestone-{step.position}",
        )
        for step in schedule.steps
    )


def _is_mine(turn: Turn | None) -> bool:
    return turn is None or turn.mine


def _note(step: Step, *, may_sign: bool) -> str:
    if step.state == MilestoneState.SIGNED_OFF:
        return brief(step.signed_off_at)
    if step.state == MilestoneState.SUBMITTED:
        return _("for your sign-off") if may_sign else _("awaiting sign-off")
    if step.state == MilestoneState.CHANGES_REQUESTED:
        return _("changes requested")
    return brief(step.planned_on)


def milestone_views(
    page: ClientPage,
    schedule: Schedule,
    rows: tuple[InvoiceRow, ...],
    base: str,
    turns: Mapping[int, Turn],
    *,
    may_decide: bool,
) -> tuple[MilestoneView, ...]:
    """The schedule for one reader; `rows` are its invoices in their order, `turns` whose it is by milestone's id."""
    current = current_step(schedule)
    receipts = {receipt.milestone_id: receipt for receipt in schedule.receipts}
    by_number = {row.number: row for row in rows}
    billed = {place: by_number[issued.number] for place, issued in live_invoices(schedule.invoices).items()}
    return tuple(
        _milestone(
            page,
            step,
            receipts,
            billed.get(step.id),
            base,
            turns.get(step.id),
            may_decide=may_decide,
            current=step is current,
        )
        for step in schedule.steps
    )


def _milestone(
    page: ClientPage,
    step: Step,
    receipts: dict[int | None, IssuedReceipt],
    row: InvoiceRow | None,
    base: str,
    turn: Turn | None,
    *,
    may_decide: bool,
    current: bool,
) -> MilestoneView:
    currency = page.offer.currency
    words, tone = _STATES[MilestoneState(step.state)]
    settled = step.state in _SETTLED
    proof, links = _proof(step, receipts, row, base) if step.state == MilestoneState.SIGNED_OFF else ("", ())
    told = _follows(page, step, turn, may_decide=may_decide, current=current)
    review = review_in_words(step, page.today, asked=may_decide and _is_mine(turn))
    follows = " ".join(filter(None, (told, review)))
    said = bool(step.description or step.split_from or step.agreed or step.submission)
    criteria = criterion_views(step, base)
    return MilestoneView(
        position=step.position,
        title=step.title,
        description=step.description or _rest_of(step),
        criteria=criteria,
        state_in_words=_(words),
        tone=tone,
        when=_when(step, None if settled else step.planned_on),
        net=money(step.net, currency),
        gross=_("%(gross)s with tax", gross=money(step.gross, currency)) if step.tax else "",
        follows=follows,
        current=current,
        folded=settled and said,
        handed=handed_over(step, page.supplier.name, base),
        part=part_rows(step, currency),
        proof=proof,
        proof_links=links,
        may_decide=may_decide and step.state == MilestoneState.SUBMITTED,
        may_sign=_is_mine(turn),
        by_criterion=any(criterion.is_open for criterion in criteria),
        has_body=bool(said or follows or proof),
    )


def _rest_of(step: Step) -> str:
    return _("What was left when milestone %(n)s was signed off in part.", n=step.split_from) if step.split_from else ""


def _fell_due_by_acceptance(step: Step) -> bool:
    return step.trigger == Trigger.ACCEPTANCE and step.reopened_at is None


def _when(step: Step, planned_on: date | None) -> str:
    if _fell_due_by_acceptance(step):
        return _("Due on acceptance")
    return _("Planned for %(day)s", day=day(planned_on)) if planned_on else ""


def _follows(page: ClientPage, step: Step, turn: Turn | None, *, may_decide: bool, current: bool) -> str:
    if step.state == MilestoneState.SUBMITTED and turn is not None:
        said = (f"{turn.headline}." if turn.headline else "", turn.follows or what_signing_off_causes(page, step))
        return " ".join(filter(None, said))
    if step.state == MilestoneState.SUBMITTED:
        return what_signing_off_causes(page, step) if may_decide else _("It is waiting for a sign-off on your side.")
    if step.state == MilestoneState.CHANGES_REQUESTED:
        return _("%(supplier)s is working on it and will put it before you again.", supplier=page.supplier.name)
    if not current:
        return ""
    if may_decide:
        return _("%(supplier)s is working on it. You get a mail when it is ready.", supplier=page.supplier.name)
    return _("%(supplier)s is working on it.", supplier=page.supplier.name)


def _proof(
    step: Step, receipts: dict[int | None, IssuedReceipt], row: InvoiceRow | None, base: str
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Who signed it off and when, and where that can be read."""
    deposit = _fell_due_by_acceptance(step)
    receipt = receipts.get(None if deposit else step.id)
    links = []
    if receipt is not None:
        links.append((_("Receipt %(number)s", number=receipt.number), f"{base}/receipts/{receipt.number}"))
    if row is not None:
        links.append((row.name, row.href or f"#invoice-{row.number.replace(' ', '-')}"))
    who = {"name": receipt.name if receipt else "", "day": day(step.signed_off_at)}
    if deposit and receipt is not None and receipt.on_behalf is not None:
        given = {**who, "day": day(receipt.on_behalf["accepted_on"])}
        return _("Fell due when %(name)s accepted on %(day)s, as the supplier recorded", **given), tuple(links)
    if deposit:
        return _("Fell due when %(name)s accepted on %(day)s", **who), tuple(links)
    return _("Signed off by %(name)s on %(day)s", **who), tuple(links)
