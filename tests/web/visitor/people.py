"""Somebody with no account, and what they leave behind."""

from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from milebill import links
from milebill.db import reading
from milebill.models import LoginLink, Mail, Revision
from tests.actors import a_draft
from tests.browsers import Browser
from tests.domain.test_open_drafts import NEWCOMER
from tests.suppliers import SETTINGS
from tests.web.supplier.forms import builder, values

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
SELLER = {
    name: SETTINGS[name] for name in ("legal_name", "address_line_1", "post_code", "city", "country_code", "tax_id")
} | {"tax_registered": "y"}


class Visitor:
    """Somebody with no account, and their browser, which sends no CSRF token to draft pages."""

    def __init__(self, app: Flask):
        self.app, self.browser = app, Browser(app)
        self.client = self.browser.client

    def post(self, address: str, draft: dict[str, Any], act: str = "", **options: Any) -> TestResponse:
        return self.client.post(address, data=builder(draft, act, once="page"), **options)

    def begin(self, **changes: Any) -> str:
        """The address of a draft."""
        return str(self.post("/d/new", a_draft(**changes), "save").location)

    def ask(self, address: str, email: str = NEWCOMER) -> str:
        """The link in the mail."""
        assert self.send(address, email).location == "/confirm/code"
        return confirm_address(self.app, login().id)

    def send(self, address: str, email: str, headers: dict[str, str] | None = None, **more: str) -> TestResponse:
        """Press the button under what the page shows."""
        shown = values(self.client.get(f"{address}/send"))["shown"]
        return self.client.post(f"{address}/send", data={"email": email, "shown": shown, **more}, headers=headers)

    def confirm(self, address: str, **fields: str) -> TestResponse:
        """Press the button under what the page shows."""
        shown = values(self.client.get(address))["shown"]
        return self.browser.post(address, {**SELLER, "shown": shown, **fields})


def login() -> Any:
    with reading() as connection:
        return connection.execute(select(LoginLink.id, LoginLink.code).order_by(LoginLink.id.desc()).limit(1)).one()


def confirm_address(app: Flask, login_id: int) -> str:
    return f"/confirm/{links.sign(app.extensions['settings'].secret_keys, links.Purpose.CONFIRM, login_id)}"


def draft_address(app: Flask, link_id: int) -> str:
    return f"/d/{links.sign(app.extensions['settings'].secret_keys, links.Purpose.DRAFT, link_id)}"


def drafts() -> list[dict[str, Any]]:
    with reading() as connection:
        return list(connection.scalars(select(Revision.draft).order_by(Revision.id)))


def kinds() -> list[str]:
    with reading() as connection:
        return list(connection.scalars(select(Mail.kind).order_by(Mail.id)))
