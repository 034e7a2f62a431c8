"""What each mail says, to whom, and in which language."""

import os
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select, update

from milebill import clock
from milebill.db import reading, transaction
from milebill.domain.settings import change_settings
from milebill.models import Client, LoginLink, MailKind, Receipt, Workspace
from milebill.models.mail import LOGIN_MAILS
from milebill.outbound.client_mails import CLIENT_MAILS
from milebill.outbound.delivery import compose
from milebill.outbound.emails import write_mail
from milebill.outbound.rasteriser.drawing import drawn
from milebill.outbound.supplier_mails import SUPPLIER_MAILS
from tests.actors import (
    Supplier,
    a_sent_quote,
    a_submitted_milestone,
    an_accepted_project,
    an_issued_invoice,
    shares,
    sign_up,
)
from tests.drawings import svg
from tests.outbound.mail_stories import MOMENT, STORIES, everything_happens, mails, said, stored, written

GOLDEN = Path(__file__).with_name("golden")
WRITE_GOLDEN = os.environ.get("MILEBILL_GOLDEN") == "write"

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def studio(in_app: Flask) -> Iterator[Supplier]:
    """A supplier at one moment."""
    with clock.at(MOMENT):
        yield sign_up("Anna Lindqvist", "anna@lindqvist.example", time_zone="Europe/Stockholm", brand_colour="#0f6b5c")


def without_chance(text: str) -> str:
    """The text with fixed receipt numbers and login codes."""
    with reading() as connection:
        for n, number in enumerate(connection.scalars(select(Receipt.number).order_by(Receipt.id))):
            text = text.replace(number, f"7F3K2-M9P{n:02}")
        for code in connection.scalars(select(LoginLink.code)):
            text = text.replace(f"{code[:4]} {code[4:]}", "2027 0303")
    return text


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


def test_every_kind_is_written_by_somebody() -> None:
    assert {*CLIENT_MAILS, *SUPPLIER_MAILS, *LOGIN_MAILS} == set(MailKind)
    assert not set(CLIENT_MAILS) & set(SUPPLIER_MAILS)
    assert set(STORIES) == set(MailKind)


def test_every_mail_can_be_sent(in_app: Flask, owner: Supplier) -> None:
    everything_happens(owner)
    found = [write_mail(in_app, mail_id) for mail_id in mails()]
    assert {stored(mail_id).kind for mail_id in mails()} == set(MailKind) - set(LOGIN_MAILS)
    for mail in found:
        assert compose(mail, MOMENT)
        assert mail.subject
        assert mail.html
        assert "None" not in mail.text + mail.html
        assert max(len(line) for line in mail.text.splitlines() if "://" not in line) <= 72


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


@only_sqlite
def test_comes_in_the_name_that_the_supplier_chose(in_app: Flask, owner: Supplier) -> None:
    change_settings(
        owner.workspace_id, owner.actor, {"sender_name": "Ana, Studio North", "reply_to": "ana@north.example"}
    )
    deal = a_sent_quote(owner)
    to_client = written(in_app, MailKind.QUOTE_SENT)
    assert (to_client.sender_name, to_client.reply_to) == ("Ana, Studio North via milebill", "ana@north.example")
    message = message_from_bytes(compose(to_client, MOMENT), policy=policy.default)
    assert message["From"].addresses[0].display_name == "Ana, Studio North via milebill"
    assert message["Reply-To"].addresses[0].addr_spec == "ana@north.example"
    deal.ask()
    assert written(in_app, MailKind.QUESTION_ASKED).recipient == "anna@lindqvist.example", "notices go where they went"


def a_logo(owner: Supplier, store: Any) -> None:
    png = drawn(svg('<circle cx="50" cy="50" r="40" fill="#0b6a4b"/>').encode())
    change_settings(owner.workspace_id, owner.actor, {}, logo=(store.put(png), len(png)))


@only_sqlite
def test_brings_the_logo_along_on_white(in_app: Flask, owner: Supplier) -> None:
    a_logo(owner, in_app.extensions["files"])
    deal = a_sent_quote(owner)
    mail = write_mail(in_app, mails(MailKind.QUOTE_SENT)[0], (("Quote.pdf", "application/pdf", b"%PDF"),))
    message = message_from_bytes(compose(mail, MOMENT), policy=policy.default)
    html, plain = message.get_body(("html",)), message.get_body(("plain",))
    assert html is not None
    assert plain is not None
    assert [part.get_filename() for part in message.iter_attachments()] == ["Quote.pdf"], "the logo is no attachment"
    (shown,) = re.findall('src="cid:([^"]+)"', html.get_content())
    for attribute in ('alt="Studio Lindqvist"', 'width="132"', 'height="44"'):
        assert attribute in html.get_content()
    (picture,) = [part for part in message.walk() if part["Content-ID"] == f"<{shown}>"]
    assert picture.get_content_disposition() == "inline"
    with Image.open(BytesIO(picture.get_content())) as image:
        assert (image.size, image.convert("RGB").getpixel((0, 0))) == ((264, 88), (255, 255, 255))
    assert len(picture.get_content()) < 4000
    assert "Studio Lindqvist" in plain.get_content()
    deal.ask()
    assert not written(in_app, MailKind.QUESTION_ASKED).pictures, "the supplier knows their logo"


@only_sqlite
def test_goes_without_a_logo_that_is_lost(in_app: Flask, owner: Supplier) -> None:
    a_logo(owner, in_app.extensions["files"])
    a_sent_quote(owner)
    for file in (in_app.extensions["settings"].var / "files").rglob("*"):
        if file.is_file():
            file.unlink()
    mail = written(in_app, MailKind.QUOTE_SENT)
    assert not mail.pictures
    assert "<img" not in (mail.html or "")
    assert compose(mail, MOMENT)


def test_nobody_acted_so_nobody_is_answered(in_app: Flask, owner: Supplier) -> None:
    STORIES[MailKind.QUOTE_EXPIRED](owner)
    mail = written(in_app, MailKind.QUOTE_EXPIRED)
    assert (mail.sender_name, mail.reply_to) == ("milebill", None)


def test_reads_in_the_clients_language_and_the_supplier_in_theirs(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    with transaction() as session:
        session.execute(update(Client).values(locale="de"))
    assert "11.900,00" in written(in_app, MailKind.QUOTE_SENT).text
    assert '<html lang="de" dir="ltr">' in (written(in_app, MailKind.QUOTE_SENT).html or "")
    deal.accept()
    assert "11.900,00" in said(in_app, MailKind.QUOTE_ACCEPTED_CLIENT)
    assert "€11,900.00" in written(in_app, MailKind.QUOTE_ACCEPTED_SUPPLIER).text


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
def test_a_nameless_supplier_is_still_somebody(in_app: Flask, owner: Supplier) -> None:
    a_sent_quote(owner)
    with transaction() as session:
        session.execute(update(Workspace).values(name=""))
    mail = written(in_app, MailKind.QUOTE_SENT)
    assert mail.sender_name == "milebill"
    assert "anna@lindqvist.example" in mail.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_milestone_comes_back_with_one_reason_and_goes_again(in_app: Flask, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    deal.decide(second="The map is wrong.")
    deal.submit(2, "The map is right.")
    again = said(in_app, MailKind.MILESTONE_SUBMITTED)
    assert "- It works." in again
    assert "It is there." not in again
    assert "1 criterion that you accepted before stays accepted." in again
    deal.request_changes(2, "The logo is missing.")
    back = said(in_app, MailKind.CHANGES_REQUESTED)
    assert "> The logo is missing." in back
    assert "Not yet" not in back
