"""Mails as a German client reads them, word for word; the supplier goes on to read English."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import update

from milebill import clock
from milebill.db import transaction
from milebill.models import Client, MailKind
from tests.actors import Supplier, sign_up
from tests.outbound.mail_stories import MOMENT, STORIES, written
from tests.outbound.test_emails import GOLDEN, WRITE_GOLDEN, without_chance

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def studio(in_app: Flask) -> Iterator[Supplier]:
    """A supplier at one moment."""
    with clock.at(MOMENT):
        yield sign_up("Anna Lindqvist", "anna@lindqvist.example", time_zone="Europe/Stockholm", brand_colour="#0f6b5c")


def choose(locale: str) -> None:
    """In which language every client is spoken to."""
    with transaction() as session:
        session.execute(update(Client).values(locale=locale))


@pytest.mark.parametrize("kind", [MailKind.QUOTE_SENT, MailKind.MILESTONE_SUBMITTED, MailKind.INVOICE_ISSUED])
def test_says_exactly_this(in_app: Flask, studio: Supplier, kind: MailKind) -> None:
    """Read every change of these files; `MILEBILL_GOLDEN=write` writes them anew."""
    STORIES[kind](studio)
    choose("de")
    mail = written(in_app, kind)
    text = without_chance(f"Subject: {mail.subject}\n\n{mail.text}")
    path = GOLDEN / "de" / f"{kind}.txt"
    if WRITE_GOLDEN:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    assert path.read_text("utf-8") == text
    assert '<html lang="de" dir="ltr">' in (mail.html or "")


def test_the_supplier_goes_on_to_read_english(in_app: Flask, studio: Supplier) -> None:
    STORIES[MailKind.QUOTE_ACCEPTED_SUPPLIER](studio)
    choose("de")
    assert "accepted quote" in written(in_app, MailKind.QUOTE_ACCEPTED_SUPPLIER).text
    assert "angenommen" in written(in_app, MailKind.QUOTE_ACCEPTED_CLIENT).text


def test_austria_writes_its_sums_and_swiss_their_own(in_app: Flask, studio: Supplier) -> None:
    STORIES[MailKind.QUOTE_SENT](studio)
    for locale, total in (("de_AT", "€ 11.900,00"), ("de_CH", "EUR 11’900.00"), ("fr_CH", "11 900,00 €")):
        choose(locale)
        assert total in written(in_app, MailKind.QUOTE_SENT).text.replace("\u202f", " ").replace("\u00a0", " ")
