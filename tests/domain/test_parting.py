"""Partly done: what is finished is billed, the rest is a milestone of its own, and no cent is lost or made."""

from collections import Counter
from datetime import date
from functools import partial
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from milebill.canonical import digest
from milebill.domain.parting import divide
from milebill.domain.settings import change_settings
from milebill.models import (
    Criterion,
    CriterionDecision,
    Event,
    Invoice,
    Milestone,
    MilestoneAmount,
    Project,
    Receipt,
    Submission,
)
from milebill.tax import tax_on
from tests.actors import APPROVER, Deal, Supplier, a_submitted_milestone, an_accepted_project, shares
from tests.crowds import at_once
from tests.dealings import credit_milestone, reopen, submit_part
from tests.domain.outcomes import outcome
from tests.offers import BC, taxed
from tests.pairs import SECOND, an_accepted_project_of_two, sign_off_as
from tests.rules import check_rules, rows
from tests.snapshots import everything

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PLANNED = date(2027, 5, 1)


def a_part_waits(supplier: Supplier, **changes: Any) -> Deal:
    """Milestone 2 is submitted in part: 60 % of it, without its second criterion."""
    deal = an_accepted_project(supplier, **changes)
    submit_part(deal, 2, planned_on=PLANNED)
    return deal


def of(deal: Deal, position: int) -> Any:
    """A milestone's row as it is now."""
    (project,) = rows(Project, Project.quote_id == deal.quote_id)
    (found,) = rows(Milestone, Milestone.project_id == project.id, Milestone.position == position)
    return found


def criteria(milestone: Any) -> list[str]:
    return [row.text for row in rows(Criterion, Criterion.milestone_id == milestone.id)]


RATES = st.sampled_from([0, 1, 500, 5_500, 7_000, 8_875, 9_975, 19_000, 25_000, 50_000, 77_777, 100_000])
GROUP = st.tuples(st.integers(1, 10_000_000), RATES, RATES)


def _share(group: int, net: int, rate: int, second_rate: int) -> dict[str, int]:
    taxes = {"tax": tax_on(net, rate), "second_tax": tax_on(net, second_rate)}
    return {"group": group, "net": net, "rate": rate, "second_rate": second_rate, **taxes}


SPLITS = given(st.lists(GROUP, min_size=1, max_size=4), st.lists(st.integers(1, 99_999), min_size=1, max_size=4))


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@SPLITS
def test_every_split_conserves_net_and_each_tax(groups: list[tuple[int, int, int]], parts: list[int]) -> None:
    """And so does each split of a remainder."""
    check_splits(groups, parts)


@pytest.mark.long
@settings(max_examples=10_000, deadline=None, derandomize=True, database=None)
@SPLITS
def test_ten_thousand_splits_conserve_net_and_each_tax(groups: list[tuple[int, int, int]], parts: list[int]) -> None:
    check_splits(groups, parts)


def check_splits(groups: list[tuple[int, int, int]], parts: list[int]) -> None:
    left = [_share(n, *group) for n, group in enumerate(groups)]
    for part in parts:
        whole = sum(share["net"] for share in left)
        divided = divide(left, whole * part // 100_000)
        if divided is None:  # nothing, or nothing else, fits in a few cents
            return
        billed, rest = divided
        for share, one, other in zip(left, billed, rest, strict=True):
            assert one["group"] == other["group"] == share["group"]
            assert min(one["net"], other["net"]) >= 0
            for name in ("net", "tax", "second_tax"):
                assert one[name] + other[name] == share[name]
            assert one["tax"] == tax_on(one["net"], share["rate"])
        left = [{**share, **other} for share, other in zip(left, rest, strict=True) if other["net"]]


def test_nothing_changes_before_the_client_signs(owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    before = [tuple(row) for row in rows(MilestoneAmount)]
    submit_part(deal, 2, planned_on=PLANNED)
    assert [tuple(row) for row in rows(MilestoneAmount)] == before
    assert len(rows(Milestone)) == 3
    (submission,) = rows(Submission)
    assert submission.content["part"] == submission.part
    assert digest(submission.content) == submission.content_hash
    remainder = submission.part["remainder"]
    assert (submission.part["net"], submission.part["tax"], submission.part["criteria"]) == (270_000, 51_300, [1])
    assert (remainder["net"], remainder["tax"], remainder["criteria"]) == (180_000, 34_200, [2])
    deal.take_back()
    deal.submit(2, "All of it.")
    deal.sign_off()
    assert len(rows(Milestone)) == 3
    assert of(deal, 2).net == 450_000
    check_rules(owner.workspace_id)


def test_the_signature_splits_signs_off_and_bills_at_once(owner: Supplier) -> None:
    deal = a_part_waits(owner)
    result = deal.sign_off()
    again = deal.sign_off()
    assert (again.receipt_number, again.invoice_number, again.first) == (
        result.receipt_number,
        result.invoice_number,
        False,
    )
    part, rest = of(deal, 2), of(deal, 4)
    assert (part.state, part.net, part.tax, criteria(part)) == ("signed_off", 270_000, 51_300, ["It is there."])
    assert (rest.state, rest.net, rest.tax, criteria(rest)) == ("planned", 180_000, 34_200, ["It works."])
    assert (rest.title, rest.planned_on, rest.split_from, rest.trigger) == ("The rest of it", PLANNED, 2, "sign_off")
    invoice = rows(Invoice)[-1].content
    assert (invoice["kind"], invoice["net"], invoice["gross"]) == ("milestone", 270_000, 321_300)
    assert (invoice["proof"]["milestone_position"], invoice["proof"]["milestone_count"]) == (2, 4)
    assert invoice["contract"]["remaining"] == 1_190_000 - 357_000 - 321_300
    subject = rows(Receipt)[-1].content["subject"]
    assert subject["remainder"] == {"milestone": 4, "title": "The rest of it", "gross": 214_200}
    assert (subject["gross"], [item["text"] for item in subject["criteria"]]) == (321_300, ["It is there."])
    assert rows(Event, Event.kind == "milestone_signed_off")[0].content["data"]["remainder"]["milestone"] == 4
    check_rules(owner.workspace_id)


@pytest.mark.parametrize(
    "offer",
    [
        BC,
        {
            "milestones": taxed(shares("=1000.01", "=2345.67", "=999.99", deposit=True), "0", "1", "1"),
            "more_taxes": [{"label": "VAT", "rate": "5.5"}],
            "total": "",
        },
    ],
)
def test_each_tax_of_a_split_milestone_sums(owner: Supplier, offer: dict[str, Any]) -> None:
    deal = an_accepted_project(owner, **offer)
    before = of(deal, 2)
    submit_part(deal, 2, 33_333)
    deal.sign_off()
    part, rest = of(deal, 2), of(deal, 4)
    assert (part.net + rest.net, part.tax + rest.tax) == (before.net, before.tax)
    check_rules(owner.workspace_id)


def test_the_final_invoice_comes_with_the_last_remainder(owner: Supplier) -> None:
    plain = [{**row, "criteria": ""} for row in shares("30", "45", "25", deposit=True)]
    for final in ("own_share", "deducts"):
        change_settings(owner.workspace_id, owner.actor, {"final_invoice": final})
        deal = an_accepted_project(owner, milestones=plain, total="10000.01")
        for position, share in ((2, 33_333), (4, 50_000), (3, 12_345)):
            submit_part(deal, position, share, finished=frozenset())
            deal.sign_off(position)
        assert [of(deal, n).split_from for n in range(1, 7)] == [0, 0, 0, 2, 4, 3]
        for position in (6, 5):
            deal.submit(position)
            deal.sign_off(position)
        (project,) = rows(Project, Project.quote_id == deal.quote_id)
        invoices = rows(Invoice, Invoice.project_id == project.id)
        assert [row.kind for row in invoices] == ["deposit", *["milestone"] * 4, "final"]
        assert sum(row.gross for row in invoices) == project.gross == project.billed_gross
        if final == "deducts":
            assert len(invoices[-1].content["deductions"]) == 5
            assert invoices[-1].content["whole"]["gross"] == project.gross
    check_rules(owner.workspace_id)


def test_a_part_is_credited_reopened_and_split_again(owner: Supplier) -> None:
    deal = a_part_waits(owner)
    deal.sign_off()
    credit_milestone(deal, 2)
    reopen(deal)
    check_rules(owner.workspace_id)
    deal.submit(2)
    deal.sign_off()
    deal.submit(4)
    deal.sign_off(4)
    assert [row.gross for row in rows(Invoice)][-2:] == [321_300, 214_200]
    check_rules(owner.workspace_id)


def test_the_client_declines_a_part_and_says_what_they_would_take(owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    deal.decide(second="The map is wrong.", part_welcome=True)
    assert [row.part_welcome for row in rows(Submission)] == [True]
    assert rows(Event, Event.kind == "changes_requested")[0].content["data"]["part_welcome"] is True
    submit_part(deal, 2, finished=frozenset())  # what was accepted is finished
    deal.request_changes(2, "Too much for the half of it.")
    assert (deal.milestone_state(2), len(rows(Milestone))) == ("changes_requested", 3)
    submit_part(deal, 2, 40_000, finished=frozenset())
    deal.sign_off()
    assert [of(deal, n).net for n in (2, 4)] == [180_000, 270_000]
    assert criteria(of(deal, 4)) == ["It works."]
    deal.submit(4)
    assert [item["accepted"] for item in rows(Submission)[-1].content["criteria"]] == [None]
    deal.sign_off(4)
    check_rules(owner.workspace_id)


def test_only_the_criteria_of_the_part_are_decided(owner: Supplier) -> None:
    deal = a_part_waits(owner)
    deal.decide(first="Where is it?")
    assert [(row.criterion, row.accepted) for row in rows(CriterionDecision)] == [(1, False)]
    submit_part(deal)
    deal.decide()  # accepting each is the sign-off, and the split
    assert [of(deal, n).net for n in (2, 4)] == [270_000, 180_000]
    check_rules(owner.workspace_id)


def test_two_people_sign_a_part_off_where_the_quote_asks_for_it(owner: Supplier) -> None:
    deal = an_accepted_project_of_two(owner)
    submit_part(deal)
    assert sign_off_as(deal, APPROVER).waits_for == SECOND.name
    assert (deal.milestone_state(2), len(rows(Milestone))) == ("submitted", 3)
    assert sign_off_as(deal, SECOND).first
    assert [of(deal, n).net for n in (2, 4)] == [270_000, 180_000]
    check_rules(owner.workspace_id)


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"share": 0}, "Invalid(part-amount: positive)"),
        ({"share": 100_000}, "Invalid(part-amount: over_whole)"),
        ({"share": None}, "Invalid(part-amount: required)"),
        ({"share": None, "net": 450_000}, "Invalid(part-amount: over_whole)"),
        ({"share": None, "net": 449_999}, "done"),
        ({"title": " "}, "Invalid(part-title: required)"),
        ({"title": "x" * 201}, "Invalid(part-title: too_long)"),
        ({"finished": frozenset()}, "Invalid(finished: required)"),
        ({"finished": frozenset({1, 2})}, "Invalid(finished: some)"),
        ({"finished": frozenset({3})}, "Invalid(finished: required)"),
    ],
)
@on_sqlite
def test_what_can_be_proposed(owner: Supplier, changes: dict[str, Any], answer: str) -> None:
    deal = an_accepted_project(owner)
    before = everything()
    assert outcome(lambda: submit_part(deal, 2, **changes)) == answer
    assert answer == "done" or everything() == before


@on_sqlite
def test_a_cent_is_not_split_and_what_costs_nothing_has_no_part(owner: Supplier) -> None:
    deal = an_accepted_project(owner, milestones=shares("=99", "=0.01", "=0"), total="")
    assert outcome(lambda: submit_part(deal, 2, 50_000)) == "Invalid(part-amount: over_whole)"
    assert outcome(lambda: submit_part(deal, 3)) == "Invalid(part-amount: positive)"


def test_one_of_those_who_act_on_a_part_wins(in_app: Flask, owner: Supplier) -> None:
    for other in (Deal.take_back, Deal.request_changes):
        deal = a_part_waits(owner)
        answers = at_once(in_app, [partial(outcome, partial(act, deal)) for act in [Deal.sign_off, other] * 10])
        signed = answers[0::2]
        assert ("done" in signed) != ("done" in answers[1::2]), answers
        assert Counter(answers)["done"] == 1
        assert len(deal.invoice_ids()) == (2 if "done" in signed else 1)
        assert (of(deal, 2).net == 270_000) == ("done" in signed)
    check_rules(owner.workspace_id)


def test_a_hundred_people_sign_one_part_off(in_app: Flask, owner: Supplier) -> None:
    deal = a_part_waits(owner)
    answers = at_once(in_app, [deal.sign_off] * 100)
    assert len({(answer.receipt_number, answer.invoice_number) for answer in answers}) == 1
    assert Counter(answer.first for answer in answers) == {True: 1, False: 99}
    assert len(rows(Milestone)) == 4
    check_rules(owner.workspace_id)
