"""Everybody at the same moment: one winner, one invoice, and the same receipt for all."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from milebill import clock
from milebill.db import db, read_engine, reading, transaction
from milebill.domain import leases
from milebill.domain.sign_in import redeem_login, request_login
from milebill.domain.work import Work, verb
from milebill.models import EventKind, Invoice, LoginLink, Mail, Quote, Workspace
from tests.actors import Deal, Supplier, a_sent_quote, a_submitted_milestone, an_accepted_project
from tests.crowds import at_once, in_processes
from tests.domain.outcomes import outcome
from tests.rules import check_rules, rows
from tests.snapshots import everything


def test_a_hundred_people_sign_one_milestone_off(in_app: Flask, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    answers = at_once(in_app, [deal.sign_off] * 100)
    assert len({(answer.receipt_number, answer.invoice_number) for answer in answers}) == 1
    assert Counter(answer.first for answer in answers) == {True: 1, False: 99}
    assert len(deal.invoice_ids()) == 2
    check_rules(owner.workspace_id)


def test_a_hundred_people_accept_one_quote(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    answers = at_once(in_app, [deal.accept] * 100)
    assert len({answer.receipt_number for answer in answers}) == 1
    assert Counter(answer.first for answer in answers) == {True: 1, False: 99}
    assert len(deal.invoice_ids()) == 1
    check_rules(owner.workspace_id)


@pytest.mark.long
def test_four_processes_with_twenty_five_people_each(in_app: Flask, owner: Supplier) -> None:
    submitted, sent = a_submitted_milestone(owner), a_sent_quote(owner)
    jobs = [("sign_off", submitted.quote_id), ("accept", sent.quote_id)]
    answers = in_processes(in_app, 4, 25, owner.workspace_id, jobs)
    for name, deal, invoices in (("sign_off", submitted, 2), ("accept", sent, 1)):
        got = [answer for answer in answers if answer[0] == name]
        assert len(got) == 100
        assert len({tuple(answer[:-1]) for answer in got}) == 1
        assert sum(answer[-1] for answer in got) == 1
        assert len(deal.invoice_ids()) == invoices
    check_rules(owner.workspace_id)


PAIRS: dict[str, tuple[Callable[[Supplier], Deal], Callable[[Deal], Any], Callable[[Deal], Any]]] = {
    "accept or decline": (a_sent_quote, Deal.accept, Deal.decline),
    "accept or withdraw": (a_sent_quote, Deal.accept, Deal.withdraw),
    "decline or withdraw": (a_sent_quote, Deal.decline, Deal.withdraw),
    "sign off or take back": (a_submitted_milestone, Deal.sign_off, Deal.take_back),
    "sign off or request changes": (a_submitted_milestone, Deal.sign_off, Deal.request_changes),
}


@pytest.mark.parametrize("pair", list(PAIRS))
def test_one_of_two_wins(in_app: Flask, owner: Supplier, pair: str) -> None:
    make, one, other = PAIRS[pair]
    for _ in range(4):
        deal = make(owner)
        answers = at_once(in_app, [partial(outcome, partial(act, deal)) for act in [one, other] * 6])
        winners = {number % 2 for number, answer in enumerate(answers) if answer == "done"}
        assert len(winners) == 1, answers
        losers = [answer for number, answer in enumerate(answers) if number % 2 not in winners]
        assert all(answer.startswith("Refused") for answer in losers)
    check_rules(owner.workspace_id)


def test_different_milestones_at_the_same_moment(in_app: Flask, owner: Supplier) -> None:
    deals = [an_accepted_project(owner) for _ in range(5)]
    for deal in deals:
        deal.submit(2)
        deal.submit(3)
    calls = [partial(deal.sign_off, n) for deal in deals for n in (2, 3) for _ in range(3)]
    answers = at_once(in_app, calls)
    assert sum(answer.first for answer in answers) == 10
    assert len(rows(Invoice)) == 15
    check_rules(owner.workspace_id)


def test_one_login_link_lets_one_in(in_app: Flask) -> None:
    link = request_login("anna@example.com", "secret")
    code = rows(LoginLink)[0].code
    answers = at_once(in_app, [lambda: outcome(lambda: redeem_login(link, None, code, ""))] * 12)
    assert Counter(answers) == {"done": 1, "LinkUsed": 11}
    assert len(rows(Workspace)) == 1


def test_all_clicks_of_one_browser_come_to_one_workspace(in_app: Flask) -> None:
    link = request_login("anna@example.com", "secret")
    answers = at_once(in_app, [lambda: outcome(lambda: redeem_login(link, "secret", None, ""))] * 12)
    assert Counter(answers) == {"done": 12}
    assert len(rows(Workspace)) == 1


def test_a_wrong_code_is_tried_five_times_by_however_many(in_app: Flask) -> None:
    link = request_login("anna@example.com", "secret")
    answers = at_once(in_app, [lambda: outcome(lambda: redeem_login(link, None, "x", ""))] * 12)
    assert Counter(answers) == {"Refused(code_wrong)": 5, "Refused(too_many)": 7}


def test_two_workers_never_take_one_mail(in_app: Flask, owner: Supplier) -> None:
    for _ in range(4):
        an_accepted_project(owner)
    count = len(rows(Mail))
    taken: list[int] = []

    def work() -> None:
        while lease := leases.lease_mail():
            taken.append(lease.id)
            assert leases.mail_sent(lease)

    at_once(in_app, [work] * 8)
    assert sorted(taken) == [row.id for row in rows(Mail)]
    assert len(taken) == count
    assert {row.state for row in rows(Mail)} == {"sent"}


def test_a_verb_that_dies_leaves_nothing(in_app: Flask, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    before = everything()

    @verb
    def dies(work: Work) -> None:
        work.record(EventKind.SETTINGS_CHANGED, owner.actor, fields=["x"])
        work.workspace.name = "Half a name"
        work.session.flush()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dies(owner.workspace_id)
    assert everything() == before
    assert deal.sign_off().first  # the lock was given back


@pytest.mark.parametrize("statement", range(3, 40, 6))
def test_a_sign_off_that_dies_at_any_statement_leaves_nothing(in_app: Flask, owner: Supplier, statement: int) -> None:
    deal = a_submitted_milestone(owner)
    before, count = everything(), 0

    def die(*_arguments: object) -> None:
        nonlocal count
        count += 1
        if count == statement:
            raise ConnectionAbortedError("the power went")

    event.listen(db.engine, "before_cursor_execute", die)
    try:
        died = False
        try:
            deal.sign_off()
        except ConnectionAbortedError:
            died = True
    finally:
        event.remove(db.engine, "before_cursor_execute", die)
    if died:
        assert everything() == before
    assert deal.sign_off().first is died
    check_rules(owner.workspace_id)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_lost_connection_is_tried_again(in_app: Flask, owner: Supplier) -> None:
    deal, tries = a_sent_quote(owner), []

    @verb
    def loses_its_connection(work: Work) -> str:
        tries.append(1)
        work.record(EventKind.SETTINGS_CHANGED, owner.actor, fields=["x"])
        work.session.flush()
        if len(tries) == 1:
            with read_engine().connect() as other:
                backend = work.session.execute(text("SELECT pg_backend_pid()")).scalar_one()
                other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": backend})
        work.session.execute(text("SELECT 1"))
        return "done"

    assert loses_its_connection(owner.workspace_id) == "done"
    assert len(tries) == 2
    assert deal.accept().first
    check_rules(owner.workspace_id)


def test_a_lost_race_for_a_unique_key_is_tried_again_and_not_for_ever(in_app: Flask, owner: Supplier) -> None:
    tries = []

    @verb
    def collides(work: Work) -> None:
        tries.append(1)
        raise IntegrityError("INSERT", {}, Exception("unique"))

    with pytest.raises(IntegrityError):
        collides(owner.workspace_id)
    assert len(tries) == 3

    @verb
    def breaks(work: Work) -> None:
        tries.append(1)
        raise OperationalError("SELECT", {}, Exception("disk full"))

    with pytest.raises(OperationalError):
        breaks(owner.workspace_id)
    assert len(tries) == 4


def test_behind_the_lock_the_row_decides(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)

    @verb
    def loses(work: Work) -> None:
        quote = work.session.get_one(Quote, deal.quote_id)
        work.session.connection().execute(update(Quote.__table__).values(state="withdrawn"))  # type: ignore[arg-type]
        work.move(quote, "accepted")

    assert outcome(lambda: loses(owner.workspace_id)) == "Refused(sent)"
    assert deal.state() == "sent"


def test_a_transaction_is_not_nested(in_app: Flask) -> None:
    with transaction(), pytest.raises(RuntimeError, match="inside of a transaction"), transaction():
        pass
    with transaction() as session:
        session.execute(text("SELECT 1"))


def test_a_reader_can_not_write(in_app: Flask, owner: Supplier) -> None:
    with pytest.raises(Exception, match=r"(?i)read-?only"), reading() as connection:
        connection.execute(text("UPDATE workspace SET name = 'mine'"))
    with reading() as connection:
        assert connection.scalar(text("SELECT name FROM workspace")) == "Studio Lindqvist"


def test_a_naive_time_is_refused(in_app: Flask, owner: Supplier) -> None:
    query = select(Mail.id).where(Mail.created_at > clock.now().replace(tzinfo=None))
    with pytest.raises(StatementError, match="without its zone"), reading() as connection:
        connection.scalar(query)
