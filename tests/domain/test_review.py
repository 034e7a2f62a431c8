"""The time to review a milestone, kept by the clock: who is reminded when, and that silence accepts nothing."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import integers, lists
from sqlalchemy import select, text, update

from milebill import clock
from milebill.db import reading, transaction
from milebill.domain.draft import read_draft
from milebill.domain.offer import freeze, read
from milebill.domain.review import remind_reviewer, remind_reviewers
from milebill.domain.settings import change_settings
from milebill.domain.work import Work
from milebill.models import Event, EventKind, Mail, MailKind, Milestone, Project, Revision, Role, Submission, Workspace
from milebill.models.review import MAX_DAYS, Review
from milebill.outbound.emails import write_mail
from tests.actors import APPROVER, Deal, Supplier, a_draft, a_sent_quote, an_accepted_project, sign_up
from tests.colleagues import COLLEAGUE, OTHERS, end_by_supplier, forward
from tests.crowds import at_once
from tests.offers import offered
from tests.pairs import SECOND, an_accepted_project_of_two, sign_off_as
from tests.rules import check_rules, rows
from tests.snapshots import everything
from tests.statements import counted

ZONE = "Europe/Stockholm"
MONDAY = datetime(2027, 3, 1, 13, 0, tzinfo=UTC)
"""In the afternoon. Ten working days after it is Monday, 15 March."""
REMINDED, PASSED = MailKind.REVIEW_REMINDER, MailKind.REVIEW_PASSED

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def studio(in_app: Flask) -> Supplier:
    return sign_up("Anna Lindqvist", time_zone=ZONE)


def submitted(studio: Supplier, days: str = "10", at: datetime = MONDAY, **changes: Any) -> Deal:
    """A project whose second milestone was put before the client on that Monday."""
    with clock.at(at):
        deal = an_accepted_project(studio, review_days=days, **changes)
        deal.submit(2)
    return deal


def later(days: int, hour: int = 9) -> datetime:
    """So many days after that Monday, at that hour of the day in Stockholm, where summer begins on 28 March."""
    return clock.at_eight(date(2027, 3, 1) + timedelta(days=days), ZONE) + timedelta(hours=hour - 8)


def at(moment: datetime) -> int:
    with clock.at(moment):
        return remind_reviewers()


def wake(deal: Deal, moment: datetime) -> bool:
    with clock.at(moment):
        return remind_reviewer(deal.workspace_id, deal.quote_id, 2, submission_of(deal))


def submission_of(deal: Deal) -> int:
    query = select(Submission.id).join(Milestone, Milestone.id == Submission.milestone_id)
    query = query.join(Project, Project.id == Milestone.project_id).where(Project.quote_id == deal.quote_id)
    with reading() as connection:
        return int(connection.scalar(query.order_by(Submission.id.desc()).limit(1)) or 0)


def sent(deal: Deal, *kinds: MailKind) -> list[Any]:
    return list(rows(Mail, Mail.quote_id == deal.quote_id, Mail.kind.in_(kinds or (REMINDED, PASSED))))


def told(deal: Deal) -> list[tuple[str, int | None]]:
    return [(mail.kind, mail.link_id) for mail in sent(deal)]


def test_each_day_brings_what_is_due_and_once(studio: Supplier) -> None:
    expected = {  # by days after that Monday; in ten working days are two weekends
        "10": {10: [REMINDED], 14: [REMINDED], 15: [PASSED], 16: [REMINDED]},
        "1": {1: [REMINDED], 2: [PASSED], 3: [REMINDED]},
        "5": {3: [REMINDED], 7: [REMINDED], 8: [PASSED], 9: [REMINDED]},
        "": {},
    }
    deals = {days: submitted(studio, days) for days in expected}
    found: dict[str, dict[int, list[str]]] = {days: {} for days in expected}
    for day in range(18):
        at(later(day, 7))  # nobody is woken
        before = {days: len(sent(deal)) for days, deal in deals.items()}
        for _twice in range(2):
            at(later(day))
        for days, deal in deals.items():
            if new := [mail.kind for mail in sent(deal)[before[days] :]]:
                found[days][day] = new
    assert found == expected
    assert {deal.milestone_state() for deal in deals.values()} == {"submitted"}
    assert {mail.link_id for mail in sent(deals["10"], REMINDED)} == {deals["10"].link()}
    assert {(row.remind_at, row.outcome) for row in rows(Submission)} == {(None, None)}
    check_rules(studio.workspace_id)


def test_the_history_tells_it(studio: Supplier) -> None:
    deal = submitted(studio)
    for day in (10, 14, 15, 16):
        assert at(later(day)) == 1
    kinds = (EventKind.REVIEW_REMINDED, EventKind.REVIEW_PASSED)
    data = [event_.content["data"] for event_ in rows(Event, Event.kind.in_(kinds))]
    about = {
        "days": 10, "until": "2027-03-15", "milestone": 2, "title": "Step 2", "project": "A new web site",
        "submission": 1,
    }  # fmt: skip
    assert data == [
        {**about, "day": 8, "to": [APPROVER.name]},
        {**about, "day": 10, "to": [APPROVER.name]},
        {**about, "waits_for": [APPROVER.name]},
        {**about, "day": 12, "to": [APPROVER.name]},
    ]
    causes = [mail.cause for mail in sent(deal, REMINDED)]
    assert [(cause["day"], cause["days"]) for cause in causes] == [(8, 10), (10, 10), (12, 10)]


SLEPT: dict[tuple[int, int], tuple[list[str], list[str]]] = {
    (10, 9): ([REMINDED], [REMINDED, PASSED, REMINDED]),
    (14, 23): ([REMINDED], [PASSED, REMINDED]),
    (15, 9): ([REMINDED, PASSED], []),  # the reminder said already that the time is over
    (42, 9): ([REMINDED, PASSED], []),
    (13, 9): ([], [REMINDED, PASSED, REMINDED]),  # a Sunday
    (15, 5): ([], [REMINDED, PASSED]),
}
"""The day and the hour at which the clock wakes, what it sends then, and what on the days after that."""


@only_sqlite
def test_a_clock_that_slept_sends_one_reminder(studio: Supplier) -> None:
    for (day, hour), (first, after) in SLEPT.items():
        deal = submitted(studio)
        wake(deal, later(day, hour))
        assert [mail.kind for mail in sent(deal)] == first, (day, hour)
        for n in range(7):
            wake(deal, later(day + n, max(9, hour)))
        assert [mail.kind for mail in sent(deal)] == [*first, *after], (day, hour)


@pytest.mark.long
@only_sqlite
@given(days=integers(1, MAX_DAYS), gaps=lists(integers(1, 200), min_size=1, max_size=12), hour=integers(0, 23))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_it_sleeps_nobody_is_pestered(studio: Supplier, days: int, gaps: list[int], hour: int) -> None:
    deal, moments = submitted(studio, str(days)), [later(0, hour)]
    for gap in gaps:
        moments.append(moments[-1] + timedelta(hours=gap))
    until, said = Review(days).last_day(MONDAY.date()), []
    for moment in [*moments, later(140), later(147)]:
        before = len(sent(deal))
        wake(deal, moment)
        said += [(moment, mail.kind) for mail in sent(deal)[before:]]
    told_ = [clock.day_of(then, ZONE) for then, kind in said if kind == REMINDED]
    assert 1 <= len(told_) <= 3
    assert len(set(told_)) == len(told_)
    assert all(day.weekday() < 5 for day in told_)
    assert sum(day > until for day in told_) <= 1
    assert [kind for _then, kind in said].count(PASSED) == 1


ENDS: dict[str, Callable[[Deal], object]] = {
    "signed off": Deal.sign_off,
    "sent back": Deal.request_changes,
    "taken back": Deal.take_back,
}


def test_an_answer_ends_it(studio: Supplier) -> None:
    deals = {end: submitted(studio) for end in ENDS}
    at(later(10))
    found = {end: submission_of(deal) for end, deal in deals.items()}
    with clock.at(later(11)):
        for end, deal in deals.items():
            ENDS[end](deal)
    before = everything()
    assert [at(later(day)) for day in (14, 15, 16, 30)] == [0] * 4
    with clock.at(later(14)):  # whoever had found it before
        for end, deal in deals.items():
            assert remind_reviewer(deal.workspace_id, deal.quote_id, 2, found[end]) is False, end
    assert everything() == before


def test_what_is_submitted_again_begins_anew(studio: Supplier) -> None:
    deal = submitted(studio)
    at(later(10))
    with clock.at(later(11)):
        deal.take_back()
        deal.submit(2)
    assert [submission.review_until for submission in rows(Submission)] == [date(2027, 3, 15), date(2027, 3, 26)]
    for day in (12, 14, 16, 23, 25, 26, 28, 29, 30):
        at(later(day))
    days = [event_.content["data"]["day"] for event_ in rows(Event, Event.kind == EventKind.REVIEW_REMINDED)]
    assert days == [8, 8, 10, 12]


def test_only_whose_answer_is_missing(in_app: Flask, studio: Supplier) -> None:
    with clock.at(MONDAY):
        deal = an_accepted_project_of_two(studio, review_days="10")
        forward(deal, OTHERS[0], {Role.APPROVE})
        deal.submit(2)
    at(later(10))
    assert told(deal) == [(REMINDED, deal.link()), (REMINDED, deal.link(SECOND))]
    with clock.at(later(11)):
        sign_off_as(deal, SECOND)
    at(later(14))
    assert told(deal)[2:] == [(REMINDED, deal.link())]
    assert [mail.cause["enough"] for mail in sent(deal)] == [False, False, True]
    both, second = (" ".join(write_mail(in_app, mail.id).text.split()) for mail in sent(deal)[1:])
    assert "issued with the second signature" in both
    assert f"{SECOND.name} has signed already." in second
    assert "is issued at that moment" in second
    with clock.at(later(14, 12)):
        sign_off_as(deal, APPROVER)
    assert at(later(15)) == 0


def test_who_lost_their_link_gets_nothing_and_the_supplier_learns_it(studio: Supplier) -> None:
    with clock.at(MONDAY):
        deal = an_accepted_project(studio, review_days="10")
        forward(deal, COLLEAGUE, {Role.APPROVE})
        deal.submit(2)
    at(later(10))
    assert told(deal) == [(REMINDED, deal.link()), (REMINDED, deal.link(COLLEAGUE))]
    with clock.at(later(11)):
        end_by_supplier(deal, COLLEAGUE)
    at(later(14))
    assert told(deal)[2:] == [(REMINDED, deal.link())]
    with clock.at(later(14, 12)), transaction() as session:
        session.execute(text("UPDATE link SET revoked_at = :now"), {"now": "2027-03-15 12:00:00+00:00"})
    at(later(15))
    (passed,) = sent(deal, PASSED)
    assert passed.cause["waits_for"] == []
    before = everything()
    at(later(16))
    assert everything()["mail"] == before["mail"]


def test_two_workers_at_once_send_it_once(in_app: Flask, studio: Supplier) -> None:
    deal = submitted(studio)
    other = submitted(studio)
    for day in (10, 14, 15, 16):
        done = at_once(in_app, [partial(at, later(day))] * 4)
        assert sum(done) == 2
    for each in (deal, other):
        assert [mail.kind for mail in sent(each)] == [REMINDED, REMINDED, PASSED, REMINDED]
    check_rules(studio.workspace_id)


def test_behind_the_lock_the_row_decides(studio: Supplier, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody moved it on after it was read: nothing is sent."""
    deal = submitted(studio)
    (submission,) = rows(Submission)
    before = everything()
    original = Work.__post_init__

    def overtaken(work: Work) -> None:
        original(work)
        work.session.get_one(Submission, submission.id)
        statement = update(Submission).where(Submission.id == submission.id).values(reminded=8)
        work.session.execute(statement, execution_options={"synchronize_session": False})

    with monkeypatch.context() as patch:
        patch.setattr(Work, "__post_init__", overtaken)
        assert at(later(10)) == 0
    assert everything()["mail"] == before["mail"]
    assert everything()["event"] == before["event"]
    assert deal.milestone_state() == "submitted"


@only_sqlite
def test_a_day_is_one_where_the_workspace_is(studio: Supplier) -> None:
    change_settings(studio.workspace_id, studio.actor, {"time_zone": "Pacific/Auckland"})
    deal = submitted(studio, at=datetime(2027, 2, 28, 20, 0, tzinfo=UTC))  # a Sunday, but Monday there
    (submission,) = rows(Submission)
    assert submission.review_until == date(2027, 3, 15)
    assert submission.remind_at == datetime(2027, 3, 10, 19, 0, tzinfo=UTC)
    change_settings(studio.workspace_id, studio.actor, {"time_zone": "America/Los_Angeles"})
    assert at(submission.remind_at) == 0, "it moved, and it is night there"
    assert sent(deal) == []
    assert at(datetime(2027, 3, 11, 16, 0, tzinfo=UTC)) == 1
    assert rows(Event, Event.kind == EventKind.REVIEW_REMINDED)[0].content["data"]["day"] == 8


@only_sqlite
def test_the_clock_looks_only_at_what_is_due(studio: Supplier) -> None:
    deals = [submitted(studio, at=MONDAY + timedelta(days=day)) for day in range(3)]
    with clock.at(MONDAY):
        an_accepted_project(studio)
    with counted() as found:
        assert at(later(9)) == 0
    assert len(found) == 1, "one look, however many wait"
    with reading() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {found[0]}", ("2027-03-10 08:00:00",)).all()
    assert any("ix_submission_remind_at" in row[-1] for row in plan), plan
    assert not any(row[-1].startswith("SCAN") for row in plan), plan
    with counted() as found:
        assert at(later(10)) == 1
    assert len(found) <= 15, found
    assert [len(sent(deal)) for deal in deals] == [1, 0, 0]


def test_what_was_agreed_is_kept(studio: Supplier) -> None:
    deal = submitted(studio)
    agreed = {"review": {"days": 10, "counted": "working_days", "silence": "reminder"}}
    assert (offered(deal)["version"], offered(deal)["clauses"]) == (4, agreed)
    assert [project.clauses for project in rows(Project)] == [agreed]
    without = read_draft(a_draft(), "en", clock.today("UTC"))
    assert freeze(without, Workspace(), "", 1)["clauses"] == {}


def test_an_older_quote_has_no_clause_and_brings_no_reminders(studio: Supplier) -> None:
    with clock.at(MONDAY):
        deal = a_sent_quote(studio, review_days="10")
        old = {name: value for name, value in offered(deal).items() if name != "clauses"} | {"version": 3}
        with transaction() as session:
            session.execute(update(Revision).values(content=old))
        assert read(old)["clauses"] == {}
        deal.accept()
        deal.submit(2)
    assert [project.clauses for project in rows(Project)] == [{}]
    assert at(later(40)) == 0
    assert [(row.review_until, row.remind_at) for row in rows(Submission)] == [(None, None)]
