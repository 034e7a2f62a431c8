"""A milestone that two people must sign off: the first signature is kept with its submission, the second moves it.

A submission that is taken back, or goes back, takes the first signature with it: the next one needs both again.
"""

from dataclasses import dataclass

from milebill.domain.place import Place, named
from milebill.domain.second_signature import First, check_named, first_of_two, keep_first, record_first
from milebill.domain.signature import Signature, Signer
from milebill.domain.work import Work
from milebill.models import EventKind
from milebill.models.approval import ApprovalKind
from milebill.models.two_approvers import TwoApprovers, pair_for, two_approvers


@dataclass(frozen=True)
class Awaited:
    """Whose signature is still needed, and whether this very call gave the first one."""

    name: str
    first: bool


def sign_in_turn(work: Work, place: Place, who: Signer, signature: Signature) -> First | Awaited | None:
    """The first signature, when this one is the second; None where one is enough, which costs no statement.

    Otherwise this one is kept, or was before, and the other is awaited. Raises Refused("not_named").
    """
    pair = pair_for(two_approvers(place.project.second_approval or {}), place.milestone.gross)
    if pair is None:
        return None
    check_named(pair, who)
    first = first_of_two(work, ApprovalKind.SIGN_OFF, place.project.revision_id, place.submission.id)
    if first is not None and first.person.id != who.person.id:
        return first
    if first is None:
        _keep(work, pair, place, who, signature)
    return Awaited(pair.other_than(who.person.email).name, first=first is None)


def _keep(work: Work, pair: TwoApprovers, place: Place, who: Signer, signature: Signature) -> None:
    submission = place.submission
    waits_for = pair.other_than(who.person.email).name
    about = named(place, submission.number)
    event = record_first(work, EventKind.MILESTONE_APPROVED, who, signature, place.quote, waits_for=waits_for, **about)
    keep_first(
        work,
        pair,
        ApprovalKind.SIGN_OFF,
        who,
        signature,
        place.quote,
        event,
        place.project.revision_id,
        {},
        milestone_id=place.milestone.id,
        submission_id=submission.id,
    )
