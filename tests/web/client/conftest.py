"""Visits to the client's page: each person comes with the link of their own."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from tests.actors import APPROVER, BUYER, ClientPerson, Deal

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For tests of a page whose selects other tests run on both databases."""

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@dataclass
class Guest:
    """Somebody on the client's side in front of their browser."""

    base: str
    client: FlaskClient

    def open(self, path: str = "", **options: Any) -> TestResponse:
        """GET the page or something below it."""
        response = self.client.get(self.base + path, buffered=True, **options)
        assert "Set-Cookie" not in response.headers
        return response

    def send(self, path: str, **form: Any) -> TestResponse:
        """POST a form without JavaScript."""
        return self.client.post(self.base + path, data=form)

    def swap(self, path: str, **form: Any) -> TestResponse:
        """POST a form by htmx, from a page that is up to date unless `seen` says otherwise."""
        return self.client.post(self.base + path, data={"seen": self.seen(), **form}, headers=PARTIAL)

    def accept(self, how: str = "send", **changes: Any) -> TestResponse:
        """Accept what the page shows now."""
        form = {**self.hidden("/decision?choice=accept"), **BUYER, "name": APPROVER.name, "consent": "y"} | changes
        form = {name: value for name, value in form.items() if value is not None}
        answer: TestResponse = getattr(self, how)("/decision?choice=accept", **form)
        return answer

    def decline(self, how: str = "send", **changes: Any) -> TestResponse:
        """Decline what the page shows now."""
        form = {**self.hidden("/decision?choice=decline"), "reason": "Too dear.", "name": APPROVER.name, "consent": "y"}
        form = {name: value for name, value in (form | changes).items() if value is not None}
        answer: TestResponse = getattr(self, how)("/decision?choice=decline", **form)
        return answer

    def sign_off(self, position: int = 2, how: str = "send", **changes: Any) -> TestResponse:
        """Sign off what the page shows now."""
        path = f"/milestones/{position}/signoff"
        form = {**self.hidden(path), "name": APPROVER.name, "consent": "y"} | changes
        form = {name: value for name, value in form.items() if value is not None}
        answer: TestResponse = getattr(self, how)(path, **form)
        return answer

    def seen(self) -> str:
        """The version of the page as its open copy knows it."""
        return "".join(tree_of(self.open()).xpath("//*[@id='seen']/@value"))

    def news(self, seen: str, *content_hashes: str) -> TestResponse:
        """What an open page asks; the hashes are those of the forms that stand open on it."""
        return self.open("/news", query_string={"seen": seen, "content_hash": content_hashes})

    def hidden(self, path: str) -> dict[str, str]:
        """What the form at this address carries along."""
        tree = tree_of(self.open(path))
        return {
            field.get("name"): field.get("value", "")
            for field in tree.xpath("//form[not(contains(@action, '/questions'))]//input[@type='hidden']")
        }


def tree_of(response: TestResponse) -> html.HtmlElement:
    """The page as a tree."""
    return html.document_fromstring(response.get_data(as_text=True))


def words(response: TestResponse) -> str:
    """What a person reads, on one line."""
    return " ".join(tree_of(response).text_content().split())


def parts(response: TestResponse) -> list[str]:
    """Which parts of the page the answer replaces."""
    return re.findall(r'<hx-partial hx-target="#([\w-]+)"', response.get_data(as_text=True))


def errors(response: TestResponse) -> dict[str, str]:
    """The errors beside the fields, by the field's id."""
    return {
        found.get("id").removesuffix("-error"): " ".join(found.text_content().split())
        for found in tree_of(response).xpath("//p[@class='error']")
    }


def focused(response: TestResponse) -> list[str]:
    """The ids (or tags) of what takes the focus; the first one gets it."""
    return [found.get("id") or found.tag for found in tree_of(response).xpath("//*[@autofocus]")]


Visit = Callable[..., Guest]


@pytest.fixture
def guest(app: Flask) -> Visit:
    """The browser of a person on a deal's client's side: `guest(deal)`, `guest(deal, PAYABLE)`."""

    def open_page(deal: Deal, person: ClientPerson = APPROVER) -> Guest:
        return Guest(f"/q/{deal.token(app, person)}", app.test_client())

    return open_page


@pytest.fixture(autouse=True)
def openings_are_written(app: Flask) -> Iterator[None]:
    """Before the application ends: its log of openings writes a second later, and would find no database."""
    yield
    app.extensions["openings"].close()
