"""A milestone that two people must sign off: nothing moves at the first signature, everything at the second."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from milebill.db import db
from milebill.domain.by_criterion import Decision, decide_by_criterion
from milebill.models import Approval, Event, EventKind, Mail, MailKind, Milestone, Receipt, Role
from milebill.models.approval import ApprovalKind
from tests.actors import APPROVER, SIGN_OFF, ClientPerson, Deal, Supplier, a_submitted_milestone, signed
from tests.colleagues import OTHERS, forward
from tests.crowds import at_once
from tests.dealings import submit_part
from tests.domain.outcomes import outcome
from tests.pairs import SECOND, a_milestone_for_two, an_accepted_project_of_two, send_back_as, sign_off_as
from tests.rules import check_rules, rows
from tests.snapshots import everything

CROWD = pytest.mark.parametrize("crowd", [6, pytest.param(50, marks=pytest.mark.long)])

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def first_signatures(deal: Deal) -> list[Any]:
    return list(rows(Approval, Approval.quote_id == deal.quote_id, Approval.kind == ApprovalKind.SIGN_OFF))


def test_the_first_signature_moves_nothing(owner: Supplier) -> None:
    deal = a_milestone_for_two(owner)
    receipts, invoices = len(rows(Receipt)), deal.invoice_ids()
    kept = sign_off_as(deal, SECOND)
    assert (kept.receipt_number, kept.invoice_id, kept.first, kept.waits_for) == ("", None, True, APPROVER.name)
    assert (deal.milestone_state(), len(rows(Receipt)), deal.invoice_ids()) == ("submitted", receipts, invoices)
    (approval,) = first_signatures(deal)
    (event_,) = rows(Event, Event.kind == EventKind.MILESTONE_APPROVED)
    place = {"sequence": event_.sequence, "commitment": event_.commitment, "hash": event_.hash}
    assert approval.terms == {"language": "", "event": place}
    assert [mail.link_id for mail in rows(Mail, Mail.kind == MailKind.SECOND_APPROVAL)][-1] == deal.link()
    before = everything()
    assert sign_off_as(deal, SECOND) == type(kept)("", None, None, first=False, waits_for=APPROVER.name)
    assert everything() == before
    check_rules(owner.workspace_id)


@pytest.mark.parametrize("order", [(APPROVER, SECOND), (SECOND, APPROVER)])
def test_the_second_signs_off(owner: Supplier, order: tuple[ClientPerson, ClientPerson]) -> None:
    deal = a_milestone_for_two(owner)
    sign_off_as(deal, order[0])
    done = sign_off_as(deal, order[1])
    assert (done.first, done.waits_for, deal.milestone_state()) == (True, "", "signed_off")
    receipt = rows(Receipt)[-1]
    first = receipt.content["subject"]["first"]
    assert (receipt.number, receipt.content["who"]["named"]) == (done.receipt_number, order[1].name)
    assert (first["named"], first["content_hash"]) == (order[0].name, receipt.content["content_hash"])
    told = [mail.link_id for mail in rows(Mail, Mail.kind == MailKind.MILESTONE_SIGNED_OFF_CLIENT)]
    assert sorted(filter(None, told)) == sorted([deal.link(), deal.link(SECOND)])
    assert {sign_off_as(deal, person).receipt_number for person in order} == {done.receipt_number}
    assert len(deal.invoice_ids()) == 2
    check_rules(owner.workspace_id)


@only_sqlite
def test_what_costs_less_needs_one(owner: Supplier) -> None:
    deal = a_milestone_for_two(owner)
    deal.submit(3)
    assert sign_off_as(deal, SECOND, 3).receipt_number
    assert (deal.milestone_state(3), deal.milestone_state(2)) == ("signed_off", "submitted")


@only_sqlite
def test_by_criterion_it_is_the_same(owner: Supplier) -> None:
    deal = a_milestone_for_two(owner)
    decisions = {1: Decision(accepted=True), 2: Decision(accepted=True)}

    def decide(person: ClientPerson) -> Any:
        signature = signed(deal.submission_hash(), SIGN_OFF, name=person.name)
        return decide_by_criterion(deal.workspace_id, deal.quote_id, deal.link(person), 2, signature, decisions)

    assert decide(APPROVER).waits_for == SECOND.name
    assert decide(SECOND).receipt_number
    assert deal.milestone_state() == "signed_off"


@only_sqlite
def test_a_part_of_what_needs_both_needs_both(owner: Supplier) -> None:
    """However little the part costs: it is the whole milestone that is split."""
    deal = an_accepted_project_of_two(owner)
    submit_part(deal, share=10_000)
    assert sign_off_as(deal, APPROVER).waits_for == SECOND.name
    assert (deal.milestone_state(), len(deal.invoice_ids()), len(rows(Milestone))) == ("submitted", 1, 3)
    assert sign_off_as(deal, SECOND).receipt_number
    assert (deal.milestone_state(), len(deal.invoice_ids()), len(rows(Milestone))) == ("signed_off", 2, 4)
    check_rules(owner.workspace_id)


@only_sqlite
def test_only_the_two_whom_the_quote_names(owner: Supplier) -> None:
    deal = a_milestone_for_two(owner)
    forward(deal, OTHERS[0], {Role.APPROVE})
    assert outcome(partial(sign_off_as, deal, OTHERS[0])) == "Refused(not_named)"
    sign_off_as(deal, APPROVER)
    assert outcome(partial(sign_off_as, deal, OTHERS[0])) == "Refused(not_named)"
    assert outcome(partial(send_back_as, deal, OTHERS[0])) == "done"  # an objection takes one


ENDS: dict[str, Callable[[Deal], Any]] = {
    "taken back": Deal.take_back,
    "sent back by the first": partial(send_back_as, person=APPROVER),
    "sent back by the second": partial(send_back_as, person=SECOND),
}


@pytest.mark.parametrize("how", list(ENDS))
def test_what_comes_again_needs_both_again(owner: Supplier, how: str) -> None:
    deal = a_milestone_for_two(owner)
    sign_off_as(deal, APPROVER)
    ENDS[how](deal)
    assert outcome(partial(sign_off_as, deal, SECOND)).startswith("Refused")
    deal.submit(2, "Once more.")
    assert sign_off_as(deal, SECOND).waits_for == APPROVER.name
    assert deal.milestone_state() == "submitted"
    assert sign_off_as(deal, APPROVER).receipt_number
    check_rules(owner.workspace_id)


def test_a_hundred_at_once_sign_off_once(in_app: Flask, owner: Supplier) -> None:
    deal = a_milestone_for_two(owner)
    acts = [partial(sign_off_as, deal, person) for person in (APPROVER, SECOND)] * 50
    answers = at_once(in_app, acts)
    assert sum(answer.first and not answer.waits_for for answer in answers) == 1
    assert sum(answer.first and bool(answer.waits_for) for answer in answers) == 1
    assert len({answer.receipt_number for answer in answers if answer.receipt_number}) == 1
    assert {row.person_id for row in first_signatures(deal)} == {row.person_id for row in rows(Approval)}
    assert (len(first_signatures(deal)), len(deal.invoice_ids())) == (2, 2)
    check_rules(owner.workspace_id)


@CROWD
@pytest.mark.parametrize("how", list(ENDS))
def test_the_second_signature_or_the_end(in_app: Flask, owner: Supplier, how: str, crowd: int) -> None:
    for _ in range(3):
        deal = a_milestone_for_two(owner)
        sign_off_as(deal, APPROVER)
        acts: list[Callable[[], Any]] = [partial(sign_off_as, deal, SECOND), partial(ENDS[how], deal)] * crowd
        answers = at_once(in_app, [partial(outcome, act) for act in acts])
        winners = {number % 2 for number, answer in enumerate(answers) if answer == "done"}
        assert len(winners) == 1, Counter(answers)
        assert (deal.milestone_state() == "signed_off") == (winners == {0})
        assert len(deal.invoice_ids()) == (2 if winners == {0} else 1)
    check_rules(owner.workspace_id)


def asked_of_approvals(act: Callable[[], Any]) -> int:
    """How many selects look for the signatures that there are."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return sum(statement.startswith("SELECT approval.") for statement in statements)


@only_sqlite
def test_without_the_rule_not_a_statement_more(owner: Supplier) -> None:
    """The sign-off holds the database's lock: what most quotes do not need costs them nothing."""
    assert asked_of_approvals(a_submitted_milestone(owner).sign_off) == 0
    assert asked_of_approvals(partial(sign_off_as, a_milestone_for_two(owner), SECOND)) == 1
