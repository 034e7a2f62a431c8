"""The client's page beside the builder: in the same answer as the sums, asked for, and never a client's link."""

import re
from typing import Any

import pytest
from flask import Flask
from lxml import html

from tests.actors import Supplier, a_draft, a_quote, browser_of, shares
from tests.browsers import Browser
from tests.snapshots import everything
from tests.web.supplier.forms import builder, errors, page, text, values
from tests.web.visitor.people import Visitor, drafts

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
HOSTILE = '</iframe><script>alert(1)</script>"Ärger" &amp; Co'


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


def beside(body: str) -> html.HtmlElement | None:
    """The page that the answer brings for the frame; None for none, an empty string has no page either."""
    found = html.fromstring(f"<div>{body}</div>").xpath("//*[@hx-target='#beside-page']")
    return html.document_fromstring(found[0].text_content()) if found and found[0].text_content().strip() else None


@pytest.mark.parametrize("act", ["", "add", "up-1"])
def test_it_comes_with_the_sums_when_it_is_asked_for(browser: Browser, owner: Supplier, act: str) -> None:
    deal = a_quote(owner)
    draft = a_draft(title=HOSTILE, milestones=shares("60", "40"))
    for base in ("/quotes/new", f"/quotes/{deal.quote_id}"):
        address = base if act else f"{base}/totals"
        fields = builder(draft, act)
        asked = browser.post(address, {**fields, "beside": "1"}, headers=PARTIAL).get_data(as_text=True)
        plain = browser.post(address, {**fields, "beside": ""}, headers=PARTIAL).get_data(as_text=True)
        assert "beside-page" not in plain
        shown = beside(asked)
        if act == "add":
            assert shown is None, "an empty milestone has no price yet"
            continue
        assert shown is not None
        assert shown.xpath("//h1")[0].text_content() == HOSTILE
        assert shown.xpath("//script | //form | //a[not(starts-with(@href, '#'))]") == []


def test_what_is_not_typed_yet_is_no_reason_to_show_nothing(browser: Browser) -> None:
    people = {"client_name": "", "approver_name": "", "approver_email": "marta@", "ap_email": "x"}
    draft = a_draft(**people, title="", milestones=[{**row, "title": ""} for row in shares("60", "40")])
    shown = beside(
        browser.post("/quotes/new/totals", builder(draft, beside="1"), headers=PARTIAL).get_data(as_text=True)
    )
    assert shown is not None
    words = " ".join(shown.text_content().split())
    for expected in ("New quote", "Your client", "Milestone 2", "€11,900.00"):
        assert expected in words


def test_a_new_quote_without_a_price_is_the_page_with_nothing_to_pay(browser: Browser) -> None:
    fields = {**values(browser.get("/quotes/new")), "client_name": "Los Verlag"}
    for beside_only in ("1", "only"):
        answer = browser.post("/quotes/new/totals", {**fields, "beside": beside_only}, headers=PARTIAL)
        body = answer.get_data(as_text=True)
        shown = html.document_fromstring(body) if beside_only == "only" else beside(body)
        assert shown is not None
        words = " ".join(shown.text_content().split())
        assert "Los Verlag" in words
        assert "Deposit" in words
        assert set(re.findall(r"€[0-9,]+\.?[0-9]*", words)) == {"€0.00"}


@pytest.mark.parametrize(
    "changes",
    [
        {"total": "x"},
        {"total": "-1"},
        {"total": "0"},
        {"currency": "?"},
        {"milestones": shares("60", "30")},
        {"milestones": []},
    ],
)
def test_it_waits_while_the_sums_do_not_come_out(browser: Browser, changes: dict[str, Any]) -> None:
    fields = builder(a_draft(**changes), beside="1")
    body = browser.post("/quotes/new/totals", fields, headers=PARTIAL).get_data(as_text=True)
    assert "#beside-page" in body
    assert beside(body) is None


def test_the_first_one_comes_alone_and_keeps_nothing(app: Flask, in_app: Flask, browser: Browser) -> None:
    nora = Visitor(app)
    before = everything()
    for answer in (
        browser.post("/quotes/new/totals", builder(a_draft(), beside="only")),
        nora.client.post("/d/new/totals", data=builder(a_draft(), beside="only", once="page")),
    ):
        assert answer.status_code == 200
        assert "hx-partial" not in answer.get_data(as_text=True)
        assert page(answer).xpath("//h1")[0].text_content() == "A new web site"
        assert "HX-Replace-Url" not in answer.headers
    assert everything() == before
    address = nora.begin(title="Kept")
    assert nora.post(f"{address}/totals", {**a_draft(title="Seen"), "beside": "only"}).status_code == 200
    assert [draft["title"] for draft in drafts()] == ["Kept"]


def test_as_a_page_of_its_own_it_is_kept_first(app: Flask, in_app: Flask, browser: Browser) -> None:
    kept = browser.post("/quotes/new", builder(a_draft(), "preview"))
    assert kept.location.endswith("/preview")
    shown = browser.get(kept.location)
    assert "This is a preview" in text(shown)
    assert page(shown).xpath("//main//a/@href") == [kept.location.removesuffix("/preview")]
    assert errors(browser.post("/quotes/new", builder(a_draft(title=""), "preview")))["title"]
    nora = Visitor(app)
    answer = nora.post("/d/new", a_draft(title="By a visitor"), "preview")
    assert answer.location.endswith("/preview")
    assert "By a visitor" in text(nora.client.get(answer.location))
    assert nora.post("/d/new", a_draft(title=""), "preview").location.endswith("?check=preview")
