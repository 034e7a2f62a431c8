"""The outbox: every mail as text, as HTML that can do no harm, and as bytes; only where nothing is really sent."""

from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from milebill.config import Settings
from milebill.db import transaction
from milebill.domain import leases
from milebill.domain.settings import change_settings
from milebill.models import Mail, MailKind
from milebill.models.mail import MailState
from milebill.outbound.postman import send_next
from tests.actors import Supplier, a_sent_quote, an_accepted_project
from tests.outbound.mail_stories import documents_ready, forget_logins, mails, stored
from tests.pictures import picture
from tests.servers.database import new_app, settings_for

HOSTILE = "<script>alert(1)</script>"

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def sender(owner: Supplier) -> Supplier:
    """A supplier with an empty outbox."""
    forget_logins()
    return owner


@pytest.fixture
def web(in_app: Flask, sender: Supplier) -> FlaskClient:
    """A developer's browser; nobody is signed in."""
    return in_app.test_client()


def write_all(app: Flask) -> None:
    documents_ready(app.extensions["files"].put)
    while send_next(app):
        pass


def test_says_what_will_be_here(web: FlaskClient) -> None:
    page = web.get("/outbox")
    assert page.status_code == 200
    assert "No mail yet" in page.text
    assert "Refresh" not in page.headers


def test_shows_the_pictures_that_a_mail_brings_along(in_app: Flask, sender: Supplier, web: FlaskClient) -> None:
    png = picture()
    logo = (in_app.extensions["files"].put(png), len(png))
    change_settings(sender.workspace_id, sender.actor, {}, logo=logo)
    a_sent_quote(sender)
    write_all(in_app)
    html = web.get(f"/outbox/{mails(MailKind.QUOTE_SENT)[0]}/html").text
    assert 'src="data:image/png;base64,iVBOR' in html
    assert "cid:" not in html


def test_lists_the_newest_first_and_pages_by_key(in_app: Flask, sender: Supplier, web: FlaskClient) -> None:
    for n in range(31):
        a_sent_quote(sender, title=f"Site {n:02}")
    write_all(in_app)
    page = web.get("/outbox").text
    assert page.index("Site 30") < page.index("Site 29")
    assert "Site 00" not in page
    assert "Inês Duarte · ines@los-verlag.example" in page
    older = web.get(f"/outbox?before={mails()[1]}").text
    assert "Site 00" in older
    assert "Site 01" not in older
    assert "Site 30" in web.get("/outbox?before=nonsense").text
    assert "Site 30" in web.get(f"/outbox?after={mails()[0]}").text


def test_shows_a_mail_as_text_with_links_that_work(in_app: Flask, sender: Supplier, web: FlaskClient) -> None:
    deal = a_sent_quote(sender)
    write_all(in_app)
    page = web.get(f"/outbox/{mails()[0]}")
    assert "Studio Lindqvist via milebill" in page.text
    assert "Hello Inês Duarte," in page.text
    assert f'<a href="http://milebill.test/q/{deal.token(in_app)}/decision?choice=accept"' in page.text
    assert page.headers["Cache-Control"] == "private, no-cache"


def test_shows_the_html_where_it_can_do_no_harm(in_app: Flask, sender: Supplier, web: FlaskClient) -> None:
    a_sent_quote(sender, title=HOSTILE, introduction=HOSTILE)
    write_all(in_app)
    page = web.get(f"/outbox/{mails()[0]}/html")
    assert page.mimetype == "text/html"
    assert HOSTILE not in page.text
    assert "&lt;script&gt;" in page.text
    rules = page.headers["Content-Security-Policy"]
    assert rules.startswith("sandbox ")
    assert "allow-scripts" not in rules
    assert "allow-forms" not in rules
    assert "allow-same-origin" not in rules
    assert "default-src 'none'" in rules
    assert HOSTILE not in web.get(f"/outbox/{mails()[0]}").text
    assert HOSTILE not in web.get("/outbox").text


def test_hands_out_the_bytes_and_what_is_attached(in_app: Flask, sender: Supplier, web: FlaskClient) -> None:
    an_accepted_project(sender)
    write_all(in_app)
    mail_id = mails(MailKind.INVOICE_ISSUED)[0]
    eml = web.get(f"/outbox/{mail_id}/raw")
    assert eml.data == stored(mail_id).raw
    assert eml.mimetype == "message/rfc822"
    assert eml.headers["Content-Disposition"] == f"attachment; filename=mail-{mail_id}.eml"
    assert f"/outbox/{mail_id}/attachments/1" in web.get(f"/outbox/{mail_id}").text
    pdf = web.get(f"/outbox/{mail_id}/attachments/1")
    part = next(message_from_bytes(eml.data, policy=policy.default).iter_attachments())
    assert (pdf.data, pdf.mimetype) == (part.get_payload(decode=True), "application/pdf")
    assert pdf.headers["Content-Disposition"] == f"attachment; filename={part.get_filename()}"
    assert web.get(f"/outbox/{mail_id}/attachments/2").status_code == 404
    assert web.get(f"/outbox/{mail_id}/attachments/0").status_code == 404


def test_a_mail_that_waits_says_so(in_app: Flask, sender: Supplier, web: FlaskClient) -> None:
    a_sent_quote(sender)
    mail_id = mails()[0]
    assert web.get("/outbox").headers["Refresh"] == "2"
    page = web.get(f"/outbox/{mail_id}")
    assert "Being written" in page.text
    assert page.headers["Refresh"] == "2"
    for part in ("html", "raw", "attachments/1"):
        assert web.get(f"/outbox/{mail_id}/{part}").status_code == 404
    lease = leases.lease_mail()
    assert lease
    assert web.get("/outbox").headers["Refresh"] == "2"
    leases.mail_dead(lease, "550 <b>no</b> such user")
    assert "550 &lt;b&gt;no&lt;/b&gt; such user" in web.get(f"/outbox/{mail_id}").text


def test_a_mail_that_never_arrived_says_why(in_app: Flask, sender: Supplier, web: FlaskClient) -> None:
    a_sent_quote(sender)
    write_all(in_app)
    with transaction() as session:
        session.execute(update(Mail).values(state=MailState.DEAD, error="550 No such user"))
    assert "550 No such user" in web.get(f"/outbox/{mails()[0]}").text


def test_a_mail_without_html_or_content_is_no_error(in_app: Flask, sender: Supplier, web: FlaskClient) -> None:
    a_sent_quote(sender)
    raw = b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n" + (
        b"Content-Type: multipart/mixed; boundary=c\r\nContent-Disposition: attachment\r\n\r\n--c--\r\n--b--\r\n"
    )
    with transaction() as session:
        session.execute(update(Mail).values(raw=raw))
    assert "hello" in web.get(f"/outbox/{mails()[0]}").text
    assert web.get(f"/outbox/{mails()[0]}/html").status_code == 404
    nameless = web.get(f"/outbox/{mails()[0]}/attachments/1")
    assert (nameless.status_code, nameless.data) == (200, b"")


@pytest.mark.parametrize("address", ["99", "0", "x", str(2**63), "99/html", "99/raw", "99/attachments/1"])
def test_no_such_mail(web: FlaskClient, address: str) -> None:
    assert web.get(f"/outbox/{address}").status_code == 404


@pytest.mark.parametrize(
    "changes",
    [{"smtp_url": "smtp://127.0.0.1:25"}, {"host": "192.0.2.1"}, {"production": True}],
    ids=["mail is sent", "others can reach it", "production"],
)
def test_is_not_there_where_it_must_not_be(database_url: str, tmp_path: Path, changes: dict[str, object]) -> None:
    settings: Settings = replace(settings_for(database_url, tmp_path / "other"), **changes)  # type: ignore[arg-type]
    with new_app(settings) as app:
        assert app.test_client().get("/outbox", base_url=settings.base_url).status_code == 404
