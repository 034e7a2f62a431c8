"""Colleagues: who may give which rights to whom, how often, who can be taken off, and what stays of them."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask

from milebill import clock
from milebill.domain.people import GIVEN_WITHIN, MAX_GIVEN, MAX_PEOPLE, MAX_WORDS, QUIET
from milebill.models import Approval, Event, EventKind, Link, Mail, MailKind, Person, Role
from milebill.models.link import may_give
from tests.actors import APPROVER, PAYABLE, ClientPerson, Supplier, a_sent_quote, a_submitted_milestone
from tests.colleagues import COLLEAGUE, OTHERS, ask_own, end, end_by_supplier, forward, roles_of
from tests.crowds import at_once
from tests.domain.outcomes import outcome
from tests.rules import check_rules, rows
from tests.snapshots import everything
from tests.ways_in import run_out, set_link

APPROVE, PAY, VIEW = Role.APPROVE, Role.ACCOUNTS_PAYABLE, Role.VIEW
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def mailed(kind: MailKind) -> list[int | None]:
    """Whose links went out by this kind of mail, oldest first."""
    return [mail.link_id for mail in rows(Mail, Mail.kind == kind)]


def told(kind: EventKind) -> list[Event]:
    return list(rows(Event, Event.kind == kind))


def test_a_colleague_gets_a_link_of_their_own(owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    given = forward(deal, roles={APPROVE}, words=" Have a\nlook. ")
    assert (given.name, given.first) == ("Ben Vogt", True)
    assert roles_of(deal) == {APPROVE, VIEW}
    (mail,) = rows(Mail, Mail.kind == MailKind.LINK_FORWARDED)
    assert (mail.link_id, mail.recipient) == (deal.link(COLLEAGUE), "")
    assert (mail.cause["by"], mail.cause["words"]) == ("Inês Duarte", "Have a look.")
    (event,) = told(EventKind.LINK_FORWARDED)
    assert event.content["actor"]["link"] == deal.link()
    assert {name: event.content["data"][name] for name in ("person", "email", "roles", "link")} == {
        "person": "Ben Vogt", "email": "ben@los-verlag.example", "roles": ["approve", "view"],
        "link": deal.link(COLLEAGUE),
    }  # fmt: skip
    check_rules(owner.workspace_id)


GIVERS = {"approver": {APPROVE, VIEW}, "accounts payable": {PAY, VIEW}, "viewer": {VIEW}, "all of it": set(Role)}
MAY = {"approver": set(Role), "accounts payable": {PAY, VIEW}, "viewer": {VIEW}, "all of it": set(Role)}


@only_sqlite
@pytest.mark.parametrize("giver", list(GIVERS))
def test_nobody_gives_more_than_they_are(owner: Supplier, giver: str) -> None:
    deal = a_sent_quote(owner)
    set_link(deal, roles=frozenset(GIVERS[giver]))
    for number, role in enumerate(Role):
        before, to = everything(), OTHERS[number]
        found = outcome(partial(forward, deal, to, {role}))
        if role in MAY[giver]:
            assert (found, role in may_give(GIVERS[giver])) == ("done", True)
            assert roles_of(deal, to) == {role, VIEW}
        else:
            assert (found, role in may_give(GIVERS[giver])) == ("Refused(role)", False)
            assert everything() == before


def test_somebody_known_gets_more_and_loses_nothing(owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    karl = ClientPerson("Charles Eckmann", PAYABLE.email.upper())
    assert forward(deal, karl, {APPROVE}).name == PAYABLE.name  # what signatures are compared with
    assert roles_of(deal, PAYABLE) == {APPROVE, PAY, VIEW}
    assert [person.name for person in rows(Person)].count("Charles Eckmann") == 0
    assert forward(deal, PAYABLE).first is False


def test_a_second_click_mails_nothing_twice(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    answers = at_once(in_app, [partial(outcome, partial(forward, deal))] * 100)
    assert Counter(answers) == {"done": 1, "done before": 99}
    assert mailed(MailKind.LINK_FORWARDED) == [deal.link(COLLEAGUE)]
    with clock.at(clock.now() + QUIET + timedelta(seconds=1)):
        assert forward(deal).first  # they say that it never came
    assert len(mailed(MailKind.LINK_FORWARDED)) == 2
    check_rules(owner.workspace_id)


@only_sqlite
def test_a_link_that_leaked_is_no_mail_cannon(owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    found = [outcome(partial(forward, deal, to)) for to in OTHERS[: MAX_GIVEN + 1]]
    assert found == ["done"] * MAX_GIVEN + ["Invalid(form: too_often)"]
    assert outcome(partial(ask_own, deal, OTHERS[-1])) == "Invalid(form: too_often)"
    assert outcome(partial(forward, deal, OTHERS[-1], by=PAYABLE)) == "done"  # each link for itself
    with clock.at(clock.now() + GIVEN_WITHIN + timedelta(seconds=1)):
        found = [outcome(partial(forward, deal, to)) for to in OTHERS[MAX_GIVEN : MAX_GIVEN + 3]]
        assert found == ["done"] * 2 + ["Invalid(form: too_many_people)"]
        assert len(rows(Link, Link.quote_id == deal.quote_id)) == MAX_PEOPLE
        assert outcome(partial(forward, deal, OTHERS[0], {APPROVE})) == "done"  # nobody new
        end(deal, OTHERS[1])
        assert outcome(partial(forward, deal, OTHERS[7])) == "done"


@only_sqlite
def test_what_is_missing_or_odd(owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    before = everything()
    for to, words, name, expected in (
        (ClientPerson("", ""), "", "", "Invalid(colleague_email: required, colleague_name: required)"),
        (ClientPerson("Ben", "ben"), "", "", "Invalid(colleague_email: email)"),
        (ClientPerson("Win at www.evil.example", "b@c.de"), "", "", "Invalid(colleague_name: web_address)"),
        (ClientPerson("evil.com", "b@c.de"), "", "", "Invalid(colleague_name: web_address)"),
        (COLLEAGUE, "Pay here: HTTPS://evil", "", "Invalid(words: web_address)"),
        (COLLEAGUE, "x" * (MAX_WORDS + 1), "", "Invalid(words: too_long)"),
        (COLLEAGUE, "", "Ben Vogt", "Invalid(name: other_person)"),
        (APPROVER, "", "", "Invalid(colleague_email: yourself)"),
    ):
        assert outcome(partial(forward, deal, to, words=words, name=name)) == expected
    assert everything() == before


def test_taken_off_by_an_approver_and_let_in_again(owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    forward(deal, roles={APPROVE})
    assert end(deal, APPROVER, by=COLLEAGUE) is True
    assert end(deal, APPROVER, by=COLLEAGUE) is False
    assert outcome(deal.sign_off) == "LinkRevoked"
    assert [row.name for row in rows(Approval)] == [APPROVER.name]  # what they did stays
    (event,) = told(EventKind.LINK_REVOKED)
    assert (event.content["actor"]["name"], event.content["data"]["person"]) == (COLLEAGUE.name, APPROVER.name)
    assert outcome(partial(forward, deal, APPROVER, by=PAYABLE)) == "Invalid(colleague_email: switched_off)"
    assert forward(deal, APPROVER, {PAY}, by=COLLEAGUE).first
    assert roles_of(deal, APPROVER) == {PAY, VIEW}  # nothing comes back that was not given anew
    assert outcome(deal.sign_off) == "Refused(role)"
    check_rules(owner.workspace_id)


ENDS = {
    "the last approver": (APPROVER, "Refused(last_approver)"),
    "accounts payable": (PAYABLE, "done"),
    "a colleague": (COLLEAGUE, "done"),
}


@pytest.mark.parametrize("who", list(ENDS))
def test_somebody_who_can_decide_stays(owner: Supplier, who: str) -> None:
    person, expected = ENDS[who]
    for take in (end, end_by_supplier):
        deal = a_sent_quote(owner)
        forward(deal)
        assert outcome(partial(take, deal, person)) == expected
        assert deal.accept().first


def test_only_approvers_and_the_supplier_take_off(owner: Supplier, rival: Supplier) -> None:
    deal, other = a_sent_quote(owner), a_sent_quote(owner)
    forward(deal)
    before = everything()
    assert outcome(partial(end, deal, PAYABLE, by=COLLEAGUE)) == "Refused(role)"
    assert outcome(partial(end, deal, COLLEAGUE, by=PAYABLE)) == "Refused(role)"
    strange = type(deal)(rival, deal.quote_id)
    assert outcome(partial(end_by_supplier, strange)) == "NotFound"
    other.link = lambda person=APPROVER: deal.link(person)  # type: ignore[method-assign]
    assert outcome(partial(end_by_supplier, other)) == "NotFound"
    assert everything() == before


def test_two_approvers_who_take_each_other_off(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    forward(deal, roles={APPROVE})
    acts = [partial(end, deal, COLLEAGUE, by=APPROVER), partial(end, deal, APPROVER, by=COLLEAGUE)]
    answers = at_once(in_app, [partial(outcome, act) for act in acts * 50])
    assert Counter(answers)["done"] == 1
    assert sum(APPROVE in row.roles and row.revoked_at is None for row in rows(Link)) == 1
    assert set(answers) <= {"done", "done before", "LinkRevoked"}
    check_rules(owner.workspace_id)


def test_invoices_go_to_whoever_is_left(owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    forward(deal, roles={PAY})
    assert deal.accept().first
    assert mailed(MailKind.INVOICE_ISSUED) == [deal.link(PAYABLE)]  # a colleague takes nobody's mails away
    end_by_supplier(deal, PAYABLE)
    deal.submit(2)
    deal.sign_off(2)
    assert mailed(MailKind.INVOICE_ISSUED)[-1] == deal.link(COLLEAGUE)


def test_a_link_of_ones_own_only_reads(owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    ask_own(deal)
    assert roles_of(deal) == {VIEW}
    assert mailed(MailKind.LINK_ASKED) == [deal.link(COLLEAGUE)]
    assert mailed(MailKind.LINK_SHARED) == [deal.link()]
    (event,) = told(EventKind.LINK_ASKED)
    assert event.content["actor"] == {
        "side": "client", "name": "Ben Vogt", "link": deal.link(), "address": "192.0.2.10", "user_agent": "Test",
    }  # fmt: skip
    check_rules(owner.workspace_id)


def test_somebody_known_gets_the_link_that_they_have(owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    before = rows(Link)
    for _ in range(3):
        ask_own(deal, ClientPerson("Somebody Else", PAYABLE.email))
    assert rows(Link) == before
    assert mailed(MailKind.LINK_ASKED) == [deal.link(PAYABLE)]
    assert mailed(MailKind.LINK_SHARED) == []
    assert {row.name for row in rows(Person)} == {APPROVER.name, PAYABLE.name}


def test_whoever_was_taken_off_asks_in_vain(owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    end(deal, PAYABLE)
    before = everything()
    assert outcome(partial(ask_own, deal, PAYABLE)) == "done"  # and nobody learns that they were known
    assert everything() == before


@only_sqlite
def test_it_takes_the_name_that_the_page_shows(owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    before = everything()
    assert outcome(partial(ask_own, deal, name="John Doe")) == "Invalid(name: other_person)"
    assert outcome(partial(ask_own, deal, ClientPerson("", "x"))) == "Invalid(own_email: email, own_name: required)"
    assert everything() == before


def test_nobody_gives_more_time_than_they_have(owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    end_of_it = clock.now() + timedelta(hours=1)
    run_out(deal, at=end_of_it)
    forward(deal)
    ask_own(deal, OTHERS[0])
    ends = {row.person_id: row.expires_at for row in rows(Link, Link.quote_id == deal.quote_id)}
    assert list(ends.values()).count(end_of_it) == 3
    with clock.at(end_of_it):
        assert outcome(partial(forward, deal, by=COLLEAGUE)) == "LinkExpired"
