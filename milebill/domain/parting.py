"""Partly done: a milestone splits into the part that is billed now and a remainder that is a milestone of its own.

The supplier proposes it with a submission, in exact amounts. The client's signature on it accepts the split
and signs the part off in one transaction; nothing changes before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select

from milebill.domain.criteria import Agreed
from milebill.domain.invoice_lines import Share
from milebill.domain.invoicing import load_shares
from milebill.domain.place import Place
from milebill.domain.work import Work
from milebill.models import Criterion, Milestone, MilestoneAmount, TaxGroup
from milebill.models.milestone import Trigger
from milebill.split import largest_remainder, snap
from milebill.tax import RATE_ONE, tax_on

MAX_TITLE = 200

Amounts = list[dict[str, int]]
"""By tax group: `group` (its position), `net`, `tax`, `second_tax` in minor units."""


@dataclass(frozen=True)
class Part:
    """What the supplier proposes: the finished criteria by position, how much is billed for them, and the remainder.

    Either `net` (minor units) or `share` (thousandths of a percent of the milestone's net) says how much.
    """

    finished: frozenset[int]
    title: str
    net: int | None = None
    share: int | None = None
    planned_on: date | None = None


def divide(shares: Sequence[Share], wanted: int) -> tuple[Amounts, Amounts] | None:
    """The part and the remainder of a milestone's shares, about `wanted` (minor units, net) for the part.

    Each tax group gives in proportion, and moves to the nearest amount whose taxes, and those of its rest, sum to the
    group's own (`split.snap`): so net and every tax are conserved to the cent, now and when the remainder is divided
    in its turn. None where nothing would be left on one side.
    """
    nets = largest_remainder(wanted, [share["net"] for share in shares])
    part = [
        snap(share["net"], net, [share["rate"], share["second_rate"]]) for share, net in zip(shares, nets, strict=True)
    ]
    if not 0 < sum(part) < sum(share["net"] for share in shares):
        return None
    rest = [share["net"] - net for share, net in zip(shares, part, strict=True)]
    return _amounts(shares, part), _amounts(shares, rest)


def _amounts(shares: Sequence[Share], nets: Sequence[int]) -> Amounts:
    return [
        {
            "group": share["group"],
            "net": net,
            "tax": tax_on(net, share["rate"]),
            "second_tax": tax_on(net, share["second_rate"]),
        }
        for share, net in zip(shares, nets, strict=True)
    ]


def propose(
    work: Work, place: Place, part: Part, criteria: Sequence[Agreed]
) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """What the client is shown of the split, in exact amounts; or None, and what is wrong with the proposal:
    "part-amount", "part-title", "finished" (a part has a criterion, and so has the remainder).
    """
    shares = load_shares(work, place.milestone)
    whole, wanted = place.milestone.net, _wanted(part, place.milestone.net)
    errors = {}
    if wanted is None:
        errors["part-amount"] = "required"
    elif not 0 < wanted < whole:
        errors["part-amount"] = "over_whole" if wanted > 0 else "positive"
    title = part.title.strip()
    if not title or len(title) > MAX_TITLE:
        errors["part-title"] = "too_long" if title else "required"
    finished = [
        agreed.position for agreed in criteria if agreed.position in part.finished or agreed.accepted is not None
    ]
    if criteria and not 0 < len(finished) < len(criteria):
        errors["finished"] = "some" if finished else "required"
    divided = None if errors else divide(shares, wanted or 0)
    if divided is None:
        return None, errors or {"part-amount": "too_small_to_split"}
    billed, rest = divided
    proposed = {
        **_sums(billed),
        "criteria": finished,
        "remainder": {
            **_sums(rest),
            "title": title,
            "criteria": [agreed.position for agreed in criteria if agreed.position not in finished],
            "planned_on": part.planned_on.isoformat() if part.planned_on else None,
        },
    }
    return proposed, {}


def _wanted(part: Part, whole: int) -> int | None:
    if part.share is not None:
        return (whole * part.share + RATE_ONE // 2) // RATE_ONE
    return part.net


def _sums(amounts: Amounts) -> dict[str, Any]:
    return {
        "net": sum(amount["net"] for amount in amounts),
        "tax": sum(amount["tax"] + amount["second_tax"] for amount in amounts),
        "amounts": amounts,
    }


_AMOUNTS = (
    select(MilestoneAmount, TaxGroup.position)
    .join(TaxGroup, TaxGroup.id == MilestoneAmount.tax_group_id)
    .where(MilestoneAmount.milestone_id == bindparam("milestone_id"))
)
_CRITERIA = select(Criterion).where(Criterion.milestone_id == bindparam("milestone_id")).order_by(Criterion.position)


def split_off(work: Work, place: Place, part: Mapping[str, Any]) -> dict[str, Any]:
    """Leave the part to the milestone, and make a milestone of the remainder; returns what names that.

    It gets the next free position, so that every address keeps its meaning.
    """
    milestone, remainder = place.milestone, part["remainder"]
    last = work.session.scalar(select(func.max(Milestone.position)).where(Milestone.project_id == place.project.id))
    position = int(last or 0) + 1
    remainder_id = work.append(
        Milestone,
        workspace_id=milestone.workspace_id,
        project_id=milestone.project_id,
        position=position,
        title=remainder["title"],
        planned_on=date.fromisoformat(remainder["planned_on"]) if remainder["planned_on"] else None,
        trigger=Trigger.SIGN_OFF,
        net=remainder["net"],
        tax=remainder["tax"],
        split_from=milestone.position,
    )
    work.change(milestone, net=part["net"], tax=part["tax"])
    _move_amounts(work, milestone, remainder_id, part["amounts"], remainder["amounts"])
    for criterion in work.session.scalars(_CRITERIA, {"milestone_id": milestone.id}).all():
        if criterion.position in remainder["criteria"]:
            number = remainder["criteria"].index(criterion.position) + 1
            work.change(criterion, milestone_id=remainder_id, position=number)
    return {"milestone": position, "title": remainder["title"], "gross": remainder["net"] + remainder["tax"]}


def _move_amounts(work: Work, milestone: Milestone, remainder_id: int, billed: Amounts, rest: Amounts) -> None:
    """Raises AssertionError unless both together are what the milestone has: then what was signed is damaged."""
    rows = work.session.execute(_AMOUNTS, {"milestone_id": milestone.id}).all()
    frozen = {group: amount for amount, group in rows if amount.net}
    if sorted(frozen) != [amount["group"] for amount in billed] or len(billed) != len(rest):
        raise AssertionError("the split has other tax groups than its milestone")
    for own, other in zip(billed, rest, strict=True):
        row = frozen[own["group"]]
        if any(own[name] + other[name] != getattr(row, name) for name in _PARTS):
            raise AssertionError("the split does not sum to its milestone")
        work.change(row, **{name: own[name] for name in _PARTS})
        values = {name: other[name] for name in _PARTS}
        work.append(MilestoneAmount, milestone_id=remainder_id, tax_group_id=row.tax_group_id, **values)


_PARTS = ("net", "tax", "second_tax")
