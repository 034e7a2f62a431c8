"""How documents are counted: one page, open to people who come from another tool."""

from typing import Any

import pytest
from flask import Flask

from milebill import clock
from milebill.domain.numbering import Choice, change_numbering
from milebill.models import Workspace
from tests.actors import PAYABLE, Supplier, a_sent_quote, an_accepted_project, browser_of
from tests.browsers import Browser
from tests.rules import check_rules, rows
from tests.web.supplier.forms import errors, page, text, values

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ADDRESS = "/settings/numbers"


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


def test_it_shows_what_comes_next(browser: Browser, owner: Supplier) -> None:
    year = clock.now().year
    shown = browser.get(ADDRESS)
    assert f"The next one is {year}-0001." in text(shown)
    assert values(shown)["invoice_pattern"] == "{year}-{seq:4}"
    a_sent_quote(owner)
    shown = browser.get(ADDRESS)
    assert f"The next one is Q-{year}-002." in text(shown)
    assert "invoice_first" in values(shown)
    assert "quote_first" not in values(shown), "this series counts already"


def test_choosing(browser: Browser, owner: Supplier) -> None:
    form = values(browser.get(ADDRESS)) | {"invoice_pattern": "RE/{yy}/{seq:3}", "invoice_first": "118"}
    form["final_invoice"] = "own_share"
    for _click in (1, 2):
        saved = browser.post(ADDRESS, form)
        assert (saved.status_code, saved.location) == (303, ADDRESS)
        shown = browser.get(ADDRESS)
        assert f"The next one is RE/{clock.now().year % 100}/118." in text(shown)
        assert {name: values(shown)[name] for name in form} == form
    workspace = rows(Workspace)[0]
    assert workspace.numbering == {"invoice": {"pattern": "RE/{yy}/{seq:3}", "first": 118}}
    assert workspace.final_invoice == "own_share"
    check_rules(owner.workspace_id)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"invoice_pattern": ""}, "invoice_pattern", "fill this in"),
        ({"invoice_pattern": "{seq.__class__}"}, "invoice_pattern", "Letters, digits"),
        ({"invoice_pattern": "{year}"}, "invoice_pattern", "needs {seq} once"),
        ({"quote_pattern": "{client}{seq}"}, "quote_pattern", "beside {client}"),
        ({"quote_pattern": "x" * 70 + "{seq}"}, "quote_pattern", "too long"),
        ({"credit_note_pattern": "{year}-{seq:4}"}, "credit_note_pattern", "given already"),
        ({"invoice_first": "0"}, "invoice_first", "from 1 on"),
        ({"invoice_first": "1e9"}, "invoice_first", "from 1 on"),
        ({"invoice_first": "٣"}, "invoice_first", "from 1 on"),
        ({"invoice_first": "9" * 30}, "invoice_first", "from 1 on"),
        ({"final_invoice": "none"}, "final_invoice", "do not know"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    browser: Browser, changes: dict[str, Any], field: str, words: str
) -> None:
    form = values(browser.get(ADDRESS)) | {"quote_first": "12"} | changes
    refused = browser.post(ADDRESS, form)
    assert refused.status_code == 422
    assert words in errors(refused)[field]
    assert values(refused)["quote_first"] == "12", "nothing that was typed is lost"
    assert page(refused).xpath("//*[@autofocus]/@name") == [field]
    assert rows(Workspace)[0].numbering == {}


def test_a_series_that_counts_does_not_begin_anew(browser: Browser, owner: Supplier) -> None:
    form = values(browser.get(ADDRESS))
    a_sent_quote(owner)
    refused = browser.post(ADDRESS, form | {"quote_first": "50"})
    assert refused.status_code == 422
    assert "counts already" in errors(refused)["quote_first"]


def test_the_settings_lead_to_it(browser: Browser) -> None:
    assert page(browser.get("/settings")).xpath(f"//a[@href='{ADDRESS}']")
    assert browser.post(f"{ADDRESS}/1", {}).status_code == 404
    assert browser.client.put(ADDRESS).status_code == 405


def test_a_number_with_a_space_is_no_broken_anchor(app: Flask, owner: Supplier) -> None:
    choices = {"invoice": Choice("RE {seq}/A", 7)}
    change_numbering(owner.workspace_id, owner.actor, choices)
    deal = an_accepted_project(owner)
    for address in (f"/q/{deal.token(app)}", f"/q/{deal.token(app, PAYABLE)}"):
        shown = page(browser_of(app, None).get(address))
        assert shown.xpath("//li[@id='invoice-RE-7/A']")
        assert not [found for found in shown.xpath("//@id") if " " in found]
    assert not [found for found in page(browser_of(app, owner).get("/invoices")).xpath("//@id") if " " in found]
