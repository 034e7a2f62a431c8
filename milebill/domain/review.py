"""The time to review a milestone, kept by the clock: whoever has not answered is reminded, and nothing is accepted.

A submission knows the moment at which something is due, so the clock finds only those. What was due is done in one
transaction with moving that moment on. Of several reminders that are due at once, only the last is sent.
"""

from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import select, update

from milebill import clock, working_days
from milebill.db import reading
from milebill.domain.contacts import Contact, contacts_of
from milebill.domain.duties import one_by_one
from milebill.domain.place import Place, load_place, named
from milebill.domain.work import CLOCK, Work, verb
from milebill.models import Approval, EventKind, MailKind, Milestone, Project, Role, Submission
from milebill.models.review import Review, review_of
from milebill.models.two_approvers import pair_for, two_approvers

_DUE = (
    select(Milestone.workspace_id, Project.quote_id, Milestone.position, Submission.id)
    .join(Milestone, Milestone.id == Submission.milestone_id)
    .join(Project, Project.id == Milestone.project_id)
    .order_by(Submission.remind_at, Submission.id)
)


def reviewed_until(work: Work, project: Project) -> dict[str, Any]:
    """What a submission of now says of its review: its last day, and when the clock has to look; else nothing."""
    review = review_of(project.clauses)
    if review is None:
        return {}
    until = review.last_day(work.today)
    return {"review_until": until, "remind_at": _moment(review, review.reminders[0], until, work.workspace.time_zone)}


def remind_reviewers() -> int:
    """Do what is due for every milestone that waits, each in a transaction of its own; returns for how many."""
    query = _DUE.where(Submission.remind_at <= clock.now(), Submission.outcome.is_(None))
    with reading() as connection:
        due = connection.execute(query).all()
    return one_by_one(partial(remind_reviewer, *row) for row in due)


@verb
def remind_reviewer(work: Work, quote_id: int, position: int, submission_id: int) -> bool:
    """Remind whoever has to answer a submission, and tell the supplier once its time is over, if either is due.

    Mails go out on working days from eight o'clock on, as it is where the workspace is. Returns whether something was
    due: not if it was answered or taken back meanwhile, or another worker was faster. Raises NotFound.
    """
    place = load_place(work, quote_id, position)
    submission, review = place.submission, review_of(place.project.clauses)
    waits = place.milestone.can_sign_off() and submission.id == submission_id
    if not waits or review is None or submission.review_until is None or submission.remind_at is None:
        return False
    until, days = submission.review_until, (*review.reminders, review.passed)
    due = [] if _is_rest(work) else [day for day in days if _is_due(work, review, day, submission)]
    reminds = any(day in review.reminders for day in due)
    done = max(due, default=submission.reminded)
    if reminds and max(done, submission.reminded) >= review.passed:
        done = review.reminders[-1]  # there is only one reminder after the end, and it goes now
    if not _go_on(work, submission, review, done) or not due:
        return False
    if reminds:
        _remind(work, place, review, until)
    if review.passed in due:
        _tell_supplier(work, place, review, until)
    return True


def _is_due(work: Work, review: Review, day: int, submission: Submission) -> bool:
    until = submission.review_until
    if until is None or day <= submission.reminded:
        return False
    return _moment(review, day, until, work.workspace.time_zone) <= work.now


def _moment(review: Review, day: int, until: date, time_zone: str) -> datetime:
    return clock.at_eight(review.date_of(day, until), time_zone)


def _is_rest(work: Work) -> bool:
    """Whether it is no time for a mail: a clock that was late goes on at the next one that is."""
    return _next_working_time(work) > work.now


def _next_working_time(work: Work) -> datetime:
    return clock.at_eight(working_days.after(work.today, 0), work.workspace.time_zone)


def _go_on(work: Work, submission: Submission, review: Review, done: int) -> bool:
    """Note what is done, and when to look again; returns whether nobody else has (the row decides)."""
    zone, until = work.workspace.time_zone, submission.review_until
    left = sorted(day for day in (*review.reminders, review.passed) if day > done)
    again = _moment(review, left[0], until, zone) if left and until else None
    if again is not None and again <= work.now:
        again = _next_working_time(work)
    changed = work.connection.execute(
        update(Submission)
        .where(
            Submission.id == submission.id,
            Submission.outcome.is_(None),
            Submission.reminded == submission.reminded,
            Submission.remind_at == submission.remind_at,
        )
        .values(reminded=done, remind_at=again)
    )
    return changed.rowcount == 1


def _remind(work: Work, place: Place, review: Review, until: date) -> None:
    contacts, enough = _missing(work, place)
    if not contacts:
        return
    day = review.day_of(work.today, until)
    _record(work, EventKind.REVIEW_REMINDED, place, review, until, day=day, to=[contact.name for contact in contacts])
    for contact in contacts:
        about = {"submission_id": place.submission.id, "day": day, "days": review.days, "enough": enough}
        work.mail_client(MailKind.REVIEW_REMINDER, contact.link, place.quote, **about)


def _tell_supplier(work: Work, place: Place, review: Review, until: date) -> None:
    waiting = [contact.name for contact in _missing(work, place)[0]]
    _record(work, EventKind.REVIEW_PASSED, place, review, until, waits_for=waiting)
    work.mail_supplier(
        MailKind.REVIEW_PASSED, place.quote, submission_id=place.submission.id, days=review.days, waits_for=waiting
    )


def _record(work: Work, kind: EventKind, place: Place, review: Review, until: date, **data: Any) -> None:
    told = {"days": review.days, "until": until.isoformat(), **data}
    about = named(place, place.submission.number)
    work.record(kind, CLOCK, place.quote, **told, **about)


def _missing(work: Work, place: Place) -> tuple[list[Contact], bool]:
    """Who can sign the waiting submission off and has not: of two approvers, those that the quote names.

    And whether one signature more is enough.
    """
    signed = set(work.session.scalars(select(Approval.person_id).where(Approval.submission_id == place.submission.id)))
    pair = pair_for(two_approvers(place.project.second_approval or {}), place.milestone.gross)
    missing = [
        contact
        for contact in contacts_of(work, place.quote)
        if contact.link.may(Role.APPROVE)
        and contact.link.person_id not in signed
        and (pair is None or pair.names(contact.email))
    ]
    return missing, pair is None or bool(signed)
