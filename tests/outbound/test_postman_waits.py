"""What the postman does before he goes: wait for documents, drop what nobody needs, pass by what can't be written."""

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from milebill import clock
from milebill.config import Settings
from milebill.db import transaction
from milebill.domain import leases
from milebill.domain.leases import Beside
from milebill.domain.sign_in import request_login
from milebill.files import FolderStore
from milebill.models import Client, Document, DocumentKind, Link, MailKind, Workspace
from milebill.models.mail import MailState
from milebill.outbound import postman
from milebill.outbound.emails import write_mail
from milebill.outbound.postman import send_next
from tests.actors import Deal, Supplier, an_accepted_project
from tests.outbound.mail_stories import documents_ready, mails, stored
from tests.rules import rows
from tests.servers.database import settings_for
from tests.servers.smtp import MailServer


@pytest.fixture
def settings(database_url: str, tmp_path: Path, smtp: MailServer) -> Settings:
    """An installation that really sends."""
    return replace(settings_for(database_url, tmp_path / "var"), smtp_url=smtp.url, mail_from="mail@milebill.test")


def only_mail() -> int:
    (mail_id,) = mails()
    return mail_id


def store(app: Flask) -> FolderStore:
    files: FolderStore = app.extensions["files"]
    return files


def attached(message: EmailMessage) -> list[tuple[str | None, object]]:
    return [(part.get_filename(), part.get_payload(decode=True)) for part in message.iter_attachments()]


def test_waits_for_its_document(in_app: Flask, sender: Supplier, smtp: MailServer) -> None:
    an_accepted_project(sender)
    kinds = {MailKind.QUOTE_ACCEPTED_CLIENT, MailKind.QUOTE_ACCEPTED_SUPPLIER, MailKind.INVOICE_ISSUED}
    moment = clock.now()
    with clock.at(moment):
        for _ in range(4):
            assert send_next(in_app)
        assert not send_next(in_app)
    assert [message["Subject"].split()[0] for message in smtp.messages] == ["Quote"]
    waiting = [stored(mail_id) for mail_id in mails() if stored(mail_id).kind in kinds]
    assert [(row.state, row.attempts, row.raw) for row in waiting] == [(MailState.QUEUED, 0, None)] * 3
    assert documents_ready(store(in_app).put, b"%PDF-1.7 agreed") == 3
    with clock.at(moment + timedelta(seconds=1)):
        while send_next(in_app):
            pass
    found = {str(message["Subject"]).split()[0]: attached(message) for message in smtp.messages}
    year = clock.now().year
    assert found["You"] == found["Łoś"] == [(f"Q-{year}-001-agreement.pdf", b"%PDF-1.7 agreed")]
    assert found["Invoice"] == [(f"{year}-0001.pdf", b"%PDF-1.7 agreed")]
    assert {stored(mail_id).state for mail_id in mails()} == {MailState.SENT}


@pytest.mark.parametrize(
    ("wanted", "made", "names"),
    [
        ("xrechnung", (DocumentKind.CII, DocumentKind.UBL, DocumentKind.XRECHNUNG), [".pdf", "-xrechnung.xml"]),
        ("ubl", (DocumentKind.UBL, DocumentKind.XRECHNUNG), [".pdf", "-ubl.xml"]),
        ("facturx", (DocumentKind.CII, DocumentKind.UBL), [".pdf"]),
        ("pdf", (DocumentKind.CII, DocumentKind.XRECHNUNG), [".pdf"]),
        ("ubl", (DocumentKind.CII,), [".pdf"]),
        ("xrechnung", (), [".pdf"]),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_e_invoice_goes_along_to_whom_it_is_wanted_by(
    in_app: Flask, sender: Supplier, smtp: MailServer, wanted: str, made: tuple[DocumentKind, ...], names: list[str]
) -> None:
    an_accepted_project(sender)
    with transaction() as session:
        session.execute(update(Client).values(invoice_format=wanted))
    files = store(in_app)
    while lease := leases.lease_document():
        (row,) = rows(Document, Document.id == lease.id)
        kinds = made if row.kind == DocumentKind.INVOICE else ()
        beside = [Beside(kind, files.put(f"<{kind}/>".encode()), 9) for kind in kinds]
        beside += [Beside(DocumentKind.UBL, error="a bug")] if kinds and DocumentKind.UBL not in kinds else []
        leases.document_ready(lease, files.put(b"%PDF"), 4, beside)
    while send_next(in_app):
        pass
    found = {str(message["Subject"]).split()[0]: attached(message) for message in smtp.messages}
    stem = f"{clock.now().year}-0001"
    assert [name for name, _ in found["Invoice"]] == [f"{stem}{ending}" for ending in names]
    assert [name for name, _ in found["You"]] == [f"Q-{clock.now().year}-001-agreement.pdf"]
    for name, content in found["Invoice"][1:]:
        assert content == f"<{str(name).removeprefix(f'{stem}-').removesuffix('.xml')}/>".encode()


def test_says_which_document_never_came(in_app: Flask, sender: Supplier, smtp: MailServer) -> None:
    an_accepted_project(sender)
    while (lease := leases.lease_document()) is not None:
        leases.document_failed(lease, "needed more memory than it may have")
    while send_next(in_app):
        pass
    dead = {stored(mail_id).error for mail_id in mails() if stored(mail_id).state == MailState.DEAD}
    year = clock.now().year
    assert dead == {
        f"Q-{year}-001-agreement.pdf: needed more memory than it may have",
        f"{year}-0001.pdf: needed more memory than it may have",
    }
    assert len(smtp.deliveries) == 1


def test_a_document_whose_bytes_are_gone_is_looked_for_again(in_app: Flask, sender: Supplier, smtp: MailServer) -> None:
    an_accepted_project(sender)
    documents_ready(lambda content: "0" * 64)
    while send_next(in_app):
        pass
    waiting = [stored(mail_id) for mail_id in mails() if stored(mail_id).state == MailState.QUEUED]
    assert [row.attempts for row in waiting] == [1, 1, 1]
    assert all("FileNotFoundError" in row.error for row in waiting)


@pytest.mark.parametrize(("late", "reason"), [(timedelta(minutes=16), "expired"), (timedelta(0), "")])
def test_a_login_mail_is_only_sent_while_it_is_of_use(
    in_app: Flask, sender: Supplier, smtp: MailServer, late: timedelta, reason: str
) -> None:
    request_login("new@example.com", "browser")
    mail_id = mails(MailKind.LOGIN)[0]
    with clock.at(clock.now() + late):
        send_next(in_app)
    assert stored(mail_id).error == reason
    assert stored(mail_id).state == (MailState.DEAD if reason else MailState.SENT)
    assert len(smtp.deliveries) == (0 if reason else 1)


def test_a_login_link_that_was_used_needs_no_mail(in_app: Flask, owner: Supplier, smtp: MailServer) -> None:
    send_next(in_app)  # the one that the owner signed up with
    assert [stored(mail_id).error for mail_id in mails(MailKind.LOGIN)] == ["used"]
    assert not smtp.deliveries


def test_who_lost_their_link_gets_no_mail(in_app: Flask, deal: Deal, smtp: MailServer) -> None:
    with transaction() as session:
        session.execute(update(Link).values(revoked_at=clock.now()))
    send_next(in_app)
    assert (stored(only_mail()).state, stored(only_mail()).error) == (MailState.DEAD, "revoked")
    assert not smtp.deliveries


def test_one_mail_that_cannot_be_written_holds_up_no_other(
    in_app: Flask, deal: Deal, smtp: MailServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = only_mail()
    deal.withdraw()

    def fails_once(app: Flask, mail_id: int, attachments: postman.Attachments = ()) -> object:
        if mail_id == broken:
            raise ValueError("no such filter")
        return write_mail(app, mail_id, attachments)

    monkeypatch.setattr(postman, "write_mail", fails_once)
    assert send_next(in_app)
    assert send_next(in_app)
    assert not send_next(in_app)
    assert len(smtp.deliveries) == 1
    assert (stored(broken).state, stored(broken).error) == (MailState.QUEUED, "ValueError: no such filter")
    assert "no such filter" in caplog.text
    monkeypatch.undo()
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert send_next(in_app)
    assert stored(broken).state == MailState.SENT


def test_an_address_that_no_mail_can_carry_ends_it(in_app: Flask, sender: Supplier, smtp: MailServer) -> None:
    request_login("jürgen@example.com", "browser")
    send_next(in_app)
    row = stored(mails(MailKind.LOGIN)[0])
    assert row.state == MailState.DEAD
    assert "no address" in row.error


def test_an_address_for_answers_that_is_none_is_left_out(in_app: Flask, deal: Deal, smtp: MailServer) -> None:
    with transaction() as session:
        session.execute(update(Workspace).values(email="anna at lindqvist"))
    send_next(in_app)
    assert smtp.messages[0]["Reply-To"] is None
