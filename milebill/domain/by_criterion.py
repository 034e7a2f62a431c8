"""The client goes through the criteria: with all accepted it is a sign-off, with one that is not it goes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from milebill.domain.criteria import Agreed, criteria_of
from milebill.domain.milestones import SignedOff, complete, first_result, send_back, was_sent_back
from milebill.domain.place import Place, load_place
from milebill.domain.signature import Signature, Signer, check_signed, signer
from milebill.domain.stored_files import Attached
from milebill.domain.work import Work, verb
from milebill.errors import Refused
from milebill.models import CriterionDecision, MilestoneState, Role

MAX_REASON = 2000


@dataclass(frozen=True)
class Decision:
    """What the client chose for one criterion; `accepted` is None while nothing was chosen."""

    accepted: bool | None = None
    reason: str = ""


@dataclass(frozen=True)
class SentBack:
    """The milestone is with the supplier again; `first` tells whether this call sent it."""

    first: bool


@verb
def decide_by_criterion(
    work: Work,
    quote_id: int,
    link_id: int,
    position: int,
    signature: Signature,
    decisions: Mapping[int, Decision],
    files: Sequence[Attached] = (),
    *,
    part_welcome: bool = False,
) -> SignedOff | SentBack:
    """Accept or reject each criterion that is still open, by its position.

    With all of them accepted this is `sign_off_milestone`, and raises like it. Else the milestone goes back with the
    reasons and files, no ticked box is needed, and what was accepted stays accepted; `part_welcome` tells the supplier
    that the finished part would be accepted by itself. Raises Invalid also for "decision-<n>" and "reason-<n>".
    """
    place = load_place(work, quote_id, position)
    who = signer(work, quote_id, link_id, signature, Role.APPROVE)
    rejects = any(decision.accepted is False for decision in decisions.values())
    state = place.milestone.state
    if state == MilestoneState.SIGNED_OFF and not rejects:
        return first_result(work, place.milestone)
    if rejects and _was_sent_back(work, place, who, decisions):
        return SentBack(first=False)
    if not place.milestone.can_sign_off():
        raise Refused(state)
    still_open = _still_open(work, place)
    check_signed(signature, who, needs_consent=not rejects, errors=_errors(still_open, decisions))
    if not rejects:
        return complete(work, place, who, signature)
    _send_back(work, place, who, signature, still_open, decisions, files, part_welcome=part_welcome)
    return SentBack(first=True)


def _was_sent_back(work: Work, place: Place, who: Signer, decisions: Mapping[int, Decision]) -> bool:
    if place.milestone.state != MilestoneState.CHANGES_REQUESTED:
        return False
    return was_sent_back(work, place, who, _in_one_text(_still_open(work, place), decisions))


def _still_open(work: Work, place: Place) -> list[Agreed]:
    return [agreed for agreed in criteria_of(work, place) if agreed.accepted is None]


def _errors(still_open: Sequence[Agreed], decisions: Mapping[int, Decision]) -> dict[str, str]:
    errors = {}
    for position in (agreed.position for agreed in still_open):
        decision = decisions.get(position, Decision())
        if decision.accepted is None:
            errors[f"decision-{position}"] = "choose"
        elif not decision.accepted and not decision.reason.strip():
            errors[f"reason-{position}"] = "required"
        elif len(decision.reason) > MAX_REASON:
            errors[f"reason-{position}"] = "too_long"
    return errors


def _send_back(
    work: Work,
    place: Place,
    who: Signer,
    signature: Signature,
    still_open: Sequence[Agreed],
    decisions: Mapping[int, Decision],
    files: Sequence[Attached],
    *,
    part_welcome: bool,
) -> None:
    rows = [
        {
            "submission_id": place.submission.id,
            "criterion": agreed.position,
            "accepted": bool(decisions[agreed.position].accepted),
            "reason": "" if decisions[agreed.position].accepted else decisions[agreed.position].reason.strip(),
            "content_hash": place.submission.content_hash,
            "link_id": who.link.id,
            "person_id": who.person.id,
            "name": signature.name.strip(),
            "at": work.now,
        }
        for agreed in still_open
    ]
    told: dict[str, Any] = {
        "decisions": [{name: row[name] for name in ("criterion", "accepted", "reason")} for row in rows]
    }
    if part_welcome:
        work.change(place.submission, part_welcome=True)
        told["part_welcome"] = True
    send_back(work, place, who, signature, _in_one_text(still_open, decisions), files, **told)
    work.append_all(CriterionDecision, rows)


def _in_one_text(still_open: Sequence[Agreed], decisions: Mapping[int, Decision]) -> str:
    """What the thread keeps: each criterion that was not accepted, and why not."""
    return "\n\n".join(
        f"{agreed.text}\n→ {decision.reason.strip()}"
        for agreed in still_open
        if (decision := decisions.get(agreed.position)) and decision.accepted is False
    )
