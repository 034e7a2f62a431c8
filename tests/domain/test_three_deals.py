"""The same job by milestones, by time and by retainer: figures that were computed by hand, and what always holds."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from milebill.domain.guide_figures import LIMITS, MAX_COST, MAX_PRICE
from milebill.domain.three_deals import Deal, Figures, Outcome, compare, shares
from milebill.money import MAX_MINOR

NEVER = (0, 0)


def figures(price: int, weeks: int, milestones: int, deposit: int, **others: Any) -> Figures:
    usual = {"weekly_cost": 0, "review_days": 0, "payment_days": 0, "overrun": 0}
    return Figures("EUR", price, weeks, milestones, deposit, **{**usual, **others})


def paid(deal: Deal) -> list[tuple[int, int]]:
    return [(payment.day, payment.amount) for payment in deal.payments]


def worst(deal: Deal) -> tuple[tuple[int, int], tuple[int, int]]:
    """What the supplier has fronted and what the client has prepaid, each with its day."""
    return (deal.fronted.amount, deal.fronted.day), (deal.prepaid.amount, deal.prepaid.day)


def overrun(outcome: Outcome) -> tuple[int, int]:
    return outcome.costs_supplier, outcome.costs_client


def test_ten_weeks_that_become_twelve() -> None:
    """84 days of work cost 12 × 500.00. A third of the time is 28 days; reviewed in 5 and paid in 10."""
    job = figures(12_000_00, 10, 3, 25, weekly_cost=500_00, review_days=5, payment_days=10, overrun=20)
    milestones, time, retainer = compare(job)

    assert paid(milestones.deal) == [(10, 3_000_00), (43, 3_000_00), (71, 3_000_00), (99, 3_000_00)]
    # Before the deposit 10 of 84 days cost 714.29; right after it, 10 of 84 days of 12,000.00 are worth 1,428.57.
    assert worst(milestones.deal) == ((714_29, 10), (1_571_43, 10))
    assert milestones.deal.left_over == 6_000_00
    assert overrun(milestones) == (1_000_00, 0)

    assert paid(time.deal) == [(38, 4_800_00), (66, 4_800_00), (94, 4_800_00)]
    assert worst(time.deal) == ((2_714_29, 38), NEVER)
    assert overrun(time) == (-1_400_00, 2_400_00)

    assert paid(retainer.deal) == [(10, 4_800_00), (38, 4_800_00), (66, 4_800_00)]
    assert worst(retainer.deal) == ((714_29, 10), (3_085_71, 10))
    # The third period was paid for anyway: 14 of its days were spare, and now none is.
    assert overrun(retainer) == (0, 0)
    assert (retainer.planned.unused_days, retainer.deal.unused_days) == (14, 0)


def test_all_at_the_end_and_paid_late() -> None:
    milestones, time, retainer = compare(
        figures(10_000_00, 4, 1, 0, weekly_cost=1_000_00, review_days=7, payment_days=30)
    )
    assert paid(milestones.deal) == [(65, 10_000_00)]
    assert paid(time.deal) == [(58, 10_000_00)]
    assert paid(retainer.deal) == [(30, 10_000_00)]
    for outcome in (milestones, time, retainer):
        assert worst(outcome.deal) == ((4_000_00, 28), NEVER)
        assert outcome.deal.left_over == 6_000_00
        assert overrun(outcome) == (0, 0)
    assert [outcome.deal.end for outcome in (milestones, time, retainer)] == [65, 58, 30]


def test_half_ahead_and_the_rest_at_once() -> None:
    milestones, time, retainer = compare(figures(1_000_00, 2, 2, 50, weekly_cost=100_00))
    assert paid(milestones.deal) == [(0, 500_00), (7, 250_00), (14, 250_00)]
    assert worst(milestones.deal) == (NEVER, (500_00, 0))
    assert paid(time.deal) == [(14, 1_000_00)]
    assert worst(time.deal) == ((200_00, 14), NEVER)
    # Two weeks of work, four reserved: 2,000.00, and the supplier's time for all of them.
    assert paid(retainer.deal) == [(0, 2_000_00)]
    assert (retainer.deal.unused_days, retainer.deal.cost) == (14, 400_00)
    assert worst(retainer.deal) == (NEVER, (2_000_00, 0))


def test_shares_are_whole_percents_and_the_cents_come_out() -> None:
    job = figures(10_01, 6, 6, 25)
    assert shares(job) == (13, 13, 13, 12, 12, 12)
    amounts = [payment.amount for payment in compare(job)[0].deal.payments]
    assert amounts == [2_50, 1_30, 1_31, 1_30, 1_20, 1_20, 1_20]


def test_a_day_that_is_begun_counts() -> None:
    """84 days and a fifth are 100.8, so 101; fifths of them end on days 21, 41, 61, 81 and 101."""
    job = figures(12_000_00, 12, 5, 25, weekly_cost=750_00, review_days=5, payment_days=14, overrun=20)
    milestones, time, retainer = (outcome.deal for outcome in compare(job))
    assert [payment.day for payment in milestones.payments] == [14, 40, 60, 80, 100, 120]
    # 100 of 101 days of 10,800.00 less the 70 percent that came: 10,693.07 − 8,400.00.
    assert worst(milestones)[0] == (2_293_07, 100)
    assert [payment.day for payment in time.payments] == [42, 70, 98, 115]
    assert time.total == 14_400_00
    assert (retainer.total, retainer.unused_days, retainer.cost) == (16_000_00, 11, 12_000_00)


def test_a_price_below_its_cost_is_a_loss() -> None:
    milestones, time, _retainer = compare(figures(1_000_00, 1, 1, 0, weekly_cost=1_500_00, overrun=100))
    assert milestones.deal.left_over == -2_000_00
    assert overrun(milestones) == (1_500_00, 0)
    assert time.deal.left_over == -1_000_00
    assert overrun(time) == (500_00, 1_000_00)


def test_three_times_as_long() -> None:
    milestones, time, retainer = compare(figures(1_000_00, 1, 1, 0, overrun=200))
    assert paid(milestones.deal) == [(21, 1_000_00)]
    assert paid(time.deal) == [(21, 3_000_00)]
    assert paid(retainer.deal) == [(0, 4_000_00)]
    assert retainer.deal.unused_days == 7
    assert overrun(retainer) == (0, 0)


def test_periods_that_come_out_even_are_billed_once() -> None:
    _milestones, time, retainer = compare(figures(8_000, 8, 1, 0))
    assert paid(time.deal) == [(28, 4_000), (56, 4_000)]
    assert paid(retainer.deal) == [(0, 4_000), (28, 4_000)]
    assert retainer.deal.unused_days == 0


def test_the_balance_bends_where_it_is_paid_and_where_the_work_ends() -> None:
    job = figures(1_000_00, 2, 1, 20, weekly_cost=70_00, payment_days=7)
    assert list(compare(job)[0].deal.steps(28)) == [
        (0, 0, 0), (7, -70_00, 130_00), (14, 60_00, 60_00), (21, 60_00, 860_00), (28, 860_00, 860_00)
    ]  # fmt: skip


JOBS = st.builds(
    Figures,
    currency=st.just("EUR"),
    price=st.integers(1, MAX_PRICE),
    weekly_cost=st.integers(0, MAX_COST),
    **{name: st.integers(least, min(most, 30) if name == "weeks" else most) for name, (least, most) in LIMITS.items()},
)


@given(JOBS)
def test_what_always_holds(job: Figures) -> None:
    milestones, time, retainer = (outcome.deal for outcome in compare(job))
    assert milestones.total == job.price
    assert time.total == job.worth
    assert job.deposit + sum(shares(job)) == 100
    assert min(shares(job)) == shares(job)[-1] >= 1
    assert 0 <= retainer.unused_days < 28
    for deal in (milestones, time, retainer):
        days = range(deal.end + 1)
        assert deal.balance(deal.end) == deal.left_over
        assert deal.fronted.amount == max(deal.spent(day) - deal.received(day - 1) for day in days)
        assert deal.prepaid.amount == max(0, *(deal.received(day) - deal.worked(day) for day in days))
        assert max(deal.total, deal.cost) <= MAX_MINOR
