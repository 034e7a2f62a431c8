"""Queued work is leased: taken in order, given back, given up, and taken over from a worker that died."""

from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import Row, select, update

from milebill import clock
from milebill.db import reading, transaction
from milebill.domain import leases
from milebill.models import Document, Mail, Quote
from tests.actors import Supplier, a_sent_quote, an_accepted_project
from tests.rules import rows


def the_mail(mail_id: int) -> Row[Any]:
    return rows(Mail, Mail.id == mail_id)[0]


def test_the_oldest_comes_first_and_each_once(in_app: Flask, owner: Supplier) -> None:
    an_accepted_project(owner)
    taken = []
    while lease := leases.lease_mail():
        taken.append(lease.id)
    assert taken == [row.id for row in rows(Mail)]
    assert {(row.state, row.attempts) for row in rows(Mail)} == {("sending", 1)}


def test_a_dead_workers_mail_is_taken_over_and_its_late_answer_counts_no_more(in_app: Flask, owner: Supplier) -> None:
    first = leases.lease_mail()
    assert first is not None
    with clock.at(clock.now() + leases.MAIL_LEASE + timedelta(seconds=1)):
        second = leases.lease_mail()
        assert second is not None
        assert (second.id, second.attempts) == (first.id, 2)
        assert not leases.mail_sent(first)
        assert not leases.mail_dead(first, "late")
        assert leases.mail_sent(second)
    row = the_mail(first.id)
    assert (row.state, row.error, row.lease) == ("sent", "", None)
    assert row.sent_at is not None


def test_a_mail_is_tried_again_later(in_app: Flask, owner: Supplier) -> None:
    lease, later = leases.lease_mail(), clock.now() + timedelta(minutes=5)
    assert lease is not None
    assert leases.keep_mail_text(lease, "Hello", "a@example.com", b"raw")
    assert leases.mail_postponed(lease, later, "451 try again")
    row = the_mail(lease.id)
    assert (row.state, row.attempts, row.error, row.subject) == ("queued", 1, "451 try again", "Hello")
    assert leases.lease_mail() is None
    with clock.at(later):
        again = leases.lease_mail()
    assert again is not None
    assert again.attempts == 2


def test_waiting_for_a_document_is_no_attempt(in_app: Flask, owner: Supplier) -> None:
    lease = leases.lease_mail()
    assert lease is not None
    leases.mail_postponed(lease, clock.now() + timedelta(seconds=1), counts=False)
    assert the_mail(lease.id).attempts == 0


def test_a_dead_mail_is_sent_once_more_by_its_own_house_only(in_app: Flask, owner: Supplier, rival: Supplier) -> None:
    a_sent_quote(owner)
    with reading() as connection:
        mail_id = connection.scalar(select(Mail.id).where(Mail.kind == "quote_sent")) or 0
    with transaction() as session:
        session.execute(update(Mail).where(Mail.id == mail_id).values(state="dead", attempts=9, error="550"))
    assert not leases.retry_mail(rival.workspace_id, mail_id)
    assert leases.retry_mail(owner.workspace_id, mail_id)
    assert not leases.retry_mail(owner.workspace_id, mail_id)
    row = the_mail(mail_id)
    assert (row.state, row.attempts) == ("queued", 0)


def test_a_document_is_made_once_and_the_page_gets_a_new_version(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    first = leases.lease_document()
    assert first is not None
    assert leases.lease_document() is None
    assert leases.document_postponed(first, clock.now(), "once more")
    second = leases.lease_document()
    assert second is not None
    assert not leases.document_ready(first, "ab" * 32, 7)
    assert leases.document_ready(second, "cd" * 32, 9)
    row = rows(Document)[0]
    assert (row.state, row.sha256, row.size) == ("ready", "cd" * 32, 9)
    assert rows(Quote, Quote.id == deal.quote_id)[0].documents_ready == 1


def test_a_document_that_can_not_be_made_says_why(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    lease = leases.lease_document()
    assert lease is not None
    assert leases.document_failed(lease, "no font")
    row = rows(Document)[0]
    assert (row.state, row.error) == ("failed", "no font")
    assert rows(Quote, Quote.id == deal.quote_id)[0].documents_ready == 0
    assert leases.lease_document() is None
