"""A language that is written from the right: nothing of the page lies beside the window, on a phone and on a desk.

The product runs in this process here, because the language is made for the test.
"""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import update
from werkzeug.serving import make_server

from milebill.config import Settings
from milebill.db import transaction
from milebill.models import Client
from tests.actors import a_submitted_milestone, an_issued_invoice, sign_up
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.inspection import look_over
from tests.servers.database import new_app
from tests.servers.run import free_port
from tests.texts import spoken

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

LANGUAGE = "ar"
MARK = "عربي"


@pytest.fixture
def office(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> Iterator[tuple[Flask, str]]:
    """The product with Arabic, as far as a test writes it, and its address."""
    with (
        spoken(tmp_path / "translations", monkeypatch, LANGUAGE, lambda text: f"{MARK} {text}"),
        new_app(settings) as app,
    ):
        server = make_server("127.0.0.1", free_port(), app, threaded=True)
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            with app.app_context():
                yield app, f"http://127.0.0.1:{server.port}"
        finally:
            server.shutdown()
            thread.join()


def is_on_the_right(page: Page, selector: str) -> bool:
    """Whether the element begins in the right half of what it stands in."""
    box, around = page.locator(selector).bounding_box(), page.locator("main").bounding_box()
    assert box is not None
    assert around is not None
    return box["x"] + box["width"] > around["x"] + around["width"] * 0.75


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_pages_turn_round(office: tuple[Flask, str], open_page: OpenPage, size: dict[str, int]) -> None:
    app, url = office
    supplier = sign_up("Anna Lindqvist")
    submitted, invoiced = a_submitted_milestone(supplier), an_issued_invoice(supplier)
    with transaction() as session:
        session.execute(update(Client).values(locale=LANGUAGE))
    page = open_page(size)
    for path in (
        f"/q/{submitted.token(app)}",
        f"/q/{submitted.token(app)}/milestones/2/criteria",
        f"/q/{submitted.token(app)}/milestones/2/signoff",
        f"/q/{invoiced.token(app)}",
        f"/i/{invoiced.invoice_token(app)}/amendment",
    ):
        page.goto(url + path)
        assert page.locator("html").get_attribute("dir") == "rtl"
        assert MARK in page.locator("main").inner_text()
        assert is_on_the_right(page, "h1")
        look_over(page)
        for words in page.locator(".lines:not(.facts), .criteria li").all():
            assert words.evaluate("element => getComputedStyle(element).unicodeBidi") == "plaintext"
