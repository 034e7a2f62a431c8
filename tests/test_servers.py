"""The servers that the other tests lean on do what they promise."""

import smtplib
import ssl
from email.message import EmailMessage

import psycopg
import pytest

from tests.servers.browser import OpenBrowser
from tests.servers.postgres import Cluster
from tests.servers.run import missing
from tests.servers.smtp import MailServer, TlsMailServer


def _mail() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.com", "b@example.com", "Zwölf"
    mail.set_content("Grüße")
    return mail


def _send(server: MailServer, timeout: float = 60) -> None:
    with smtplib.SMTP(server.host, server.port, timeout=timeout) as connection:
        connection.send_message(_mail())


def test_a_mail_arrives_whole(smtp: MailServer) -> None:
    _send(smtp)
    assert smtp.deliveries[0].recipients == ("b@example.com",)
    assert smtp.messages[0]["Subject"] == "Zwölf"
    assert smtp.messages[0].get_content().strip() == "Grüße"


@pytest.mark.parametrize("reply", ["451 4.3.0 Try again later", "550 5.1.1 No such user"])
def test_a_scripted_refusal_is_for_one_mail(smtp: MailServer, reply: str) -> None:
    smtp.answer(reply)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        _send(smtp)
    assert refused.value.recipients["b@example.com"][0] == int(reply[:3])
    _send(smtp)
    assert len(smtp.messages) == 1


def test_a_refusal_after_data_keeps_nothing(smtp: MailServer) -> None:
    smtp.answer("554 5.7.1 Spam", stage="DATA")
    with pytest.raises(smtplib.SMTPDataError):
        _send(smtp)
    assert not smtp.messages


def test_a_drop_after_data_keeps_the_mail(smtp: MailServer) -> None:
    smtp.drop()
    with pytest.raises(smtplib.SMTPServerDisconnected):
        _send(smtp)
    assert len(smtp.messages) == 1


def test_a_server_that_hangs_is_left_by_timeout(smtp: MailServer) -> None:
    smtp.hang()
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        _send(smtp, timeout=0.2)


def test_starttls_shows_its_certificate(smtp_tls: TlsMailServer) -> None:
    with smtplib.SMTP(smtp_tls.server.host, smtp_tls.server.port, timeout=60) as connection:
        connection.starttls(context=ssl.create_default_context(cafile=str(smtp_tls.authority)))
        connection.send_message(_mail())
    assert len(smtp_tls.server.messages) == 1
    with smtplib.SMTP(smtp_tls.server.host, smtp_tls.server.port, timeout=60) as connection:
        with pytest.raises(ssl.SSLCertVerificationError):
            connection.starttls(context=ssl.create_default_context())
        connection.close()


def test_postgresql_makes_copies(postgresql: Cluster) -> None:
    url = postgresql.create("test_servers").replace("+psycopg", "")
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    postgresql.drop("test_servers")


@pytest.mark.browser
@pytest.mark.parametrize("java_script", [True, False])
def test_chromium_shows_a_page(open_browser: OpenBrowser, java_script: bool) -> None:
    page = open_browser(java_script_enabled=java_script).new_page()
    page.goto("data:text/html,<title>before</title><script>document.title = 'after'</script>")
    assert page.title() == ("after" if java_script else "before")


def test_a_missing_program_skips_and_in_ci_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no such thing"):
        missing("no such thing")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no such thing"):
        missing("no such thing")
