"""What each mail says, to whom, in which language, and with whose links."""

import os
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
from sqlalchemy import event, select, update

from milebill import clock, links
from milebill.config import Settings
from milebill.db import read_engine, reading, transaction
from milebill.domain import conversation
from milebill.links import Purpose
from milebill.models import Client, LoginLink, Mail, MailKind, Receipt, Workspace
from milebill.outbound.client_mails import CLIENT_MAILS
from milebill.outbound.delivery import OutgoingMail, compose
from milebill.outbound.emails import folded, write_mail
from milebill.outbound.supplier_mails import SUPPLIER_MAILS
from tests.actors import (
    PAYABLE,
    Supplier,
    a_sent_quote,
    an_accepted_project,
    an_issued_invoice,
    shares,
    sign_up,
    signed,
)
from tests.outbound.mail_stories import MOMENT, STORIES, everything_happens, mails, stored

GOLDEN = Path(__file__).with_name("golden")
TEMPLATES = Path(__file__).parents[2] / "templates"
WRITE_GOLDEN = os.environ.get("MILEBILL_GOLDEN") == "write"

HOSTILE = "Inês\r\nBcc: all@example.com <script>alert(1)</script> \u202egpj.exe %(name)s {{ 7 * 7 }}"

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def studio(in_app: Flask) -> Iterator[Supplier]:
    """A supplier at one moment."""
    with clock.at(MOMENT):
        yield sign_up("Anna Lindqvist", "anna@lindqvist.example", time_zone="Europe/Stockholm", brand_colour="#0f6b5c")


def written(app: Flask, kind: MailKind) -> OutgoingMail:
    """The last mail of its kind."""
    return write_mail(app, mails(kind)[-1])


def without_chance(text: str) -> str:
    """The text with fixed receipt numbers and login codes."""
    with reading() as connection:
        for n, number in enumerate(connection.scalars(select(Receipt.number).order_by(Receipt.id))):
            text = text.replace(number, f"7F3K2-M9P{n:02}")
        for code in connection.scalars(select(LoginLink.code)):
            text = text.replace(f"{code[:4]} {code[4:]}", "2027 0303")
    return text


def said(app: Flask, kind: MailKind) -> str:
    """Its text, without regard to where the lines end."""
    return " ".join(written(app, kind).text.split())


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


@only_sqlite
@pytest.mark.parametrize("kind", MailKind)
def test_says_exactly_this(in_app: Flask, studio: Supplier, kind: MailKind) -> None:
    """Read every change of these files; `MILEBILL_GOLDEN=write` writes them anew."""
    STORIES[kind](studio)
    mail = written(in_app, kind)
    found = {"txt": f"Subject: {mail.subject}\n\n{mail.text}", "html": mail.html or ""}
    for ending, chance in found.items():
        text = without_chance(chance)
        path = GOLDEN / f"{kind}.{ending}"
        if WRITE_GOLDEN:
            path.write_text(text, "utf-8")
        assert path.read_text("utf-8") == text


def test_html_never_borrows_from_plain_text() -> None:
    """A macro of a .txt file escapes nothing, and Jinja believes that it did."""
    for template in TEMPLATES.rglob("*.html"):
        assert not re.search(r'{% (from|import|include|extends) "[^"]*\.txt"', template.read_text("utf-8")), template


def test_every_kind_is_written_by_somebody() -> None:
    assert {*CLIENT_MAILS, *SUPPLIER_MAILS, MailKind.LOGIN} == set(MailKind)
    assert not set(CLIENT_MAILS) & set(SUPPLIER_MAILS)
    assert set(STORIES) == set(MailKind)


def test_every_mail_can_be_sent(in_app: Flask, owner: Supplier) -> None:
    everything_happens(owner)
    found = [write_mail(in_app, mail_id) for mail_id in mails()]
    assert {stored(mail_id).kind for mail_id in mails()} == set(MailKind) - {MailKind.LOGIN}
    for mail in found:
        assert compose(mail, MOMENT)
        assert mail.subject
        assert mail.html
        assert "None" not in mail.text + mail.html
        assert max(len(line) for line in mail.text.splitlines() if "://" not in line) <= 72


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
        assert "src=" not in html
        assert "url(" not in html


def test_the_style_stands_in_the_tags_and_in_the_head(in_app: Flask, studio: Supplier) -> None:
    a_sent_quote(studio)
    html = written(in_app, MailKind.QUOTE_SENT).html or ""
    assert "prefers-color-scheme: dark" in html
    assert re.search(r'<a class="button" [^>]*style="[^"]*background: #0f6b5c', html)


def test_names_whom_it_is_from_and_whom_an_answer_reaches(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    to_client = written(in_app, MailKind.QUOTE_SENT)
    assert (to_client.sender_name, to_client.sender_address) == ("Studio Lindqvist via milebill", "milebill@localhost")
    assert to_client.reply_to == "anna@lindqvist.example"
    assert (to_client.recipient, to_client.recipient_name) == ("ines@los-verlag.example", "Inês Duarte")
    deal.ask()
    to_supplier = written(in_app, MailKind.QUESTION_ASKED)
    assert to_supplier.sender_name == "Inês Duarte via milebill"
    assert to_supplier.reply_to == "ines@los-verlag.example"
    assert to_supplier.recipient == "anna@lindqvist.example"


def test_nobody_acted_so_nobody_is_answered(in_app: Flask, owner: Supplier) -> None:
    STORIES[MailKind.QUOTE_EXPIRED](owner)
    mail = written(in_app, MailKind.QUOTE_EXPIRED)
    assert (mail.sender_name, mail.reply_to) == ("milebill", None)


def test_reads_in_the_clients_language_and_the_supplier_in_theirs(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    with transaction() as session:
        session.execute(update(Client).values(locale="de"))
    assert "11.900,00" in written(in_app, MailKind.QUOTE_SENT).text
    assert '<html lang="de">' in (written(in_app, MailKind.QUOTE_SENT).html or "")
    deal.accept()
    assert "11.900,00" in said(in_app, MailKind.QUOTE_ACCEPTED_CLIENT)
    assert "€11,900.00" in written(in_app, MailKind.QUOTE_ACCEPTED_SUPPLIER).text


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


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"milestones": shares("30", "70", deposit=True)}, ["an invoice over €3,570.00", "Every other milestone"]),
        ({"milestones": shares("40", "60", trigger="acceptance")}, ["an invoice over €11,900.00"]),
        ({"milestones": shares("40", "60")}, ["Nothing is to be paid when you accept", "payable within 14 days"]),
        ({"payment_terms_days": "1"}, ["payable within 1 day."]),
        ({"payment_terms_days": "0"}, ["payable at once"]),
        ({"tax_rate": "0"}, ["Total: €10,000.00"]),
        ({"tax_label": "MwSt."}, ["Total including MwSt.: €11,900.00"]),
    ],
)
@only_sqlite
def test_says_when_money_is_asked_for(
    in_app: Flask, owner: Supplier, changes: dict[str, Any], sentences: list[str]
) -> None:
    a_sent_quote(owner, **changes)
    text = said(in_app, MailKind.QUOTE_SENT)
    for sentence in sentences:
        assert sentence in text
    assert ("Every other milestone" in text) == ("Every other milestone" in sentences or "milestones" not in changes)


@only_sqlite
def test_a_milestone_that_costs_nothing_is_not_invoiced(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner, milestones=shares("30", "=0", "70", deposit=True))
    deal.submit(2)
    assert "This milestone costs nothing extra." in said(in_app, MailKind.MILESTONE_SUBMITTED)
    deal.sign_off(2)
    assert "Nothing is invoiced for this milestone." in said(in_app, MailKind.MILESTONE_SIGNED_OFF_CLIENT)


@only_sqlite
def test_tells_a_second_submission_from_the_first(in_app: Flask, owner: Supplier) -> None:
    milestones = shares("30", "70", deposit=True)
    milestones[1] |= {"criteria": "\n".join(f"Point {n}." for n in range(1, 9)), "planned_on": "2099-01-01"}
    deal = an_accepted_project(owner, milestones=milestones)
    assert "planned for 1 January 2099" in said(in_app, MailKind.QUOTE_ACCEPTED_CLIENT)
    deal.submit(2)
    text = said(in_app, MailKind.MILESTONE_SUBMITTED)
    assert "has finished milestone 2 of 2" in text
    assert "Point 6. - 2 more stand on your page" in text
    deal.request_changes(2)
    deal.submit(2)
    assert "once more" in said(in_app, MailKind.MILESTONE_SUBMITTED)


@only_sqlite
def test_whoever_gets_the_invoice_is_told_so(in_app: Flask, owner: Supplier) -> None:
    an_accepted_project(owner, ap_name="", ap_email="")
    assert "You get it by mail in a moment." in said(in_app, MailKind.QUOTE_ACCEPTED_CLIENT)
    an_accepted_project(owner, title="Another")
    text = said(in_app, MailKind.QUOTE_ACCEPTED_CLIENT)
    assert "It goes to Karl Ekman (invoices@los-verlag.example) by mail in a moment." in text


@only_sqlite
def test_what_comes_next_is_what_came_next_then(in_app: Flask, owner: Supplier) -> None:
    """A mail that is written late still tells of its own moment."""
    deal = an_issued_invoice(owner)
    assert "“Step 2”" in said(in_app, MailKind.QUOTE_ACCEPTED_CLIENT)
    assert "The next milestone is “Step 3”" in said(in_app, MailKind.MILESTONE_SIGNED_OFF_CLIENT)
    deal.submit(3)
    deal.sign_off(3)
    assert "The next milestone" not in said(in_app, MailKind.MILESTONE_SIGNED_OFF_SUPPLIER)


@only_sqlite
def test_tells_how_to_pay(in_app: Flask, owner: Supplier) -> None:
    an_issued_invoice(owner)
    text = written(in_app, MailKind.INVOICE_ISSUED).text
    assert "IBAN: DE89 3704 0044 0532 0130 00" in text
    other = sign_up("Bo", "bo@example.com", iban="", payment_text="Cheque to\nStudio Bo")
    an_issued_invoice(other)
    text = written(in_app, MailKind.INVOICE_ISSUED).text
    assert "IBAN" not in text
    assert "> Cheque to\n> Studio Bo" in text


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
def test_a_nameless_supplier_is_still_somebody(in_app: Flask, owner: Supplier) -> None:
    a_sent_quote(owner)
    with transaction() as session:
        session.execute(update(Workspace).values(name=""))
    mail = written(in_app, MailKind.QUOTE_SENT)
    assert mail.sender_name == "milebill"
    assert "anna@lindqvist.example" in mail.text


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
