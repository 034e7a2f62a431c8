"""What was agreed and handed over as the client's page prints it: criterion by criterion, and as a whole."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from milebill.models import MilestoneState
from milebill.queries.client_criteria import AgreedStep, HandedOver
from milebill.queries.client_schedule import Step
from milebill.web.filters import day, file_size, money
from milebill.web.translations import gettext as _

Link = tuple[str, str, str, bool]
"""Name, address, note, whether it leaves this site: as templates/shared/files.html takes them."""

_WIDEST = 640
"""Of a picture on the page, in CSS pixels; the attributes keep its place before it has come."""


class PictureView(NamedTuple):
    """A picture that was handed over; `width` and `height` are what the page leaves free for it."""

    name: str
    href: str
    width: int
    height: int


class Shown(NamedTuple):
    """What shows that something is reached."""

    notes: tuple[str, ...]
    pictures: tuple[PictureView, ...]
    links: tuple[Link, ...]


class CriterionView(NamedTuple):
    """One criterion, what was said about it, and what shows it. `tone` is "met", "back", "later" or ""."""

    position: int
    text: str
    checked_by: str
    """How that it is met is checked, in words; "" if nothing was agreed about that."""
    tone: str
    about: str
    shown: Shown | None
    is_open: bool


class HandOver(NamedTuple):
    """What the supplier says and shows of a milestone as a whole, and why it was sent back, if it was."""

    head: str
    note: str
    shown: Shown | None
    reason: str
    reason_head: str


def criterion_views(step: Step, base: str) -> tuple[CriterionView, ...]:
    """The criteria of a milestone for the page at `base`."""
    return tuple(_criterion(step, agreed, base) for agreed in step.agreed)


def _criterion(step: Step, agreed: AgreedStep, base: str) -> CriterionView:
    met = bool(agreed.accepted or step.state == MilestoneState.SIGNED_OFF)
    is_open = not met and agreed in step.still_open
    tone = "met" if met else "" if is_open else "later"
    if tone == "" and agreed.accepted is False and step.state == MilestoneState.CHANGES_REQUESTED:
        tone = "back"
    checked_by = _("Checked by: %(how)s", how=agreed.checked_by) if agreed.checked_by else ""
    shown = shown_of(agreed.evidence, base)
    return CriterionView(agreed.position, agreed.text, checked_by, tone, _about(agreed, tone), shown, is_open)


def _about(agreed: AgreedStep, tone: str) -> str:
    if agreed.accepted:
        return _("Accepted by %(name)s on %(day)s", name=agreed.name, day=day(agreed.at))
    if tone == "later":
        return _("Not done yet: moves to the rest")
    if tone == "back":
        return _("Not yet: %(reason)s", reason=agreed.reason)
    if agreed.accepted is False and not tone:
        return _("Sent back on %(day)s: %(reason)s", day=day(agreed.at), reason=agreed.reason)
    return ""


def part_rows(step: Step, currency: str) -> tuple[tuple[str, str], ...]:
    """What signing off would do with a milestone of which only a part is done; nothing for one that is whole."""
    part = step.part
    if part is None:
        return ()
    rest, planned_on = part["remainder"], part["remainder"]["planned_on"]
    return (
        (_("Billed now"), _with_tax(part, currency)),
        (_("Left for later"), _with_tax(rest, currency)),
        (_("The rest becomes"), _("“%(title)s”, a milestone of its own", title=rest["title"])),
        (_("Planned for"), day(date.fromisoformat(planned_on)) if planned_on else ""),
    )


def _with_tax(sums: Mapping[str, Any], currency: str) -> str:
    net = money(sums["net"], currency)
    if not sums["tax"]:
        return net
    return _("%(net)s, %(gross)s with tax", net=net, gross=money(sums["net"] + sums["tax"], currency))


def handed_over(step: Step, supplier: str, base: str) -> HandOver | None:
    """What was handed over for the milestone as a whole; None before anything was."""
    submission = step.submission
    if submission is None:
        return None
    back = step.sent_back_as_a_whole
    return HandOver(
        head=_("%(supplier)s on %(day)s", supplier=supplier, day=day(submission.submitted_at)),
        note=submission.note,
        shown=shown_of(submission.evidence, base),
        reason=submission.reason if back else "",
        reason_head=_("Changes requested on %(day)s", day=day(submission.decided_at)) if back else "",
    )


def shown_of(evidence: Iterable[HandedOver], base: str) -> Shown | None:
    """Notes, pictures and everything else; None if there is nothing."""
    notes, pictures, links = [], [], []
    for item in evidence:
        if item.text:
            notes.append(item.text)
        elif item.width:
            pictures.append(_picture(item, base))
        elif item.url:
            links.append((item.url, item.url, _("link"), True))
        else:
            links.append((item.file_name, f"{base}/files/{item.id}", file_size(item.size), False))
    return Shown(tuple(notes), tuple(pictures), tuple(links)) if notes or pictures or links else None


def _picture(item: HandedOver, base: str) -> PictureView:
    width = min(item.width, _WIDEST)
    return PictureView(item.file_name, f"{base}/pictures/{item.id}", width, max(item.height * width // item.width, 1))
