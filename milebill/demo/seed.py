"""Fill an empty database with the demo, and print where to go."""

import secrets
from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from milebill import clock, links
from milebill.config import Settings
from milebill.db import reading
from milebill.demo.money_story import bank_statement, correct, credit
from milebill.demo.samples import APP, BOOKSHOP, BRAND, FILM, variant
from milebill.demo.story import Story
from milebill.demo.worked import tell_all
from milebill.domain.evidence import Evidence
from milebill.domain.quotes import expire_quotes
from milebill.domain.settings import change_settings
from milebill.domain.sign_in import redeem_login, request_login
from milebill.domain.work import Actor
from milebill.models import Link, LoginLink, Person, Workspace

EMAIL = "anna@studio-lindqvist.example"
SETTINGS = {
    "name": "Studio Lindqvist",
    "email": EMAIL,
    "legal_name": "Studio Lindqvist GmbH",
    "address_line_1": "Speicherstraße 12",
    "post_code": "20457",
    "city": "Hamburg",
    "country_code": "DE",
    "tax_id": "DE136695976",
    "currency": "EUR",
    "locale": "en",
    "time_zone": "Europe/Berlin",
    "payment_terms_days": 14,
    "account_name": "Studio Lindqvist GmbH",
    "iban": "DE89370400440532013000",
    "bic": "COBADEFFXXX",
    "brand_colour": "#0f6b5c",
}


def seed_demo(app: Flask) -> list[str]:
    """Make the demo unless it is there; returns the lines `supplier: …`, `client: …`, `outbox: …`."""
    settings: Settings = app.extensions["settings"]
    with app.app_context():
        with reading() as connection:
            empty = connection.scalar(select(func.count()).select_from(Workspace)) == 0
        if empty:
            _fill()
        secret = secrets.token_urlsafe(16)
        login_id = request_login(EMAIL, secret, lifetime=timedelta(days=1))
        with reading() as connection:
            code = connection.scalar(select(LoginLink.code).where(LoginLink.id == login_id))
            link_id = connection.scalar(
                select(Link.id).join(Person, Person.id == Link.person_id).where(Person.email == BOOKSHOP.approver_email)
            )
    login = links.sign(settings.secret_keys, links.Purpose.LOGIN, login_id)
    client = links.sign(settings.secret_keys, links.Purpose.CLIENT, link_id or 0)
    return [
        f"supplier: {settings.base_url}/login/{login}?code={code}",
        f"client: {settings.base_url}/q/{client}",
        f"outbox: {settings.base_url}/outbox",
    ]


CENTENARY = variant(
    FILM,
    client="Reederei Voss",
    approver="Hauke Voss",
    approver_email="hauke@reederei-voss.example",
    title="Film for the fleet's centenary",
)
EXHIBITION = variant(
    FILM,
    client="Galerie Petersen",
    approver="Ida Petersen",
    approver_email="ida@galerie-petersen.example",
    title="Exhibition film",
    valid_days=14,
)
YOGA = variant(
    APP,
    client="Yogaraum",
    approver="Lena Koch",
    approver_email="lena@yogaraum.example",
    title="Booking app for Yogaraum",
)
LABELS = variant(
    BRAND,
    client="Hofladen Meier",
    approver="Tim Meier",
    approver_email="tim@hofladen-meier.example",
    title="Labels for the farm shop",
)


def _fill() -> None:
    now = clock.now()
    with clock.at(now - timedelta(days=90)):
        login_id = request_login(EMAIL, "demo")
        signed_in = redeem_login(login_id, "demo", None, "192.0.2.1")
        supplier = Actor("supplier", "Anna Lindqvist", user_id=signed_in.user_id, address="192.0.2.1")
        change_settings(signed_in.workspace_id, supplier, SETTINGS)
    for tell, sample in (
        (_finished, BRAND),
        (_declined, CENTENARY),
        (_expired, EXHIBITION),
        (_withdrawn, YOGA),
        (_changes_requested, APP),
        (_running, BOOKSHOP),
        (_sent, FILM),
        (_draft, LABELS),
    ):
        tell(Story(signed_in.workspace_id, supplier, sample, now))
    tell_all(now)
    expire_quotes()


def _finished(story: Story) -> None:
    story.draft(85)
    story.send(84)
    story.accept(82)
    story.pay(74, 1)
    story.submit(
        56, 2, "Both directions are on the boards; the slides are attached as a link.", "https://example.com/a"
    )
    story.sign_off(54, 2)
    story.pay(45, 2)
    credit(story, 40, 2, 10_000, "The second round of changes was not needed.")
    story.submit(30, 3, "All files are in the shared folder.", "https://example.com/files")
    story.sign_off(28, 3)
    story.pay(20, 3, 50)
    correct(story, 15, 3, "It was made out without your name.", legal_name="Kaffeehaus Nord, Selin Aydin e.K.")


def _declined(story: Story) -> None:
    story.draft(40)
    story.send(39)
    story.decline(36, "We like the idea, but the board has moved the anniversary to next year. Please ask us again.")


def _expired(story: Story) -> None:
    story.draft(34)
    story.send(33)


def _withdrawn(story: Story) -> None:
    story.draft(24)
    story.send(23)
    story.withdraw(22)


def _changes_requested(story: Story) -> None:
    story.draft(30)
    story.send(29)
    story.ask(28, "Can the reminders go out by text message as well?")
    story.answer(
        28, "Yes. It is part of the second milestone; text messages are billed by the provider, about 8 cents each."
    )
    story.accept(26)
    story.submit(6, 1, "The prototype is ready; five patients have tried it.", "https://example.com/prototype")
    story.send_back(5, 1, "Two of the five could not find how to move an appointment. Please make that clearer.", "")


def _running(story: Story) -> None:
    story.draft(62)
    story.send(61)
    story.ask(60, "Can our people change the opening hours without you?")
    story.answer(60, "Yes, and the training in the last milestone covers it.")
    story.accept(58)
    story.pay(50, 1)
    story.submit(20, 2, "All six pages, in both directions that we showed you.", "https://example.com/design")
    story.sign_off(18, 2)
    story.amend(15, 2, "PO-4417-B")
    bank_statement(story, 2, 2)
    story.submit(
        1,
        3,
        "The beta is open. Twenty invitations went out this morning, and the first orders are in the till.",
        "https://example.com/beta",
        beside=(
            Evidence(text="23 people have ordered since Monday.", criterion=1),
            Evidence(text="The slowest of the first 40 orders took 11 seconds.", criterion=2),
            Evidence(url="https://example.com/speed-report", criterion=3),
        ),
    )


def _sent(story: Story) -> None:
    story.draft(3)
    story.send(2)
    story.ask(1, "Would a Saturday be possible for the shooting day?")


def _draft(story: Story) -> None:
    story.draft(0)
