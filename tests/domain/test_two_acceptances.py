"""A quote that two people must accept: what the first signature does, what the second does, and who comes too late."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask

from milebill import clock
from milebill.domain.buyer import Buyer
from milebill.domain.draft import read_draft
from milebill.models import (
    Approval,
    Event,
    EventKind,
    Invoice,
    Link,
    Mail,
    MailKind,
    Project,
    Receipt,
    Revision,
    Role,
)
from tests.actors import APPROVER, BUYER, PAYABLE, Deal, Supplier, a_draft, a_sent_quote
from tests.colleagues import OTHERS, end, end_by_supplier, forward
from tests.crowds import at_once
from tests.domain.outcomes import outcome
from tests.pairs import OF_TWO, SECOND, a_quote_for_two, accept_as, an_accepted_project_of_two, decline_as, offer_shown
from tests.revisions import revise, send_revision, write_revision
from tests.rules import check_rules, rows
from tests.snapshots import everything

CROWD = pytest.mark.parametrize("crowd", [6, pytest.param(50, marks=pytest.mark.long)])

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_both_get_the_quote_by_a_link_of_their_own(owner: Supplier) -> None:
    deal = a_quote_for_two(owner)
    assert {mail.link_id for mail in rows(Mail, Mail.kind == MailKind.QUOTE_SENT)} == {deal.link(), deal.link(SECOND)}
    (revision,) = rows(Revision)
    assert revision.content["second_approval"] == {"name": SECOND.name, "email": SECOND.email, "above": 300000}
    assert {row.roles for row in rows(Link, Link.id == deal.link(SECOND))} == {frozenset({Role.APPROVE, Role.VIEW})}


@only_sqlite
@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({}, {}),
        ({"second_above": ""}, {}),
        ({"second_name": ""}, {"second_name": "required"}),
        ({"second_name": "", "second_email": ""}, {"second_name": "required", "second_email": "required"}),
        ({"second_email": "ben"}, {"second_email": "email"}),
        ({"second_email": APPROVER.email.upper()}, {"second_email": "same_person"}),
        ({"second_above": "much"}, {"second_above": "not_a_number"}),
        ({"second_above": "-1"}, {"second_above": "negative"}),
    ],
)
def test_the_rule_in_a_draft(owner: Supplier, changes: dict[str, str], errors: dict[str, str]) -> None:
    assert read_draft(a_draft(**(OF_TWO | changes)), "en", clock.now().date()).errors == errors


@only_sqlite
@pytest.mark.parametrize(("above", "first"), [("11900", True), ("11899.99", False), ("", False), ("0", False)])
def test_what_costs_no_more_needs_one(owner: Supplier, above: str, first: bool) -> None:
    deal = a_quote_for_two(owner, second_above=above)
    assert (accept_as(deal, APPROVER).waits_for == "") is first
    assert (deal.state() == "accepted") is first


def test_the_first_signature_moves_nothing(owner: Supplier) -> None:
    deal = a_quote_for_two(owner)
    kept = accept_as(deal, APPROVER)
    assert (kept.receipt_number, kept.first, kept.waits_for) == ("", True, "Ben Vogt")
    assert deal.state() == "sent"
    assert not rows(Receipt) + rows(Invoice) + rows(Project)
    (approval,) = rows(Approval)
    assert (approval.kind, approval.name, approval.content_hash) == ("acceptance", "Inês Duarte", deal.offer_hash())
    assert approval.terms["buyer"]["legal_name"] == BUYER["legal_name"]
    (event,) = rows(Event, Event.kind == EventKind.QUOTE_APPROVED)
    assert (event.content["shown"], event.content["data"]["waits_for"]) == (deal.offer_hash(), "Ben Vogt")
    assert approval.terms["event"]["hash"] == event.hash
    (mail,) = rows(Mail, Mail.kind == MailKind.SECOND_APPROVAL)
    assert mail.link_id == deal.link(SECOND)
    before = everything()
    assert accept_as(deal, APPROVER, deal.offer_hash()) == type(kept)("", first=False, waits_for="Ben Vogt")
    assert everything() == before
    check_rules(owner.workspace_id)


@pytest.mark.parametrize("order", [(APPROVER, SECOND), (SECOND, APPROVER)])
def test_the_second_accepts_what_the_first_gave(owner: Supplier, order: Any) -> None:
    deal = a_quote_for_two(owner)
    accept_as(deal, order[0])
    decided = accept_as(deal, order[1], buyer=Buyer({"legal_name": "Another company"}))
    assert (decided.first, decided.waits_for, deal.state()) == (True, "", "accepted")
    (receipt,) = rows(Receipt)
    subject = receipt.content["subject"]
    assert receipt.content["who"]["named"] == order[1].name
    assert (subject["first"]["named"], subject["first"]["email"]) == (order[0].name, order[0].email)
    assert subject["buyer"]["legal_name"] == BUYER["legal_name"]
    assert subject["purchase_order_number"] == "PO-7"
    assert receipt.content["content_hash"] == subject["first"]["content_hash"] == deal.offer_hash()
    (event,) = rows(Event, Event.kind == EventKind.QUOTE_APPROVED)
    assert subject["first"]["event"]["sequence"] == event.sequence < receipt.event_sequence
    assert len(deal.invoice_ids()) == 1
    told = {mail.link_id for mail in rows(Mail, Mail.kind == MailKind.QUOTE_ACCEPTED_CLIENT)}
    assert told == {deal.link(), deal.link(SECOND)}
    for person in order:  # whoever comes again gets the receipt that there is
        assert accept_as(deal, person).receipt_number == decided.receipt_number
    check_rules(owner.workspace_id)


@only_sqlite
def test_who_has_not_seen_what_the_first_gave_signs_nothing(owner: Supplier) -> None:
    deal = a_quote_for_two(owner)
    shown = deal.offer_hash()
    accept_as(deal, APPROVER)
    before = everything()
    assert outcome(partial(accept_as, deal, SECOND, shown)) == "Stale(stale)"
    assert everything() == before


@only_sqlite
def test_only_the_two_whom_the_quote_names(owner: Supplier) -> None:
    deal = a_quote_for_two(owner)
    forward(deal, OTHERS[0], {Role.APPROVE})
    assert outcome(partial(accept_as, deal, OTHERS[0])) == "Refused(not_named)"
    accept_as(deal, APPROVER)
    assert outcome(partial(accept_as, deal, OTHERS[0])) == "Refused(not_named)"
    assert outcome(partial(accept_as, deal, PAYABLE)) == "Refused(role)"
    assert decline_as(deal, OTHERS[0])  # a no takes one


@only_sqlite
def test_whom_the_quote_names_stays(owner: Supplier) -> None:
    deal = a_quote_for_two(owner)
    for person in (APPROVER, SECOND):
        assert outcome(partial(end, deal, person)) == "Refused(named)"
        assert outcome(partial(end_by_supplier, deal, person)) == "Refused(named)"
    assert outcome(partial(end, deal, PAYABLE)) == "done"


ENDS: dict[str, tuple[Callable[[Deal], Any], str]] = {
    "declined by the first": (partial(decline_as, person=APPROVER), "declined"),
    "declined by the second": (partial(decline_as, person=SECOND), "declined"),
    "withdrawn": (Deal.withdraw, "withdrawn"),
}


@pytest.mark.parametrize("how", list(ENDS))
def test_what_ends_it_after_the_first_signature(owner: Supplier, how: str) -> None:
    act, state = ENDS[how]
    deal = a_quote_for_two(owner)
    accept_as(deal, APPROVER)
    act(deal)
    assert deal.state() == state
    assert outcome(partial(accept_as, deal, SECOND)) == f"Refused({state})"
    assert outcome(partial(accept_as, deal, APPROVER)) == f"Refused({state})"
    assert not rows(Project)
    check_rules(owner.workspace_id)


def test_a_hundred_at_once_leave_one_first_and_then_one_second(in_app: Flask, owner: Supplier) -> None:
    deal = a_quote_for_two(owner)
    shown = deal.offer_hash()
    acts = [partial(accept_as, deal, person, shown) for person in (APPROVER, SECOND)] * 50
    answers = Counter(at_once(in_app, [partial(outcome, act) for act in acts]))
    assert answers == {"done": 1, "done before": 49, "Stale(stale)": 50}
    (first,) = rows(Approval)
    assert not rows(Project)
    fresh = offer_shown(deal)
    acts = [partial(accept_as, deal, person, fresh) for person in (APPROVER, SECOND)] * 50
    got = at_once(in_app, acts)
    assert sum(answer.first for answer in got) == 1
    assert len({answer.receipt_number for answer in got if answer.receipt_number}) == 1
    second = rows(Approval)[-1]
    assert first.person_id != second.person_id
    assert (len(rows(Project)), len(deal.invoice_ids()), len(rows(Receipt))) == (1, 1, 1)
    check_rules(owner.workspace_id)


@CROWD
@pytest.mark.parametrize("other", ["decline", "withdraw"])
def test_the_second_signature_or_the_end(in_app: Flask, owner: Supplier, other: str, crowd: int) -> None:
    for _ in range(3):
        deal = a_quote_for_two(owner)
        accept_as(deal, APPROVER)
        against: Callable[[], Any] = deal.withdraw if other == "withdraw" else partial(decline_as, deal, APPROVER)
        acts = [partial(accept_as, deal, SECOND, offer_shown(deal)), against] * crowd
        answers = at_once(in_app, [partial(outcome, act) for act in acts])
        winners = {number % 2 for number, answer in enumerate(answers) if answer == "done"}
        assert len(winners) == 1, Counter(answers)
        assert (deal.state() == "accepted") == (winners == {0})
        assert len(rows(Project, Project.quote_id == deal.quote_id)) == (deal.state() == "accepted")
    check_rules(owner.workspace_id)


def test_a_newer_revision_needs_both_again(owner: Supplier) -> None:
    deal = a_quote_for_two(owner)
    accept_as(deal, APPROVER)
    shown = offer_shown(deal)
    revise(deal, **OF_TWO)
    assert outcome(partial(accept_as, deal, SECOND, shown)) == "Stale(stale)"
    assert accept_as(deal, SECOND).waits_for == APPROVER.name
    assert deal.state() == "sent"
    assert accept_as(deal, APPROVER).receipt_number
    subject = rows(Receipt)[0].content["subject"]
    assert (subject["revision"], subject["first"]["content_hash"]) == (2, deal.offer_hash())
    check_rules(owner.workspace_id)


def test_a_newer_revision_may_ask_for_one(owner: Supplier) -> None:
    deal = a_quote_for_two(owner)
    accept_as(deal, APPROVER)
    revise(deal)
    assert accept_as(deal, APPROVER).receipt_number  # by the same person, once for each revision
    assert rows(Project)[0].second_approval is None


@CROWD
def test_the_second_signature_or_a_newer_revision(in_app: Flask, owner: Supplier, crowd: int) -> None:
    for _ in range(3):
        deal = a_quote_for_two(owner)
        accept_as(deal, APPROVER)
        write_revision(deal, **OF_TWO)
        acts = [partial(accept_as, deal, SECOND, offer_shown(deal)), partial(send_revision, deal)] * crowd
        answers = at_once(in_app, [partial(outcome, act) for act in acts])
        accepted = "done" in answers[::2]
        assert (deal.state() == "accepted") == accepted
        assert set(answers[1::2]) == ({"Refused(accepted)"} if accepted else {"done"})
        assert accepted or set(answers[::2]) == {"Stale(stale)"}
        assert len(rows(Project, Project.quote_id == deal.quote_id)) == accepted
    check_rules(owner.workspace_id)


def test_a_quote_without_the_rule_is_as_it_was(owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    assert rows(Revision)[0].content["second_approval"] is None
    assert deal.accept().waits_for == ""
    (receipt,) = rows(Receipt)
    assert "first" not in receipt.content["subject"]
    assert rows(Project)[0].second_approval is None
    assert rows(Approval)[0].terms is None


def test_the_project_remembers_the_rule(owner: Supplier) -> None:
    an_accepted_project_of_two(owner)
    (project,) = rows(Project)
    assert project.second_approval["second_approval"]["above"] == 300000
