"""A product of its own for a measurement: a database in a scratch folder, filled by the domain's verbs."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select

from milebill import ROOT, clock, create_app
from milebill.config import Settings
from milebill.db import close_db, reading
from milebill.domain import conversation, decision, milestones, quotes
from milebill.domain.buyer import Buyer
from milebill.domain.settings import change_settings
from milebill.domain.sign_in import SignedIn, redeem_login, request_login
from milebill.domain.signature import Signature
from milebill.domain.work import Actor
from milebill.models import Link, Milestone, Project, Revision, Submission

SELLER = {
    "name": "Studio Lindqvist",
    "legal_name": "Studio Lindqvist GmbH",
    "address_line_1": "Speicherstraße 12",
    "post_code": "20457",
    "city": "Hamburg",
    "country_code": "DE",
    "tax_id": "DE136695976",
    "iban": "DE89370400440532013000",
}
BUYER = {"legal_name": "Halden Books GmbH", "address_line_1": "Lindenallee 4", "city": "Hamburg", "country_code": "DE"}
APPROVER = "Marta Halden"


@contextmanager
def scratch_app(**changes: object) -> Iterator[Flask]:
    """The application on a migrated SQLite database in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="milebill-bench-") as folder:
        settings = scratch_settings(Path(folder), **changes)
        app = create_app(settings)
        with app.app_context():
            upgrade(str(ROOT / "migrations"))
            yield app
        close_db(app)


def scratch_settings(folder: Path, **changes: object) -> Settings:
    """Settings with everything in `folder`."""
    values = {
        "secret_keys": ("a secret of the benchmark and good for nothing else",),
        "var": folder,
        "database_url": f"sqlite:///{folder / 'milebill.db'}",
        **changes,
    }
    return Settings(**values)  # type: ignore[arg-type]


def supplier(email: str = "anna@studio-lindqvist.example") -> tuple[SignedIn, Actor]:
    """A workspace that can issue invoices."""
    signed_in = redeem_login(request_login(email, "bench"), "bench", None, "192.0.2.1")
    actor = Actor("supplier", "Anna Lindqvist", user_id=signed_in.user_id)
    change_settings(signed_in.workspace_id, actor, SELLER)
    return signed_in, actor


def project(workspace_id: int, actor: Actor, steps: int, submitted: int, signed: int = 0, said: int = 0) -> int:
    """An accepted quote with `steps` milestones: `signed` signed off, then `submitted` more put before the client.

    `said` questions and as many answers make a thread. Returns the quote's id.
    """
    quote_id = quotes.begin_quote(workspace_id, actor, draft(steps))
    quotes.send_quote(workspace_id, actor, quote_id)
    for number in range(said):
        conversation.ask_question(
            workspace_id, quote_id, link_of(quote_id), signature(""), "Can our people do that?", f"q{number}"
        )
        conversation.answer_question(workspace_id, actor, quote_id, "Yes, from the first day on.", f"a{number}")
    with reading() as connection:
        shown = connection.scalar(select(Revision.content_hash).where(Revision.quote_id == quote_id)) or ""
    decision.accept_quote(workspace_id, quote_id, link_of(quote_id), signature(shown), Buyer(BUYER, "PO-1"))
    for position in range(1, signed + submitted + 1):
        milestones.submit_milestone(workspace_id, actor, quote_id, position, "It is done.")
        if position <= signed:
            sign_off(workspace_id, quote_id, position)
    return quote_id


def draft(steps: int) -> dict[str, object]:
    """A quote over 24,000.00 EUR in equal parts."""
    return {
        "client_name": "Halden Books",
        "approver_name": APPROVER,
        "approver_email": "marta@haldenbooks.example",
        "title": "A new website for Halden Books",
        "introduction": "A calm, fast site that sells your books and that your own people keep up to date.",
        "currency": "EUR",
        "tax_label": "VAT",
        "tax_rate": "19",
        "valid_until": (clock.now().date() + timedelta(days=30)).isoformat(),
        "payment_terms_days": "14",
        "total": "24000",
        "milestones": [
            {
                "title": f"Milestone {number}",
                "description": "Twenty invited customers can order a book with real stock and test payments.",
                "criteria": "An order reaches the till within 60 seconds.\nThe home page is shown within 2 seconds.",
                "basis": "percentage",
                "value": f"{100 / steps:.2f}",
                "trigger": "sign_off",
            }
            for number in range(1, steps + 1)
        ],
    }


def signature(shown: str) -> Signature:
    """The approver signs."""
    return Signature(
        APPROVER,
        consented=True,
        consent="I agree.",
        content_hash=shown,
        job_title="Managing director",
        address="192.0.2.10",
        user_agent="bench",
    )


def link_of(quote_id: int) -> int:
    """The approver's link."""
    with reading() as connection:
        return connection.execute(select(Link.id).where(Link.quote_id == quote_id)).scalar_one()


def submission_hash(quote_id: int, position: int) -> str:
    """What the approver is shown of a submitted milestone."""
    query = (
        select(Submission.content_hash)
        .join(Milestone, Milestone.id == Submission.milestone_id)
        .join(Project, Project.id == Milestone.project_id)
        .where(Project.quote_id == quote_id, Milestone.position == position)
    )
    with reading() as connection:
        return connection.execute(query).scalar_one()


def sign_off(workspace_id: int, quote_id: int, position: int) -> milestones.SignedOff:
    """The approver signs the milestone off."""
    shown = submission_hash(quote_id, position)
    return milestones.sign_off_milestone(workspace_id, quote_id, link_of(quote_id), position, signature(shown))
