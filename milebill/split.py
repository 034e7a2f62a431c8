"""The tax-aware split: milestone amounts whose nets *and* rounded taxes sum exactly to the quote's.

A plain split by shares makes the nets sum, but each invoice rounds its own tax, and those roundings
drift away from the quote's tax by up to half a cent per milestone. We start from rounded parts that sum and then
move as few cents as possible between milestones until the rounded taxes sum as well. Where two taxes are taken of the
same net (GST and PST), both must sum.
"""

from collections.abc import Iterator, Sequence

from milebill.errors import SplitImpossible
from milebill.tax import RATE_ONE, tax_on


def largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Share `total` (minor units, not negative) by `weights`; the parts sum to it exactly.

    A part with weight 0 gets nothing. Ties go to the earlier part.
    """
    whole = sum(weights)
    if whole <= 0:
        raise SplitImpossible("nothing to share by")
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


def split(total: int, rate: int, nets: Sequence[int], pinned: Sequence[bool] | None = None) -> list[int]:
    """Move the fewest cents between `nets` so that their taxes at `rate` sum to the tax on `total`.

    `nets` are minor units that already sum to `total`; `pinned` marks amounts that a person typed, which move
    only when the others can't. Zeros stay zero and nothing goes below one cent. Raises SplitImpossible when no such
    move exists (only for amounts of a few cents).
    """
    if sum(nets) != total:
        raise ValueError("the nets must sum to the total before their taxes can")
    wanted = tax_on(total, rate) - sum(tax_on(net, rate) for net in nets)
    if wanted == 0:
        return list(nets)
    free = [i for i, net in enumerate(nets) if net > 0 and not (pinned and pinned[i])]
    everyone = [i for i, net in enumerate(nets) if net > 0]
    for candidates in (free, everyone):
        moved = _move(list(nets), rate, wanted, candidates) or _search(list(nets), rate, wanted, candidates)
        if moved is not None:
            return moved
    raise SplitImpossible(f"{total} at {rate} over {len(nets)} milestones")


MAX_REACH = 200
"""How many cents two milestones exchange at most in one step; taxes of 0.5 % and more change within it."""

MAX_SIDEWAYS = 20
"""How often cents may change hands without bringing the taxes nearer."""

Gains = tuple[int, ...]


def split_all(total: int, rates: Sequence[int], nets: Sequence[int], pinned: Sequence[bool] | None = None) -> list[int]:
    """Like `split`, for every tax that is taken of the same nets at once: each of them sums by itself.

    Two milestones after another exchange the fewest cents that bring the sums nearer. Raises SplitImpossible where no
    exchange does (amounts of a few cents, or a few milestones of a few units).
    """
    rates = [rate for rate in rates if rate]
    if len(rates) <= 1:
        return split(total, rates[0] if rates else 0, nets, pinned)
    if sum(nets) != total:
        raise ValueError("the nets must sum to the total before their taxes can")
    everyone = [i for i, net in enumerate(nets) if net > 0]
    free = [i for i in everyone if not (pinned and pinned[i])]
    for candidates in (free, everyone):
        exchanged = _exchange(total, rates, list(nets), candidates)
        if exchanged is not None:
            return exchanged
    raise SplitImpossible(f"{total} at {rates} over {len(nets)} milestones")


def snap(whole: int, part: int, rates: Sequence[int]) -> int:
    """The net nearest to `part` that leaves a rest of `whole` whose taxes and its own sum to those of the whole.

    So a part that is credited or split off is taxed exactly, and so is what remains. Minor units, 0 ≤ part ≤ whole;
    of two that are equally near it is the smaller one. At most RATE_ONE / 2 away, because the roundings repeat after
    every RATE_ONE units, and nothing always fits.
    """
    for distance in range(whole + 1):
        for near in (part - distance, part + distance):
            if 0 <= near <= whole and all(
                tax_on(near, rate) + tax_on(whole - near, rate) == tax_on(whole, rate) for rate in rates
            ):
                return near
    raise AssertionError("nothing, and the whole, always fit")


def _exchange(total: int, rates: Sequence[int], nets: list[int], candidates: Sequence[int]) -> list[int] | None:
    """Pairs of milestones exchange cents until the taxes sum.

    Each step brings them nearer. Where none does, a few cents change hands that make nothing worse, and the search goes
    on from there: another cent before the decimal point of a tax is another way out.
    """
    sideways = iter(range(1, MAX_SIDEWAYS + 1))
    while True:
        missing = tuple(tax_on(total, rate) - sum(tax_on(net, rate) for net in nets) for rate in rates)
        if not any(missing):
            return nets
        step = _nearer(nets, rates, candidates, missing) or _beside(nets, rates, candidates, missing, sideways)
        if step is None:
            return None
        cents, giver, taker = step
        nets[taker] += cents
        nets[giver] -= cents


def _nearer(
    nets: list[int], rates: Sequence[int], candidates: Sequence[int], missing: Gains
) -> tuple[int, int, int] | None:
    """The fewest cents, who gives and who takes them, so that less is missing."""
    for cents in range(1, MAX_REACH + 1):
        left, giver, taker = _best_pair(nets, rates, candidates, cents, missing)
        if left < sum(map(abs, missing)):
            return cents, giver, taker
    return None


def _beside(
    nets: list[int], rates: Sequence[int], candidates: Sequence[int], missing: Gains, sideways: Iterator[int]
) -> tuple[int, int, int] | None:
    """The same where just as much is missing afterwards; None when there is none left to be tried."""
    for cents in sideways:
        _, giver, taker = _best_pair(nets, rates, candidates, cents, missing)
        if taker < len(nets):
            return cents, giver, taker
    return None


def _best_pair(
    nets: list[int], rates: Sequence[int], candidates: Sequence[int], cents: int, missing: Gains
) -> tuple[int, int, int]:
    """What would still be missing, who gives and who takes, if two milestones exchanged so many cents."""
    takers = _by_gain(nets, rates, candidates, cents)
    givers = _by_gain(nets, rates, candidates, -cents)
    best = (sum(map(abs, missing)), len(nets), len(nets))
    for gain, taking in takers.items():
        for loss, giving in givers.items():
            left = sum(abs(m - a - b) for m, a, b in zip(missing, gain, loss, strict=True))
            if left <= best[0]:
                pairs = [(left, taker, giver) for taker in taking for giver in giving if taker != giver]
                best = min([best, *pairs])
    left, taker, giver = best
    return left, giver, taker


def _by_gain(nets: list[int], rates: Sequence[int], candidates: Sequence[int], cents: int) -> dict[Gains, list[int]]:
    """By what `cents` more change in the taxes: the first two who can. Few changes differ, so pairs need no search."""
    found: dict[Gains, list[int]] = {}
    for i in candidates:
        if nets[i] + cents > 0:
            gain = tuple(tax_on(nets[i] + cents, rate) - tax_on(nets[i], rate) for rate in rates)
            those = found.setdefault(gain, [])
            if len(those) < 2:
                those.append(i)
    return found


def _move(nets: list[int], rate: int, wanted: int, candidates: Sequence[int]) -> list[int] | None:
    """Push the |wanted| amounts nearest to a rounding step over it, and take the cents where tax does not change."""
    step_of = _step
    if 2 * rate > RATE_ONE:  # the nets sum anyway, so one cent more of tax is one cent less of the rest
        step_of, wanted = _step_of_rest, -wanted
    direction = 1 if wanted > 0 else -1
    steps = sorted((step_of(nets[i], rate, direction), i) for i in candidates)
    pushed, givers = steps[: abs(wanted)], [i for _, i in reversed(steps[abs(wanted) :])]
    if len(pushed) < abs(wanted):
        return None
    owed = 0
    for step, i in pushed:
        nets[i] += direction * step
        owed += step
    for i in givers:
        given = min(owed, step_of(nets[i], rate, -direction) - 1, nets[i] - 1 if direction > 0 else owed)
        nets[i] -= direction * given
        owed -= given
    return nets if owed == 0 and all(nets[i] > 0 for i in candidates) else None


def _step(net: int, rate: int, direction: int) -> int:
    """How many cents `net` must move in `direction` until its rounded tax changes (at least 1)."""
    if rate == 0:
        return RATE_ONE
    doubled, whole = 2 * net * rate, 2 * RATE_ONE
    now = tax_on(net, rate)
    if direction > 0:  # the smallest k with 2(net+k)·rate >= (2·now+1)·RATE_ONE
        missing = (2 * now + 1) * RATE_ONE - doubled
        return max(1, -(-missing // (2 * rate)))
    over = doubled - (2 * now - 1) * RATE_ONE  # strictly below (2·now−1)·RATE_ONE after k cents
    return max(1, over // (2 * rate) + 1) if now > 0 else whole


def _step_of_rest(net: int, rate: int, direction: int) -> int:
    """The same for what a rate above 50 % leaves of `net`, where nearly every cent changes the tax but not the rest.

    The rest is net × (100 % − rate) with halves rounded down, because those of the tax are rounded up.
    """
    left = RATE_ONE - rate
    doubled = 2 * net * left
    now = net - tax_on(net, rate)
    if direction > 0:  # the smallest k with 2(net+k)·left > (2·now+1)·RATE_ONE
        return max(1, ((2 * now + 1) * RATE_ONE - doubled) // (2 * left) + 1)
    over = doubled - (2 * now - 1) * RATE_ONE  # at most (2·now−1)·RATE_ONE after k cents
    return max(1, -(-over // (2 * left))) if now > 0 else 2 * RATE_ONE


def _search(nets: list[int], rate: int, wanted: int, candidates: Sequence[int]) -> list[int] | None:
    """Small amounts at coarse rates: try every move of a few cents, cheapest first, by dynamic programming."""
    for reach in (1, 2, 4, 8):
        # (cents moved so far, tax gained so far) → (cost, deltas)
        best: dict[tuple[int, int], tuple[int, tuple[int, ...]]] = {(0, 0): (0, ())}
        for i in candidates:
            grown: dict[tuple[int, int], tuple[int, tuple[int, ...]]] = {}
            for (moved, gained), (cost, deltas) in best.items():
                for delta in range(-min(reach, nets[i] - 1), reach + 1):
                    gain = gained + tax_on(nets[i] + delta, rate) - tax_on(nets[i], rate)
                    key, price = (moved + delta, gain), cost + abs(delta)
                    if key not in grown or price < grown[key][0]:
                        grown[key] = (price, (*deltas, delta))
            best = grown
        found = best.get((0, wanted))
        if found:
            for i, delta in zip(candidates, found[1], strict=True):
                nets[i] += delta
            return nets
    return None
