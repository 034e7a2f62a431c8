"""The postman against a real server: nothing is lost, nothing is sent in two versions, nothing holds up the rest."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from milebill import clock
from milebill.config import Settings
from milebill.db import transaction
from milebill.domain import leases
from milebill.models import Workspace
from milebill.models.mail import MailState
from milebill.outbound import postman
from milebill.outbound.delivery import Outcome, compose
from milebill.outbound.emails import write_mail
from milebill.outbound.postman import send_next
from tests.actors import Deal, Supplier, a_sent_quote
from tests.outbound.mail_stories import mails, stored
from tests.servers.database import settings_for
from tests.servers.smtp import MailServer

RESTART = timedelta(minutes=6)
"""Longer than a lease."""


@pytest.fixture
def settings(database_url: str, tmp_path: Path, smtp: MailServer) -> Settings:
    """An installation that really sends."""
    return replace(settings_for(database_url, tmp_path / "var"), smtp_url=smtp.url, mail_from="mail@milebill.test")


def only_mail() -> int:
    (mail_id,) = mails()
    return mail_id


def change_settings(app: Flask, **changes: object) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], **changes)


def test_sends_what_is_queued(in_app: Flask, deal: Deal, smtp: MailServer) -> None:
    assert send_next(in_app)
    assert not send_next(in_app)
    (delivery,), (message,) = smtp.deliveries, smtp.messages
    assert delivery.sender == "mail@milebill.test"
    assert delivery.recipients == ("ines@los-verlag.example",)
    assert message["Subject"] == "Quote Q-2026-001 from Studio Lindqvist: A new web site".replace(
        "2026", str(clock.now().year)
    )
    assert message["From"].addresses[0].display_name == "Studio Lindqvist via milebill"
    assert message["Reply-To"].addresses[0].addr_spec == "anna@lindqvist.example"
    row = stored(only_mail())
    assert (row.state, row.error, row.lease, row.attempts) == (MailState.SENT, "", None, 1)
    assert (row.subject, row.recipient) == (message["Subject"], "ines@los-verlag.example")
    assert row.sent_at is not None


def test_a_refusal_for_now_is_tried_again_with_the_same_bytes(in_app: Flask, deal: Deal, smtp: MailServer) -> None:
    smtp.answer("451 4.3.0 Try again later")
    assert send_next(in_app)
    waiting = stored(only_mail())
    assert (waiting.state, waiting.attempts, waiting.error) == (MailState.QUEUED, 1, "451 4.3.0 Try again later")
    assert not send_next(in_app)
    with transaction() as session:
        session.execute(update(Workspace).values(name="Another name by now"))
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert send_next(in_app)
    (delivery,) = smtp.deliveries
    assert delivery.raw == waiting.raw
    assert delivery.message["Message-ID"] == f"<{waiting.message_id}@milebill.test>"
    assert stored(only_mail()).state == MailState.SENT


def test_a_refusal_for_ever_ends_it_with_its_reason(in_app: Flask, deal: Deal, smtp: MailServer) -> None:
    smtp.answer("550 5.1.1 No such user")
    send_next(in_app)
    row = stored(only_mail())
    assert (row.state, row.error, row.lease) == (MailState.DEAD, "550 5.1.1 No such user", None)
    with clock.at(clock.now() + timedelta(days=4)):
        assert not send_next(in_app)
    assert leases.retry_mail(deal.workspace_id, only_mail())
    assert send_next(in_app)
    assert smtp.deliveries[0].raw == row.raw


def test_a_connection_lost_after_the_last_byte_sends_the_same_again(
    in_app: Flask, deal: Deal, smtp: MailServer
) -> None:
    smtp.drop("DATA")
    send_next(in_app)
    assert stored(only_mail()).state == MailState.QUEUED
    with clock.at(clock.now() + timedelta(minutes=2)):
        send_next(in_app)
    first, second = smtp.deliveries
    assert first.raw == second.raw
    assert stored(only_mail()).state == MailState.SENT


def test_gives_up_after_three_days(in_app: Flask, deal: Deal, smtp: MailServer) -> None:
    moment, tries = clock.now(), 0
    while stored(only_mail()).state == MailState.QUEUED:
        smtp.answer("451 4.3.0 Try again later")
        with clock.at(max(moment, stored(only_mail()).next_attempt_at)):
            moment = clock.now()
            assert send_next(in_app)
        tries += 1
        assert tries < 30
    row = stored(only_mail())
    assert (row.state, row.error) == (MailState.DEAD, "451 4.3.0 Try again later")
    assert timedelta(days=2.5) < moment - row.created_at < timedelta(days=3.5)


def test_a_server_that_is_away_costs_nothing_but_time(in_app: Flask, deal: Deal, smtp: MailServer) -> None:
    change_settings(in_app, smtp_url="smtp://127.0.0.1:9")
    send_next(in_app)
    row = stored(only_mail())
    assert row.state == MailState.QUEUED
    assert "ConnectionRefusedError" in row.error


@pytest.mark.parametrize(
    "changes",
    [{"smtp_url": None, "host": "192.0.2.1"}, {"smtp_url": "http://mail.example"}, {"mail_from": "Mail <us>"}],
)
def test_waits_for_the_operator_without_counting(in_app: Flask, deal: Deal, changes: dict[str, str]) -> None:
    change_settings(in_app, **changes)
    send_next(in_app)
    row = stored(only_mail())
    assert (row.state, row.attempts) == (MailState.QUEUED, 0)
    assert row.error


def test_two_workers_never_send_one_mail_twice(in_app: Flask, sender: Supplier, smtp: MailServer) -> None:
    deals = [a_sent_quote(sender) for _ in range(6)]
    for deal in deals[:3]:
        deal.withdraw()
    failures: list[BaseException] = []

    def work() -> None:
        try:
            with in_app.app_context():
                while send_next(in_app):
                    pass
        except BaseException as error:  # noqa: BLE001  (it is raised below)
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    found = [message["Message-ID"] for message in smtp.messages]
    assert len(found) == len(set(found)) == len(mails()) == 9


@pytest.mark.parametrize("kept", [False, True], ids=["before it was written", "after it was kept"])
def test_a_crash_ends_with_its_lease(in_app: Flask, deal: Deal, smtp: MailServer, kept: bool) -> None:
    lease = leases.lease_mail()
    assert lease is not None
    raw = None
    if kept:
        mail = write_mail(in_app, lease.id)
        raw = compose(mail, clock.now())
        assert leases.keep_mail_text(lease, mail.subject, mail.recipient, raw)
    assert not send_next(in_app)
    with clock.at(clock.now() + RESTART):
        assert send_next(in_app)
    assert not leases.mail_sent(lease)
    assert raw is None or smtp.deliveries[0].raw == raw
    assert stored(only_mail()).attempts == 2


def test_who_lost_the_lease_while_writing_sends_nothing(
    in_app: Flask, deal: Deal, smtp: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(app: Flask, mail_id: int, attachments: postman.Attachments = ()) -> object:
        with clock.at(clock.now() + RESTART):
            assert leases.lease_mail() is not None
        return write_mail(app, mail_id, attachments)

    monkeypatch.setattr(postman, "write_mail", slowly)
    assert send_next(in_app)
    assert not smtp.deliveries
    assert stored(only_mail()).raw is None


def test_our_own_address_may_break_while_a_mail_waits(in_app: Flask, deal: Deal, smtp: MailServer) -> None:
    smtp.answer("451 4.3.0 Try again later")
    send_next(in_app)
    change_settings(in_app, mail_from="us")
    with clock.at(clock.now() + timedelta(minutes=2)):
        send_next(in_app)
    assert stored(only_mail()).state == MailState.QUEUED


def test_talks_to_the_server_outside_of_any_transaction(
    in_app: Flask, deal: Deal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_meanwhile(raw: bytes, **_options: object) -> Outcome:
        with transaction() as session:  # it would raise inside of one, and wait for ever for another's
            session.execute(update(Workspace).values(name="Meanwhile"))
        return Outcome("sent")

    monkeypatch.setattr(postman, "deliver", write_meanwhile)
    send_next(in_app)
    assert stored(only_mail()).state == MailState.SENT


def test_keeps_the_bytes_before_anybody_gets_them(in_app: Flask, deal: Deal, monkeypatch: pytest.MonkeyPatch) -> None:
    def power_cut(raw: bytes, **_options: object) -> Outcome:
        assert stored(only_mail()).raw == raw
        raise KeyboardInterrupt

    monkeypatch.setattr(postman, "deliver", power_cut)
    with pytest.raises(KeyboardInterrupt):
        send_next(in_app)


class TestWithoutServer:
    """Development: mails are read at /outbox."""

    @pytest.fixture
    def settings(self, database_url: str, tmp_path: Path) -> Settings:
        return settings_for(database_url, tmp_path / "var")

    def test_counts_as_sent_and_can_be_read(self, in_app: Flask, deal: Deal, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(postman, "deliver", _nobody)
        assert send_next(in_app)
        row = stored(only_mail())
        assert row.state == MailState.SENT
        assert b"Content-Type: text/html" in row.raw


def _nobody(*_args: object, **_options: object) -> Callable[[], None]:
    raise AssertionError("nothing may be sent")
