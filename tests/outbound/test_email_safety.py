"""What no mail may do, whatever people write into it: leak a link, run a script, lose a word, change its name."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, update

from milebill import links
from milebill.config import Settings
from milebill.db import read_engine, transaction
from milebill.domain import conversation
from milebill.links import Purpose
from milebill.models import Mail, MailKind
from milebill.outbound.client_mails import CLIENT_MAILS
from milebill.outbound.delivery import compose
from milebill.outbound.emails import folded, write_mail
from tests.actors import PAYABLE, Supplier, a_sent_quote, shares, sign_up, signed
from tests.outbound.mail_stories import MOMENT, everything_happens, mails, stored, written

TEMPLATES = Path(__file__).parents[2] / "templates"

HOSTILE = "Inês\r\nBcc: all@example.com <script>alert(1)</script> \u202egpj.exe %(name)s {{ 7 * 7 }}"

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """How many selects run inside."""
    count: Counter[str] = Counter()

    def on_execute(*_args: Any) -> None:
        count["selects"] += 1

    event.listen(read_engine(), "before_cursor_execute", on_execute)
    try:
        yield count
    finally:
        event.remove(read_engine(), "before_cursor_execute", on_execute)


def test_html_never_borrows_from_plain_text() -> None:
    """A macro of a .txt file escapes nothing, and Jinja believes that it did."""
    for template in TEMPLATES.rglob("*.html"):
        assert not re.search(r'{% (from|import|include|extends) "[^"]*\.txt"', template.read_text("utf-8")), template


def test_a_client_gets_their_own_link_and_a_supplier_nobodys(in_app: Flask, owner: Supplier) -> None:
    deal = everything_happens(owner)
    question = signed("", name=PAYABLE.name)
    conversation.ask_question(owner.workspace_id, deal.quote_id, deal.link(PAYABLE), question, "PO?", "payable")
    deal.answer("PO-7.")
    keys = in_app.extensions["settings"].secret_keys
    for mail_id in mails():
        row, mail = stored(mail_id), write_mail(in_app, mail_id)
        text = mail.text + (mail.html or "") + mail.subject
        found = {links.read(keys, Purpose.CLIENT, token)[0] for token in re.findall(r"/q/([\w.-]+)", text)}
        found |= {links.read(keys, Purpose.INVOICE, token)[0] for token in re.findall(r"/i/([\w.-]+)", text)}
        assert found == ({row.link_id} if row.kind in CLIENT_MAILS else set())
    assert {stored(mail_id).link_id for mail_id in mails(MailKind.QUESTION_ANSWERED)[-2:]} == {
        deal.link(),
        deal.link(PAYABLE),
    }


def test_every_address_in_a_mail_begins_with_ours(in_app: Flask, owner: Supplier) -> None:
    everything_happens(owner)
    for mail_id in mails():
        html = write_mail(in_app, mail_id).html or ""
        assert re.findall(r'href="([^"]+)"', html)
        assert all(href.startswith("http://milebill.test/") for href in re.findall(r'href="([^"]+)"', html))
        assert all(source.startswith("cid:") for source in re.findall(r"src=\"([^\"]*)", html))
        assert "url(" not in html


def test_the_style_stands_in_the_tags_and_in_the_head(in_app: Flask, owner: Supplier) -> None:
    a_sent_quote(sign_up("Bo", brand_colour="#0f6b5c"))
    html = written(in_app, MailKind.QUOTE_SENT).html or ""
    assert "prefers-color-scheme: dark" in html
    assert re.search(r'<a class="button" [^>]*style="[^"]*background: #0f6b5c', html)


@only_sqlite
@pytest.mark.parametrize(
    ("colour", "day", "night"),
    [("#0f6b5c", "#0f6b5c", "#0f6b5c"), ("#ffffff", "#85898d", "#ffffff"), ("#000000", "#000000", "#85898d")],
)
def test_a_button_can_be_seen_in_every_colour(
    in_app: Flask, owner: Supplier, colour: str, day: str, night: str
) -> None:
    a_sent_quote(sign_up("Bo", brand_colour=colour))
    html = written(in_app, MailKind.QUOTE_SENT).html or ""
    assert re.search(rf'<a class="button" [^>]*style="[^"]*border: 1px solid {day}', html)
    assert f"border-color: {night} !important" in html


def test_text_from_people_stays_text(in_app: Flask, owner: Supplier) -> None:
    words = f"First line\nSecond line {HOSTILE}"
    milestones = shares("30", "70", deposit=True)
    milestones[1] |= {"title": HOSTILE, "criteria": HOSTILE.replace("\r\n", " ")}
    deal = a_sent_quote(
        owner, title=HOSTILE, client_name=HOSTILE, approver_name=HOSTILE, introduction=words, milestones=milestones
    )
    deal.ask(words)
    deal.answer(words)
    deal.accept()
    deal.submit(2, words)
    deal.request_changes(2, words)
    deal.submit(2, words)
    deal.sign_off(2)
    for mail_id in mails():
        mail = write_mail(in_app, mail_id)
        message = compose(mail, MOMENT)
        assert "\n" not in mail.subject
        assert "\r" not in mail.subject
        assert b"\nBcc:" not in message.partition(b"\r\n\r\n")[0]
        assert "<script" not in (mail.html or "")
        assert "{{ 7 * 7 }}" in (mail.html or "")
        assert "\u202e" not in mail.subject + mail.text + (mail.html or "") + mail.sender_name + mail.recipient_name
        assert "Inês Bcc: all@example.com" in " ".join(mail.text.replace("\n> ", " ").split())
    assert "&lt;script&gt;" in (written(in_app, MailKind.QUESTION_ASKED).html or "")
    assert "> Second line" in written(in_app, MailKind.QUESTION_ASKED).text


def test_hostile_file_names_become_names(in_app: Flask, owner: Supplier) -> None:
    a_sent_quote(owner)
    mail = write_mail(in_app, mails(MailKind.QUOTE_SENT)[0], ((f"\u202efdp.{HOSTILE}.pdf", "application/pdf", b"x"),))
    assert "\u202e" not in mail.attachments[0][0]
    assert not message_from_bytes(compose(mail, MOMENT))["Bcc"]


@only_sqlite
def test_costs_as_many_selects_for_24_milestones_as_for_2(in_app: Flask, owner: Supplier) -> None:
    def cost(count: int) -> dict[str, int]:
        values = [f"={300 + n}" for n in range(count)]
        deal = a_sent_quote(owner, total="", milestones=shares(*values, trigger="acceptance"))
        deal.accept()
        costs = {}
        for kind in (MailKind.QUOTE_SENT, MailKind.QUOTE_ACCEPTED_CLIENT, MailKind.INVOICE_ISSUED):
            with counted() as count_of:
                written(in_app, kind)
            costs[str(kind)] = count_of["selects"] - 1  # one of them looks for the mail
        return costs

    assert cost(2) == cost(24)
    assert max(cost(3).values()) <= 5


@only_sqlite
def test_always_has_the_same_message_id(in_app: Flask, owner: Supplier) -> None:
    a_sent_quote(owner)
    mail_id = mails(MailKind.QUOTE_SENT)[0]
    assert write_mail(in_app, mail_id).message_id == f"<{stored(mail_id).message_id}@milebill.test>"
    settings: Settings = in_app.extensions["settings"]
    hosts = {"http://[::1]:8000": "localhost", "https://rechnung.müller.example": "rechnung.xn--mller-kva.example"}
    for base_url, host in hosts.items():
        in_app.extensions["settings"] = replace(settings, base_url=base_url)
        assert write_mail(in_app, mail_id).message_id.endswith(f"@{host}>")
    in_app.extensions["settings"] = settings


@only_sqlite
def test_a_clients_mail_without_a_link_is_not_written(in_app: Flask, owner: Supplier) -> None:
    a_sent_quote(owner)
    with transaction() as session:
        session.execute(update(Mail).values(link_id=None))
    with pytest.raises(LookupError):
        written(in_app, MailKind.QUOTE_SENT)


LINES = st.lists(
    st.sampled_from(["", " ", "> word word", "- word word", "word", "https://x.example/" + "y" * 90, "-- "])
)


@given(LINES, st.integers(1, 30))
def test_folding_loses_no_word(lines: list[str], times: int) -> None:
    text = "\n".join(f"{line} " + "and more " * times if line.strip() else line for line in lines)
    result = folded(text)
    assert [word for word in result.split() if word != ">"] == [word for word in text.split() if word != ">"]
    assert "\n\n\n" not in result
    assert all(len(line) <= 72 for line in result.splitlines() if "://" not in line)


def test_folds_lists_and_quotes_with_their_marks() -> None:
    long = "word " * 20
    assert folded(f"- {long}\n\n- short\n\n\nEnd  \n-- \nName") == (
        "- " + " ".join(["word"] * 14) + "\n  " + " ".join(["word"] * 6) + "\n- short\n\nEnd\n-- \nName\n"
    )
    assert folded(f"> {long}").splitlines()[1].startswith("> word")
