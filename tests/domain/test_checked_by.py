"""How a criterion is checked is agreed with it: frozen, signed, in the receipt; and what is older reads as before."""

from copy import deepcopy

import pytest
from flask import Flask

from milebill.canonical import digest
from milebill.domain import offer
from milebill.domain.differences import differences, lines
from milebill.domain.halving import _texts
from milebill.domain.milestones import submit_milestone
from milebill.domain.parting import Part
from milebill.domain.plans import without_client
from milebill.models import Criterion, Receipt, Revision, Submission
from milebill.web.difference_words import changed
from tests.actors import Supplier, a_draft, an_accepted_project, shares
from tests.checked import CRITERIA, HOW, checked
from tests.domain.test_differences import CONTENT
from tests.domain.test_plans import CLIENT, MONDAY
from tests.rules import check_rules, rows

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AGREED = [("It is there.", HOW), ("It works.", "")]


@on_sqlite
def test_it_goes_from_the_quote_into_the_receipt(owner: Supplier) -> None:
    deal = an_accepted_project(owner, milestones=checked())
    (revision,) = rows(Revision)
    assert digest(revision.content) == revision.content_hash
    frozen = revision.content["milestones"][1]["criteria"]
    assert [(one["text"], one["checked_by"]) for one in frozen] == AGREED
    assert [(row.text, row.checked_by) for row in rows(Criterion)] == AGREED * 3

    deal.submit(2)
    deal.decide(second="Not yet.")
    part = Part(frozenset({1}), "The rest", 100_000)
    submit_milestone(deal.workspace_id, owner.actor, deal.quote_id, 2, "Now.", part=part)
    content = rows(Submission)[-1].content
    assert [(one["text"], one["checked_by"]) for one in content["criteria"]] == AGREED
    deal.sign_off(2)
    receipt = rows(Receipt)[-1]
    assert digest(receipt.content) == receipt.content_hash
    told = [(one["text"], one["checked_by"], one["submission"]) for one in receipt.content["subject"]["criteria"]]
    assert told == [("It is there.", HOW, 1)]
    assert [(row.text, row.checked_by) for row in rows(Criterion)] == AGREED * 3, "the rest keeps its own"
    check_rules(owner.workspace_id)


def test_an_older_content_reads_as_before_and_is_not_touched() -> None:
    old = deepcopy(CONTENT)
    before = digest(old)
    known = offer.read(old)
    assert known["milestones"][0]["criteria"] == [
        {"text": "It is there.", "checked_by": ""}, {"text": "It works.", "checked_by": ""},
    ]  # fmt: skip
    assert offer.read(known) == known
    assert digest(old) == before
    assert differences(old, {**known, "version": 4}) == ()


@on_sqlite
def test_a_revision_says_what_changed_of_it(in_app: Flask) -> None:
    after = deepcopy(offer.read(CONTENT))
    after["milestones"][0]["criteria"][0]["checked_by"] = "a photograph"
    with in_app.test_request_context():
        (change,) = changed(after, CONTENT)
    assert [(mark.kind, mark.text) for mark in change.marks] == [
        ("removed", "It is there."), ("added", "It is there. (checked by: a photograph)"),
    ]  # fmt: skip
    (found,) = differences(CONTENT, after)
    assert len(lines(found.before, found.after)) == 2


def test_what_is_halved_or_kept_as_a_plan_takes_it_along() -> None:
    halves = _texts({"title": "T", "criteria": "A\n→ x\n- B\n-> y\nC"})
    assert [half["criteria"] for half in halves] == ["A\n→ x", "- B\n-> y\nC"]
    row = {**shares("100")[0], "criteria": f"{CRITERIA}\nZoë has signed.\n→ her letter\nIt opens.\n→ Otto looks"}
    plan = without_client(a_draft(**CLIENT, milestones=[row]), MONDAY)
    assert plan["milestones"][0]["criteria"] == f"{CRITERIA}\nIt opens."
