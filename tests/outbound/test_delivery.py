"""Mail as bytes, and what a real server does with it."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import flask_mail
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from milebill.outbound.delivery import (
    BadMail,
    BadServer,
    Outcome,
    OutgoingMail,
    SmtpServer,
    compose,
    deliver,
    next_attempt,
)
from tests.servers.run import free_port
from tests.servers.smtp import MailServer, TlsMailServer

SMTP_PUSH = SMTP.push
MOMENT = datetime(2027, 3, 3, 14, 5, tzinfo=UTC)
MAIL = OutgoingMail(
    message_id="<0190b6d2.7@milebill.example>",
    sender_name="Studio Lindqvist",
    sender_address="mail@milebill.example",
    reply_to="anna@lindqvist.example",
    recipient="ines@example.com",
    recipient_name="Inês Duarte",
    subject="Your quote from Studio Lindqvist: €12,400.00",
    text="Hello Inês,\n\nhere it is.\n",
    html="<p>Hello Inês</p>",
    attachments=(("Quote 7 – Größe.pdf", "application/pdf", b"%PDF-1.7\n\x00\xff"),),
)


@pytest.fixture(autouse=True)
def _application() -> Iterator[None]:
    app = Flask(__name__)
    app.config["TESTING"] = True  # which makes Flask-Mail itself send nothing
    flask_mail.Mail(app)
    with app.app_context():
        yield


def parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def send(server: MailServer | str, timeout: float = 60) -> Outcome:
    url = server if isinstance(server, str) else server.url
    raw = compose(MAIL, MOMENT)
    return deliver(
        raw, envelope_from="bounce@milebill.example", recipient=MAIL.recipient, smtp_url=url, timeout=timeout
    )


class TestCompose:
    def test_says_what_was_meant(self) -> None:
        message = parsed(compose(MAIL, MOMENT))
        assert message["Message-ID"] == MAIL.message_id
        assert message["From"].addresses[0].display_name == "Studio Lindqvist"
        assert message["From"].addresses[0].addr_spec == "mail@milebill.example"
        assert message["To"].addresses[0].display_name == "Inês Duarte"
        assert message["Reply-To"].addresses[0].addr_spec == "anna@lindqvist.example"
        assert message["Subject"] == MAIL.subject
        assert message["Date"].datetime == MOMENT
        assert message["Auto-Submitted"] == "auto-generated"
        plain, html = message.get_body(("plain",)), message.get_body(("html",))
        assert plain is not None
        assert plain.get_content().splitlines() == MAIL.text.splitlines()
        assert html is not None
        assert html.get_content().strip() == MAIL.html
        (attachment,) = message.iter_attachments()
        assert attachment.get_filename() == "Quote 7 – Größe.pdf"
        assert attachment.get_content() == b"%PDF-1.7\n\x00\xff"

    def test_without_html_and_attachments_it_is_plain_text(self) -> None:
        message = parsed(compose(replace(MAIL, html=None, attachments=(), reply_to=None), MOMENT))
        assert message.get_content_type() == "text/plain"
        assert "Reply-To" not in message

    def test_lines_are_short_ascii_and_end_as_smtp_wants(self) -> None:
        raw = compose(replace(MAIL, html="<p>" + "ü" * 5000 + "</p>", text="x" * 5000), MOMENT)
        assert raw.isascii()
        assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
        assert max(map(len, raw.split(b"\r\n"))) <= 998

    @pytest.mark.parametrize("name", ['Doe, "Jane" <evil@example.com>', "Łódź, Żółw & Co; (Ltd)", "a" * 200, "ü" * 200])
    def test_names_are_names_whatever_they_contain(self, name: str) -> None:
        raw = compose(replace(MAIL, sender_name=name, recipient_name=name), MOMENT)
        # Python's newer parser keeps the space between two encoded words, which RFC 2047 says to drop.
        message = message_from_bytes(raw, policy=policy.compat32)
        for header, address in (("From", MAIL.sender_address), ("To", MAIL.recipient)):
            shown, found = parseaddr(message[header])
            assert str(make_header(decode_header(shown))) == name
            assert found == address

    @given(text=st.text(max_size=60), field=st.sampled_from(["subject", "sender_name", "recipient_name", "file"]))
    def test_text_from_people_adds_no_header(self, text: str, field: str) -> None:
        nasty = text + "\r\nBcc: everybody@example.com\r\n\r\n" + text
        if field == "file":
            raw = compose(replace(MAIL, attachments=((nasty, "text/plain", b"x"),)), MOMENT)
        else:
            raw = compose(replace(MAIL, **{field: nasty}), MOMENT)
        assert b"\nBcc:" not in raw
        message = parsed(raw)
        assert message["Message-ID"] == MAIL.message_id
        assert next(part.get_content_type() for part in message.iter_parts()) == "multipart/alternative"

    @pytest.mark.parametrize(
        "change",
        [
            {"recipient": "a@b.example\r\nBcc: c@d.example"},
            {"recipient": "a@b.example, c@d.example"},
            {"recipient": "nobody"},
            {"recipient": "ünï@example.com"},
            {"recipient": "a@" + "b" * 70 + ".example"},
            {"sender_address": "Name <a@b.example>"},
            {"reply_to": "a@b.example\n"},
            {"message_id": "7@milebill.example"},
            {"message_id": "<7@milebill.example>\r\nX: y"},
            {"attachments": (("a", "text/plain\r\nX: y", b""),)},
        ],
    )
    def test_what_no_mail_can_carry_is_an_error(self, change: dict[str, str]) -> None:
        with pytest.raises(BadMail):
            compose(replace(MAIL, **change), MOMENT)

    def test_international_domains_are_written_as_dns_does(self) -> None:
        message = parsed(compose(replace(MAIL, recipient="ines@bücher.example"), MOMENT))
        assert message["To"].addresses[0].addr_spec == "ines@xn--bcher-kva.example"


class TestDeliver:
    def test_the_server_gets_exactly_the_stored_bytes(self, smtp: MailServer) -> None:
        raw = compose(replace(MAIL, text=".\n.leading dots\n"), MOMENT)
        outcome = deliver(raw, envelope_from="b@milebill.example", recipient="ines@example.com", smtp_url=smtp.url)
        assert outcome == Outcome("sent")
        (delivery,) = smtp.deliveries
        assert delivery.raw == raw
        assert (delivery.sender, delivery.recipients) == ("b@milebill.example", ("ines@example.com",))

    @pytest.mark.parametrize("stage", ["RCPT", "DATA"])
    @pytest.mark.parametrize(
        ("reply", "kind"), [("451 4.3.0 Try again later", "try_again"), ("550 5.1.1 No such user", "refused")]
    )
    def test_later_and_never_are_told_apart(self, smtp: MailServer, stage: str, reply: str, kind: str) -> None:
        smtp.answer(reply, stage=stage)  # type: ignore[arg-type]
        assert send(smtp) == Outcome(kind, reply)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("reply", "kind"), [("553 5.7.1 Not your address", "try_again"), ("552 Too big", "refused")]
    )
    def test_a_refused_sender_is_ours_to_cure_unless_it_is_the_size(
        self, smtp: MailServer, reply: str, kind: str
    ) -> None:
        smtp.answer(reply, stage="MAIL")
        assert send(smtp).kind == kind

    def test_a_drop_after_data_is_tried_again_with_the_same_message_id(self, smtp: MailServer) -> None:
        smtp.drop()
        assert send(smtp).kind == "try_again"
        assert send(smtp).kind == "sent"
        first, second = smtp.messages
        assert first["Message-ID"] == second["Message-ID"] == MAIL.message_id

    def test_a_server_that_hangs_is_left(self, smtp: MailServer) -> None:
        smtp.hang()
        outcome = send(smtp, timeout=0.3)
        assert outcome.kind == "try_again"
        assert "time" in outcome.reason.lower()

    def test_a_server_that_is_not_there_is_tried_again(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            assert send(f"smtp://127.0.0.1:{taken.getsockname()[1]}").kind == "try_again"

    def test_a_server_that_is_too_busy_to_greet_is_tried_again(self, smtp: MailServer, monkeypatch) -> None:
        async def busy(server: SMTP, status: str) -> None:
            await SMTP_PUSH(server, "421 4.3.2 Too busy")

        monkeypatch.setattr("aiosmtpd.smtp.SMTP.push", busy)
        assert send(smtp) == Outcome("try_again", "421 4.3.2 Too busy")

    def test_a_server_that_drops_its_good_bye_has_taken_the_mail(self, smtp: MailServer, monkeypatch) -> None:
        monkeypatch.setattr("aiosmtpd.smtp.SMTP.smtp_QUIT", _cut)
        assert send(smtp) == Outcome("sent")


async def _cut(server, argument) -> None:
    server.transport.abort()


class TestSecurity:
    def test_a_stranger_s_certificate_gets_no_mail(self, smtp_tls: TlsMailServer) -> None:
        outcome = send(f"smtp+starttls://127.0.0.1:{smtp_tls.server.port}")
        assert outcome.kind == "try_again"
        assert "certificate" in outcome.reason.lower()
        assert not smtp_tls.server.deliveries

    def test_starttls(self, smtp_tls: TlsMailServer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(smtp_tls.authority))
        assert send(f"smtp+starttls://127.0.0.1:{smtp_tls.server.port}") == Outcome("sent")

    def test_starttls_is_not_optional(self, smtp: MailServer) -> None:
        assert send(f"smtp+starttls://127.0.0.1:{smtp.port}").kind == "try_again"
        assert not smtp.deliveries

    @pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # aiosmtpd does not see our TLS
    @pytest.mark.parametrize(("password", "kind"), [("p%40ss:w%2Ford", "sent"), ("wrong", "try_again")])
    def test_login_over_tls(
        self, smtp_tls: TlsMailServer, monkeypatch: pytest.MonkeyPatch, password: str, kind: str
    ) -> None:
        def authenticate(server, session, envelope, mechanism, data) -> AuthResult:
            # Unhandled: the server itself says 535, instead of leaving the sender to its timeout.
            return AuthResult(success=data == LoginPassword(b"anna@x", b"p@ss:w/ord"), handled=False)

        monkeypatch.setenv("SSL_CERT_FILE", str(smtp_tls.authority))
        port = free_port()
        controller = _Smtps(
            _Sink(), "127.0.0.1", port, smtp_tls.server.tls, authenticator=authenticate, auth_required=True
        )
        controller.start()
        try:
            assert send(f"smtps://anna%40x:{password}@127.0.0.1:{port}").kind == kind
        finally:
            controller.stop()

    @pytest.mark.parametrize(
        "url",
        ["", "http://mail.example", "smtp://", "smtp://host:port", "smtp://user:secret@mail.example", "smtp://[::1"],
    )
    def test_an_address_that_can_t_be_used(self, url: str) -> None:
        with pytest.raises(BadServer):
            SmtpServer.parse(url)

    def test_ports_have_their_defaults(self) -> None:
        ports = [SmtpServer.parse(f"{scheme}://mail.example").port for scheme in ("smtp", "smtp+starttls", "smtps")]
        assert ports == [25, 587, 465]
        assert SmtpServer.parse("smtp://user:secret@localhost:1025").password == "secret"


class _Smtps(Controller):
    """Speaks TLS from the first byte."""

    def __init__(
        self, handler: object, host: str, port: int, context: ssl.SSLContext | None, **options: object
    ) -> None:
        super().__init__(
            handler,
            hostname=host,
            port=port,
            ssl_context=context,
            auth_require_tls=False,
            ready_timeout=60,
            **options,
        )


class _Sink:
    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        return "250 OK"


def test_attempts_go_on_for_about_three_days() -> None:
    waits = []
    while (wait := next_attempt(len(waits) + 1)) is not None:
        waits.append(wait)
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=1)
    assert timedelta(days=2, hours=20) < sum(waits, timedelta()) < timedelta(days=3, hours=10)
