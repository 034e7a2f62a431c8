"""A quote that is written in two tabs at once: nobody overwrites what they have not seen, and nothing typed is lost."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from milebill.domain.quotes import save_draft
from milebill.models import Mail, MailKind, Revision
from tests.actors import Deal, Supplier, a_draft, a_quote, a_sent_quote, browser_of
from tests.browsers import Browser
from tests.rules import rows
from tests.web.supplier.forms import errors, page, send, text, values

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


@pytest.fixture
def deal(owner: Supplier) -> Deal:
    return a_quote(owner)


def kept() -> dict[str, Any]:
    return rows(Revision)[-1].draft


def apart(answer: TestResponse) -> list[list[str]]:
    """What differs, as the page shows it."""
    lines = page(answer).xpath("//*[@id='overtaken' or @hx-target='#overtaken']//tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in line] for line in lines]


def keep(answer: TestResponse) -> str:
    """The value of the button that keeps what was typed."""
    return str(page(answer).xpath("//button[starts-with(@value, 'keep-')]/@value")[0])


@pytest.mark.parametrize("path", ["", "/revision"])
def test_two_tabs(browser: Browser, owner: Supplier, deal: Deal, path: str) -> None:
    if path:
        deal = a_sent_quote(owner)
        browser.post(f"/quotes/{deal.quote_id}/revision")
    address = f"/quotes/{deal.quote_id}{path}"
    one, other = values(browser.get(address)), values(browser.get(address))
    assert browser.post(address, {**other, "title": "Theirs", "total": "8000", "act": "save"}).status_code == 303
    mine = {**one, "introduction": "Mine", "total": "9000"}
    typing = browser.post(f"{address}/totals", mine, headers=PARTIAL)
    assert "€10,710.00" in typing.get_data(as_text=True)
    for answer in (
        typing,
        browser.post(address, {**mine, "act": "save"}),
        browser.post(address, {**mine, "act": "send"}),
    ):
        assert apart(answer) == [
            ["Title", "Theirs", "A new web site"],
            ["Introduction", "As discussed.", "Mine"],
            ["Total price, net", "8000", "9000"],
        ]
    assert answer.status_code == 409
    assert "This quote was changed in another tab or on another device at" in text(answer)
    assert (kept()["title"], kept()["total"]) == ("Theirs", "8000")
    still = values(answer)
    assert (still["introduction"], still["total"]) == ("Mine", "9000")
    assert browser.post(address, {**still, "act": "save"}).status_code == 409
    assert f'href="{address}"' in answer.get_data(as_text=True)
    assert browser.post(address, {**still, "act": keep(answer)}).location == address
    assert (kept()["title"], kept()["introduction"], kept()["total"]) == ("A new web site", "Mine", "9000")
    assert browser.post(address, {**other, "title": "Theirs", "act": "save"}).status_code == 409


def test_what_is_no_conflict(browser: Browser, deal: Deal) -> None:
    address = f"/quotes/{deal.quote_id}"
    first, second = values(browser.get(address)), values(browser.get(address))
    saves = [
        ({**first, "title": "One"}, "save"),
        ({**first, "title": "Two"}, "save"),  # back in the browser, and on
        ({**first, "title": "Two"}, "save"),  # a double click
        ({**second, "title": "Two", "introduction": first["introduction"]}, "save"),  # typed in both
        ({**first, "title": "Three"}, "preview"),
    ]
    assert [browser.post(address, {**form, "act": act}).status_code for form, act in saves] == [303] * 5
    unfinished = browser.post(address, {**first, "title": "", "act": "send"})
    assert (unfinished.status_code, "title" in errors(unfinished)) == (422, True)
    moved = browser.post(address, {**values(unfinished), "act": "down-0"})
    assert (moved.status_code, apart(moved)) == (200, [])
    assert browser.post(address, {**values(moved), "title": "Four", "act": "save"}).status_code == 303
    assert kept()["title"] == "Four"
    assert browser.post(address, {**values(unfinished), "title": "Five", "act": "save"}).status_code == 409


def test_rows_that_differ_are_named(browser: Browser, owner: Supplier, deal: Deal) -> None:
    address = f"/quotes/{deal.quote_id}"
    mine = values(browser.get(address))
    steps = [dict(step) for step in a_draft()["milestones"]]
    theirs = [steps[1], {**steps[0], "planned_on": "2030-03-01", "basis": "amount"}, {**steps[2], "title": "New one"}]
    items = [{"description": "Hours", "quantity": "3", "unit": "h", "unit_price": "100", "discount": ""}]
    more = {
        "more_taxes": [{"label": "GST", "rate": "5"}],
        "second_name": "Zoë",
        "valid_until": "soon",
        "total": "1",
        "title": "T",
        "introduction": "",
    }
    draft = a_draft(milestones=[*theirs, {**steps[0], "title": ""}], items=items, pricing="items", unknown="x", **more)
    save_draft(owner.workspace_id, deal.quote_id, draft)
    answer = browser.post(address, {**mine, "act": "up-1"}, headers=PARTIAL)
    assert answer.status_code == 200
    told = {line[0]: line[1:] for line in apart(answer)}
    assert told["Valid until"][0] == "soon"
    assert told["More taxes"] == ["GST, 5", "–"]
    assert told["Priced by"] == ["Line items", "Total price, net"]
    assert told["Who approves too"] == ["Zoë", "–"]
    assert " more</p>" in answer.get_data(as_text=True)
    save_draft(owner.workspace_id, deal.quote_id, a_draft(milestones=theirs, items=items))
    told = {line[0]: line[1:] for line in apart(browser.post(f"{address}/totals", mine, headers=PARTIAL))}
    assert told["Milestone “Step 1”, Price as"] == ["Amount", "Percentage"]
    assert told["Milestone “Step 1”, Planned for"] == ["1 March 2030", "–"]
    assert told["Milestone “New one”"] == ["is there", "is not there"]
    assert told["Milestone “Step 3”"] == ["is not there", "is there"]
    assert told["Item “Hours”"] == ["is there", "is not there"]
    assert told["Order of the milestones"] == ["Step 2, Step 1, New one", "Step 1, Step 2, Step 3"]


def test_only_what_was_shown_is_sent(browser: Browser, owner: Supplier, deal: Deal) -> None:
    address = f"/quotes/{deal.quote_id}"
    values_before, shown = values(browser.get(address)), values(browser.get(f"{address}/send"))
    save_draft(owner.workspace_id, deal.quote_id, a_draft(total="8000"))
    for stale in (shown, {}):
        answer = browser.post(f"{address}/send", stale)
        assert (answer.status_code, answer.location) == (303, f"{address}/send")
        again = browser.get(answer.location)
        assert "changed since this page was opened" in text(again)
        assert "€9,520.00" in text(again)
    assert deal.state() == "draft"
    assert send(browser, address).location == address
    assert deal.state() == "sent"
    typing = browser.post(f"{address}/totals", {**values_before, "total": "9000"}, headers=PARTIAL)
    assert typing.status_code == 409
    assert "€10,710.00" in typing.get_data(as_text=True)
    assert "This quote was sent meanwhile" in typing.get_data(as_text=True)
    assert "Keep what I typed" not in typing.get_data(as_text=True)
    late = browser.post(f"{address}/send", shown)
    assert "the quote has moved on" in text(browser.get(late.location))
    browser.post(f"{address}/revision")
    shown = values(browser.get(f"{address}/revision/send"))
    other = values(browser.get(f"{address}/revision"))
    browser.post(f"{address}/revision", {**other, "total": "7000", "act": "save"})
    assert browser.post(f"{address}/revision/send", shown).location == f"{address}/revision/send"
    assert "€8,330.00" in text(send(browser, f"{address}/revision") and browser.get(address))
    assert browser.post(f"{address}/revision/send", shown).location == address
    assert "the quote has moved on" in text(browser.get(address))
    assert [row.kind for row in rows(Mail)].count(MailKind.QUOTE_SENT) == 2


def test_a_sheet_goes_into_the_draft_that_was_seen(browser: Browser, owner: Supplier, deal: Deal) -> None:
    address = f"/quotes/{deal.quote_id}"
    cells = {"cells": "Title\tPercent\nDesign\t60\nLaunch\t40", "how": "append"}
    opened = values(browser.post(f"{address}/import", {**values(browser.get(f"{address}/import")), **cells}))
    save_draft(owner.workspace_id, deal.quote_id, a_draft(title="Theirs"))
    use = {**opened, **cells, "act": "use"}
    answer = browser.post(f"{address}/import", use)
    assert answer.status_code == 409
    assert "changed in another tab" in errors(answer)["cells"]
    assert len(kept()["milestones"]) == 3
    read = values(browser.post(f"{address}/import", {**values(answer), **cells, "act": "read"}))
    used = browser.post(f"{address}/import", {**read, **cells, "act": "use"})
    assert used.status_code in (200, 303)
    assert (kept()["title"], len(kept()["milestones"])) == ("Theirs", 5)
    assert browser.post(f"{address}/import", {**read, **cells, "act": "use"}).status_code == 409
    assert len(kept()["milestones"]) == 5


def test_a_hostile_form_names_no_page(browser: Browser, deal: Deal) -> None:
    address = f"/quotes/{deal.quote_id}"
    shown = values(browser.get(address))
    assert browser.post(address, {**shown, "title": "Kept", "act": "save"}).status_code == 303
    for odd in ("<script>", "x" * 500, "a.b -.1 ٣"):
        form = {**shown, **dict.fromkeys(("page", "made_from", "turn"), odd), "title": "Lure", "act": "save"}
        assert browser.post(address, form).status_code == 409
    assert browser.post(address, {**shown, "page": "other", "act": "keep-<script>"}).status_code == 409
    assert kept()["title"] == "Kept"
