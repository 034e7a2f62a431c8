"""The criteria of a milestone, one by one: evidence for each, what is accepted stays so, and the receipt names all."""

from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from milebill.canonical import digest
from milebill.db import db
from milebill.domain.by_criterion import Decision, SentBack, decide_by_criterion
from milebill.domain.evidence import Evidence
from milebill.domain.milestones import SignedOff
from milebill.models import CriterionDecision, Deliverable, Event, Message, Receipt, Submission
from tests.actors import APPROVER, SIGN_OFF, Deal, Supplier, a_submitted_milestone, an_accepted_project, shares, signed
from tests.crowds import at_once
from tests.dealings import credit_milestone, reopen
from tests.domain.outcomes import outcome
from tests.rules import check_rules, rows
from tests.snapshots import everything

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FILE = Evidence(file_name="map.png", media_type="image/png", sha256="ab" * 32, size=12, criterion=2, width=4, height=3)


def the_content(number: int = 1) -> dict[str, Any]:
    """What was hashed of a submission."""
    (row,) = rows(Submission, Submission.number == number)
    assert digest(row.content) == row.content_hash
    content: dict[str, Any] = row.content
    return content


def accepted_in_receipt() -> list[tuple[str, int, str]]:
    """Text, submission and name of each criterion in the last receipt, whose hash holds."""
    receipt = rows(Receipt)[-1]
    assert digest(receipt.content) == receipt.content_hash
    return [(item["text"], item["submission"], item["name"]) for item in receipt.content["subject"]["criteria"]]


def test_evidence_stands_beside_its_criterion(owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    link = Evidence(url="https://example.com/whole")
    deal.submit(2, "Done.", (link, Evidence(text="Ten people tried it.", criterion=1), FILE))
    content = the_content()
    assert content["version"] == 3
    assert content["evidence"] == [{"kind": "link", "url": "https://example.com/whole"}]
    assert [item["evidence"] for item in content["criteria"]] == [
        [{"kind": "note", "text": "Ten people tried it."}],
        [{"kind": "file", "name": "map.png", "sha256": "ab" * 32, "size": 12}],
    ]
    kept = [(row.criterion, row.kind, row.text, row.width, row.height) for row in rows(Deliverable)]
    assert kept == [(0, "link", "", 0, 0), (1, "note", "Ten people tried it.", 0, 0), (2, "file", "", 4, 3)]


@pytest.mark.parametrize(
    ("note", "evidence", "answer"),
    [
        ("", (Evidence(text="It works.", criterion=2),), "done"),
        ("x", (Evidence(url="ftp://x.example", criterion=2),), "Invalid(evidence-2: url)"),
        ("x", (Evidence(url="https://x.example", criterion=1),) * 21, "Invalid(evidence-1: how_many)"),
        ("x", (Evidence(url="https://x.example", criterion=1),) * 20 + (Evidence(url="https://y.example"),), "done"),
        ("x", (Evidence(text="x" * 8001, criterion=1),), "Invalid(note-1: too_long)"),
        ("x", (Evidence(text="x", criterion=3),), "Invalid(evidence: unknown)"),
    ],
)
@on_sqlite
def test_what_can_be_shown_for_a_criterion(
    owner: Supplier, note: str, evidence: tuple[Evidence, ...], answer: str
) -> None:
    deal = an_accepted_project(owner)
    assert outcome(lambda: deal.submit(2, note, evidence)) == answer


def test_accepting_each_criterion_is_the_sign_off(owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    result, again = deal.decide(), deal.decide()
    assert isinstance(result, SignedOff)
    assert isinstance(again, SignedOff)
    assert (again.receipt_number, again.invoice_number, again.first) == (
        result.receipt_number,
        result.invoice_number,
        False,
    )
    assert accepted_in_receipt() == [("It is there.", 1, APPROVER.name), ("It works.", 1, APPROVER.name)]
    assert rows(CriterionDecision) == []  # the signature says it all
    check_rules(owner.workspace_id)


def test_what_was_accepted_stays_accepted(owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    first_hash = deal.submission_hash()
    assert deal.decide(second="The map is wrong.") == SentBack(first=True)
    assert deal.decide(second="The map is wrong.") == SentBack(first=False)
    assert deal.milestone_state() == "changes_requested"
    decisions = [(row.criterion, row.accepted, row.reason, row.name) for row in rows(CriterionDecision)]
    assert decisions == [(1, True, "", APPROVER.name), (2, False, "The map is wrong.", APPROVER.name)]
    assert {row.content_hash for row in rows(CriterionDecision)} == {first_hash}

    deal.submit(2, "The map is right.")
    earlier, still_open = (item["accepted"] for item in the_content(2)["criteria"])
    assert (earlier["submission"], earlier["content_hash"], earlier["name"]) == (1, first_hash, APPROVER.name)
    assert still_open is None
    deal.sign_off()
    assert accepted_in_receipt() == [("It is there.", 1, APPROVER.name), ("It works.", 2, APPROVER.name)]
    check_rules(owner.workspace_id)


def test_the_history_and_the_thread_tell_of_each(owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    deal.decide(first="Where?", second="It crashes.\nTwice.")
    data = rows(Event, Event.kind == "changes_requested")[0].content["data"]
    assert data["decisions"] == [
        {"criterion": 1, "accepted": False, "reason": "Where?"},
        {"criterion": 2, "accepted": False, "reason": "It crashes.\nTwice."},
    ]
    words = "It is there.\n→ Where?\n\nIt works.\n→ It crashes.\nTwice."
    assert data["reason"] == words
    assert [row.text for row in rows(Message, Message.kind == "changes_requested")] == [words]


def test_a_decision_is_needed_for_each_that_is_open(owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    deal.decide(second="Not yet.")
    deal.submit(2, "Again.")
    before = everything()

    def decide(chosen: dict[int, Decision], **changes: Any) -> Any:
        signature = signed(deal.submission_hash(), SIGN_OFF, **changes)
        return decide_by_criterion(owner.workspace_id, deal.quote_id, deal.link(), 2, signature, chosen)

    no, yes = Decision(accepted=False), Decision(accepted=True)
    assert outcome(lambda: decide({})) == "Invalid(decision-2: choose)"
    assert outcome(lambda: decide({1: yes, 2: Decision(reason="x")})) == "Invalid(decision-2: choose)"
    assert outcome(lambda: decide({2: no}, consented=False)) == "Invalid(reason-2: required)"
    assert outcome(lambda: decide({2: Decision(accepted=False, reason="x" * 2001)})) == "Invalid(reason-2: too_long)"
    assert outcome(lambda: decide({2: yes}, consented=False)) == "Invalid(consent: required)"
    assert outcome(lambda: decide({2: yes}, name="Karl")) == "Invalid(name: other_person)"
    assert outcome(lambda: decide({2: yes}, content_hash="0" * 64)) == "Stale(stale)"
    assert outcome(lambda: decide({2: Decision(accepted=False, reason="x")}, content_hash="")) == "Stale(stale)"
    assert everything() == before
    assert outcome(lambda: decide({2: yes})) == "done"


@on_sqlite
def test_a_milestone_without_criteria_is_signed_off_as_a_whole(owner: Supplier) -> None:
    plain = [{**row, "criteria": ""} for row in shares("30", "70", deposit=True)]
    deal = a_submitted_milestone(owner, milestones=plain)
    assert isinstance(deal.decide(), SignedOff)
    assert accepted_in_receipt() == []


def test_a_reopened_milestone_is_looked_at_anew(owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    deal.decide(second="Not yet.")
    deal.submit(2, "Now.")
    deal.sign_off()
    credit_milestone(deal)
    reopen(deal)
    deal.submit(2, "Once more.")
    assert [item["accepted"] for item in the_content(3)["criteria"]] == [None, None]
    deal.decide(first="No longer.")
    deal.submit(2, "And again.")
    assert [bool(item["accepted"]) for item in the_content(4)["criteria"]] == [False, True]
    deal.sign_off()
    check_rules(owner.workspace_id)


def test_one_of_two_wins(in_app: Flask, owner: Supplier) -> None:
    others = {
        "sign off": Deal.sign_off,
        "take back": Deal.take_back,
        "accept each": Deal.decide,
    }
    for other in others.values():
        deal = a_submitted_milestone(owner)
        reject = partial(deal.decide, second="It crashes.")
        answers = at_once(in_app, [partial(outcome, call) for call in [reject, partial(other, deal)] * 6])
        winners = {number % 2 for number, answer in enumerate(answers) if answer == "done"}
        assert len(winners) == 1, answers
        assert sum(answer == "done" for answer in answers) == 1
        losers = [answer for number, answer in enumerate(answers) if number % 2 not in winners]
        assert all(answer.startswith("Refused") for answer in losers)
    check_rules(owner.workspace_id)


def statements_of(act: Any) -> int:
    """How many statements a verb sends."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(sent)


@on_sqlite
def test_criteria_cost_a_sign_off_no_statement(owner: Supplier) -> None:
    plain = [{**row, "criteria": ""} for row in shares("30", "70", deposit=True)]
    without, agreed, one_by_one = (
        a_submitted_milestone(owner, milestones=milestones)
        for milestones in (plain, shares("30", "70", deposit=True), shares("30", "70", deposit=True))
    )
    assert statements_of(agreed.sign_off) == statements_of(without.sign_off) == statements_of(one_by_one.decide)
