"""What anybody may ask: whether we are well, and how a supplier looks; and what a fault looks like."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, update
from sqlalchemy.exc import OperationalError

from milebill import clock
from milebill.db import transaction
from milebill.domain.settings import change_settings
from milebill.domain.sign_in import request_login
from milebill.models import Link, Mail
from milebill.web import public
from milebill.web.public import brand_address
from milebill.web.visitor import drafts
from tests.actors import Supplier, a_sent_quote, browser_of


def test_ready_means_that_the_database_answers_and_mail_moves(in_app: Flask) -> None:
    browser = in_app.test_client()
    assert browser.get("/healthz").get_data() == b"ok\n"
    answer = browser.get("/readyz")
    assert answer.status_code == 200
    assert b"mail: moving" in answer.get_data()
    request_login("anna@example.com", "secret")
    with transaction() as session:
        session.execute(update(Mail).values(next_attempt_at=clock.now() - timedelta(minutes=16)))
    answer = browser.get("/readyz")
    assert answer.status_code == 503
    assert b"mail: stuck" in answer.get_data()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_database_that_does_not_answer_is_not_ready(in_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> None:
        raise OperationalError("SELECT 1", {}, Exception("no connection"))

    monkeypatch.setattr(public, "reading", fails)
    answer = in_app.test_client().get("/readyz")
    assert (answer.status_code, answer.get_data()) == (503, b"database: no\n")
    assert in_app.test_client().get("/healthz").status_code == 200


@pytest.mark.parametrize("colour", ["0f6b5", "0f6b5cc", "zzzzzz", "0F6B5C", "}body{", "%7D%7D%7D%7D%7D%7D"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_brand_is_a_colour_and_nothing_else(app: Flask, colour: str) -> None:
    for ending in ("css", "svg"):
        assert app.test_client().get(f"/brand/{colour}.{ending}").status_code == 404
        shown = app.test_client().get(f"/brand/ffd500.{ending}")
        assert shown.mimetype == {"css": "text/css", "svg": "image/svg+xml"}[ending]
        assert "immutable" in shown.headers["Cache-Control"]
        assert "#806a00" in shown.text, "its text by day"
    assert (
        ":root{--brand:#ffd500;--day-fill:#ffd500;--day-ink:#000000;" in app.test_client().get("/brand/ffd500.css").text
    )


def test_the_address_of_a_brand_changes_with_what_its_sheet_says(monkeypatch: pytest.MonkeyPatch) -> None:
    before = brand_address("#FFD500")
    assert before.startswith("/brand/ffd500.css?v=")
    assert before != brand_address("#ffd501").replace("ffd501", "ffd500")
    public._sheet.cache_clear()
    assert brand_address("#ffd500") == before
    public._sheet.cache_clear()
    monkeypatch.setattr(public, "by_night", public.by_day)
    assert brand_address("#ffd500") != before
    public._sheet.cache_clear()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_logos_can_be_fetched_by_their_hash(in_app: Flask, owner: Supplier) -> None:
    files, browser = in_app.extensions["files"], in_app.test_client()
    secret, logo = files.put(b"a contract"), files.put(b"a logo")
    change_settings(owner.workspace_id, owner.actor, {}, (logo, 6))
    assert browser.get(f"/brand/{logo}.png").get_data() == b"a logo"
    assert browser.get(f"/brand/{secret}.png").status_code == 404
    assert browser.get("/brand/..%2f..%2fsecret.png").status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_fault_has_a_page_and_a_line_in_the_log(
    in_app: Flask, owner: Supplier, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    in_app.testing = False

    def breaks() -> None:
        raise ZeroDivisionError("a secret detail")

    monkeypatch.setattr(drafts, "signed_in", breaks)
    answer = browser_of(in_app).get("/")
    assert answer.status_code == 500
    assert "a secret detail" not in answer.get_data(as_text=True)
    assert answer.headers["Content-Security-Policy"]
    assert "a secret detail" in caplog.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_link_whose_row_is_gone_is_unknown(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    address = f"/q/{deal.token(in_app)}"
    with transaction() as session:
        session.execute(delete(Mail))
        session.execute(delete(Link))
    assert in_app.test_client().get(address).status_code == 404
