"""The rule that two people approve, in the quote builder."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from milebill.db import reading
from milebill.models import Revision
from tests.actors import APPROVER, Supplier, a_draft, a_quote, browser_of
from tests.browsers import Browser
from tests.pairs import OF_TWO, a_quote_for_two
from tests.web.supplier.forms import builder, errors, page, text, values

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


def kept(address: str) -> dict[str, Any]:
    with reading() as connection:
        query = select(Revision.draft).where(Revision.quote_id == int(address.rpartition("/")[2]))
        return dict(connection.execute(query).scalar_one())


def test_it_is_folded_until_somebody_is_named(browser: Browser) -> None:
    shown = browser.get("/quotes/new")
    assert not page(shown).xpath("//details[@open]")
    assert "Two people have to approve" in text(shown)
    response = browser.post("/quotes/new", builder(a_draft(**OF_TWO)))
    assert response.status_code == 303
    assert kept(response.location) == a_draft(**OF_TWO)
    shown = browser.get(response.location)
    assert values(shown)["second_name"] == "Ben Vogt"
    assert page(shown).xpath("//details[@open]/summary/text()") == ["Two people have to approve"]
    assert not set(OF_TWO) & set(kept(browser.post("/quotes/new", builder(a_draft())).location))


def test_what_is_wrong_stands_beside_its_field(browser: Browser) -> None:
    wrong = OF_TWO | {"second_email": APPROVER.email, "second_above": "much", "second_name": ""}
    shown = browser.post("/quotes/new", builder(a_draft(**wrong), act="send"))
    assert shown.status_code == 422
    assert set(errors(shown)) == {"second_name", "second_email", "second_above"}
    assert "These have to be two people." in errors(shown)["second_email"]
    assert values(shown)["second_above"] == "much"
    assert page(shown).xpath("//details[@open]/summary/text()") == ["Two people have to approve"]


def test_the_client_gets_what_the_preview_says(browser: Browser, owner: Supplier) -> None:
    deal = a_quote(owner, **OF_TWO)
    rule = "Inês Duarte and Ben Vogt, whatever costs more than €3,000.00"
    for path in ("/preview", "/send"):
        assert rule in text(browser.get(f"/quotes/{deal.quote_id}{path}"))
    always = a_quote_for_two(owner, second_above="")
    assert "Inês Duarte and Ben Vogt, the quote and each milestone" in text(browser.get(f"/quotes/{always.quote_id}"))


def test_the_next_quote_for_the_client_begins_with_it(browser: Browser, owner: Supplier) -> None:
    deal = a_quote_for_two(owner)
    deal.withdraw()
    again = page(browser.get(f"/quotes/{deal.quote_id}")).xpath("//a[contains(@href, '/quotes/new?client=')]/@href")[0]
    assert values(browser.get(again))["second_email"] == OF_TWO["second_email"]
