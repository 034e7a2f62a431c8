"""The demo is told by the verbs that people use, so seeding it is a test: every state, and every rule kept."""

import pytest
from flask import Flask
from sqlalchemy import select

from milebill.db import reading
from milebill.demo import seed_demo
from milebill.models import BankLine, Invoice, Milestone, Quote, Receipt
from tests.rules import check_all_rules, rows
from tests.snapshots import everything

LOGS = ("login_link", "mail", "link_opening")


@pytest.mark.parametrize("database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True)
def test_the_demo_shows_every_state_and_keeps_every_rule(app: Flask) -> None:
    lines = seed_demo(app)
    assert [line.split(": ")[0] for line in lines] == ["supplier", "client", "outbox"]
    supplier, client, outbox = (line.split("http://milebill.test")[1] for line in lines)
    with app.app_context():
        check_all_rules()
        with reading() as connection:
            quotes = set(connection.scalars(select(Quote.state).distinct()))
            milestones = set(connection.scalars(select(Milestone.state).distinct()))
        assert {"credit_note", "corrected"} <= {row.kind for row in rows(Invoice)}
        assert any(row.credited and row.paid + row.credited > row.gross for row in rows(Invoice))
        assert rows(BankLine)
        assert {row.content["address"] for row in rows(Receipt)} == {"192.0.2.10"}
        count = len(rows(Quote))
        before = everything(without=LOGS)
    assert quotes == {"draft", "sent", "accepted", "declined", "expired", "withdrawn"}
    assert milestones == {"planned", "submitted", "changes_requested", "signed_off"}
    browser = app.test_client()
    assert browser.get(supplier).status_code == 200
    assert browser.get(client).status_code == 200
    assert browser.get(outbox).status_code == 200
    seed_demo(app)  # a second start finds it there
    with app.app_context():
        assert len(rows(Quote)) == count
        assert everything(without=LOGS) == before
