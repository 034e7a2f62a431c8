"""What practice says about the number and the size of milestones, as data; it never keeps anybody from sending."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from milebill.domain.draft import MAX_MILESTONES
from milebill.exposure import Exposure, Step
from milebill.tax import RATE_ONE, divide_half_up

WEEKS, FEW, MANY = 12, 4, 6
"""Four to six milestones in twelve weeks."""
LOW, HIGH = 20_000, 30_000
"""A usual deposit, thousandths of a percent of the price."""
LAST = 20_000
"""The most that the last one should be: above it, acceptance is put off to put off the payment."""


@dataclass(frozen=True)
class Advice:
    """`code` is "few", "many", "no_deposit", "small_deposit", "large_deposit" or "large_last"."""

    code: str
    values: Mapping[str, int] = field(default_factory=dict)
    """Counts of milestones (count, low, high), weeks, or a share in thousandths of a percent."""


def advice(steps: tuple[Step, ...], exposure: Exposure) -> tuple[Advice, ...]:
    """What to think about in a measured plan, the number first.

    The deposit is no part of the number, nor is what costs nothing. A short project needs one milestone at least.
    """
    total = sum(step.net for step in steps)
    found = [*_number(steps, exposure), *_deposit(_share(exposure.deposit, total))]
    last = next((point.billed for point in reversed(exposure.points) if point.billed), 0)
    count = sum(1 for point in exposure.points if point.billed)
    if count > 1 and _share(last, total) > LAST:
        found.append(Advice("large_last", {"share": _share(last, total)}))
    return tuple(found)


def _share(net: int, total: int) -> int:
    return divide_half_up(net * RATE_ONE, total) if total else 0


def _number(steps: tuple[Step, ...], exposure: Exposure) -> list[Advice]:
    count = sum(1 for step in steps if step.net and not step.deposit)
    days = (exposure.end - exposure.start).days
    low = max(divide_half_up(FEW * days, 7 * WEEKS), 1)
    high = max(divide_half_up(MANY * days, 7 * WEEKS), low + 1)
    low, high = min(low, MAX_MILESTONES // 2), min(high, MAX_MILESTONES - 1)
    values = {"count": count, "low": low, "high": high, "weeks": max(divide_half_up(days, 7), 1)}
    if count and count < low:
        return [Advice("few", values)]
    return [Advice("many", values)] if count > high else []


def _deposit(share: int) -> list[Advice]:
    if not share:
        return [Advice("no_deposit")]
    code = "small_deposit" if share < LOW else "large_deposit" if share > HIGH else ""
    return [Advice(code, {"share": share})] if code else []
