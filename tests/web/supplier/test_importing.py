"""Milestones from a spreadsheet, in a supplier's draft and in a visitor's."""

import io
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from milebill.db import reading
from milebill.models import Revision
from milebill.web.supplier.importing import MAX_BYTES
from tests.actors import Supplier, a_draft, a_quote, a_sent_quote, browser_of
from tests.browsers import Browser
from tests.snapshots import everything
from tests.web.supplier.forms import builder, errors, text, values
from tests.web.visitor.people import Visitor, drafts

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CELLS = "Title\tCriteria\tPercent\tNotes\nDesign\tIt loads; it prints\t40\tx\nLaunch\t\t60\t\nTotal\t\t100\t"


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


@pytest.fixture
def address(owner: Supplier) -> str:
    return f"/quotes/{a_quote(owner).quote_id}"


def kept() -> list[dict[str, str]]:
    with reading() as connection:
        draft: Any = connection.scalar(select(Revision.draft))
    return list(draft["milestones"])


def titles() -> list[str]:
    return [row["title"] for row in kept()]


def send(browser: Browser, address: str, act: str = "read", **fields: Any) -> TestResponse:
    fields = {"cells": CELLS, "how": "replace", **fields}
    if act == "use" and "file" not in fields:
        fields["seen"] = values(send(browser, address, **fields)).get("seen", "")
    return browser.post(f"{address}/import", {**fields, "act": act})


def file(content: bytes) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), "milestones.csv"


def test_what_was_understood_is_shown_before_anything_changes(browser: Browser, address: str) -> None:
    before = everything()
    assert values(browser.get(f"{address}/import"))["cells"] == ""
    answer = send(browser, address)
    assert answer.status_code == 200
    shown = text(answer)
    for words in ("We read 2 milestones.", "C: Percentage", "Not used: D.", "row 4", "it prints", "40%"):
        assert words in shown
    assert values(answer)["cells"] == CELLS
    assert everything() == before


def test_amounts_are_shown_in_the_draft_s_currency(browser: Browser, owner: Supplier) -> None:
    address = f"/quotes/{a_quote(owner, currency='GBP').quote_id}"
    cells = "Title\tAmount\nA\t£6,000\nB\t6.000\nC\t\n"
    assert re.findall(r"£[0-9,.]+", text(send(browser, address, cells=cells)))[:2] == ["£6,000.00", "£6.00"]


def test_they_follow_the_draft_s_milestones(browser: Browser, address: str) -> None:
    before = titles()
    assert send(browser, address, "use", how="append").location == address
    assert titles() == [*before, "Design", "Launch"]
    assert "are in the draft" in text(browser.get(address))


def test_they_replace_the_draft_s_milestones_and_there_is_a_way_back(browser: Browser, address: str) -> None:
    before = kept()
    answer = send(browser, address, "use")
    assert (answer.status_code, titles()) == (200, ["Design", "Launch"])
    assert "are in the draft" in text(answer)
    assert "These replaced the milestones that were here before." in text(answer)

    edited = {**values(answer), "milestones-0-title": "Design, edited", "act": "undo"}
    back = browser.post(address, edited)
    assert "The milestones that were here before are back." in text(back)
    browser.post(address, {**values(back), "act": "save"})
    assert kept() == before
    again = browser.post(address, {**values(back), "act": "undo"})
    assert values(again)["milestones-0-title"] == "Design, edited"


def test_what_can_not_be_read_is_told_by_row_and_column_and_nothing_is_lost(browser: Browser, address: str) -> None:
    before, cells = everything(), "Title\tAmount\tDate\nA\tabout <b>5\t2027-04-01\nB\t5\t01/04/2027"
    for act in ("read", "use"):
        answer = send(browser, address, act, cells=cells)
        assert answer.status_code == 422
        assert "Row 2, column B (“about <b>5”): This is no amount" in text(answer)
        assert "<b>5" not in answer.get_data(as_text=True)
        assert "Row 3, column C (“01/04/2027”)" in text(answer)
        assert values(answer)["cells"] == cells
    assert everything() == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_and_can_be_mended(browser: Browser, address: str, encoding: str) -> None:
    content = 'Titre;Montant\n"Étape\nune";1 234,50\n'.encode(encoding)
    answer = send(browser, address, cells="", file=file(content))
    assert (answer.status_code, values(answer)["cells"].splitlines()[1]) == (200, '"Étape')
    assert send(browser, address, "use", cells=values(answer)["cells"]).status_code == 200
    assert titles() == ["Étape une"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"x" * (MAX_BYTES + 1), "too much at once"),
        (b"\0\0\0\0", "no text that we can read"),
        (b"\xff\xfe\x00\xd8", "no text that we can read"),
        (b"," * 400_000, "too much at once"),
        (b"a," * 1_000, "more than 40 columns"),
        (b"a\n" * 25, "at most 24 milestones"),
        (b'"a,b\n' + b"x" * 140_000, "never closed"),
        (b"", "paste some cells"),
    ],
)
def test_hostile_files_are_refused_in_words(browser: Browser, address: str, content: bytes, words: str) -> None:
    before = everything()
    answer = send(browser, address, "use", cells="", file=file(content))
    assert answer.status_code == 422
    assert words in errors(answer).get("file", errors(answer).get("cells", ""))
    assert everything() == before


def test_more_than_a_quote_has_are_refused(browser: Browser, address: str) -> None:
    cells = "\n".join(f"M{n}" for n in range(22))
    assert "more than 24" in errors(send(browser, address, "use", cells=cells, how="append"))["cells"]
    assert send(browser, address, "use", cells=cells).status_code == 200


def test_a_quote_that_was_sent_takes_none(browser: Browser, owner: Supplier) -> None:
    sent = f"/quotes/{a_sent_quote(owner).quote_id}/import"
    assert browser.get(sent).status_code == 404
    assert browser.post(sent, {"cells": CELLS, "act": "use"}).status_code == 404


def test_the_builder_saves_and_leads_there(browser: Browser, address: str) -> None:
    assert browser.post(address, builder(a_draft(title=""), "import")).location == f"{address}/import"
    new = browser.post("/quotes/new", builder(a_draft(), "import")).location
    assert new.endswith("/import")
    assert browser.get(new).status_code == 200
    assert browser.post(address, builder(a_draft(total="x"), "import")).status_code == 422


def test_a_visitor_s_draft_takes_them_too(nora: Visitor) -> None:
    address = nora.post("/d/new", a_draft(), "import").location.removesuffix("/import")
    before = everything()
    assert "What we understood" in text(nora.client.post(f"{address}/import", data={"cells": CELLS, "act": "read"}))
    assert errors(nora.client.post(f"{address}/import", data={"act": "use"}))["cells"]
    assert everything() == before
    used = use(nora, address)
    assert (used.status_code, values(used)["milestones-1-title"]) == (200, "Launch")
    assert [row["title"] for row in drafts()[0]["milestones"]] == ["Design", "Launch"]
    nora.client.post(address, data={**values(used), "act": "undo"})
    assert [row["title"] for row in drafts()[0]["milestones"]] == [row["title"] for row in a_draft()["milestones"]]
    shown = values(nora.client.get(address))
    assert nora.client.post(address, data={**shown, "act": "import"}).location == f"{address}/import"


def test_a_visitor_s_draft_stays_within_its_limit(nora: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    address = nora.begin()
    monkeypatch.setattr("milebill.domain.open_drafts.MAX_BYTES", 200)
    answer = use(nora, address)
    assert "too long" in errors(answer)["cells"]
    assert values(answer)["cells"] == CELLS


def test_a_visitor_who_is_too_fast_is_told_so(nora: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    address = nora.begin()
    monkeypatch.setattr("milebill.domain.open_drafts.MAX_SAVES", 1)
    answer = use(nora, address)
    assert (answer.status_code, "too many changes" in errors(answer)["cells"]) == (429, True)
    assert values(answer)["cells"] == CELLS


def use(nora: Visitor, address: str) -> TestResponse:
    fields = {"cells": CELLS}
    shown = values(nora.client.post(f"{address}/import", data=fields))
    known = {name: shown[name] for name in ("seen", "made_from")}
    return nora.client.post(f"{address}/import", data={**fields, **known, "act": "use"})


def test_cells_that_were_changed_meanwhile_are_shown_again(browser: Browser, address: str) -> None:
    before, seen = everything(), values(send(browser, address))["seen"]
    answer = browser.post(f"{address}/import", {"cells": "Other\t100%", "act": "use", "seen": seen})
    assert (answer.status_code, "We read 1 milestone." in text(answer)) == (200, True)
    assert everything() == before


@pytest.fixture
def nora(in_app: Flask) -> Visitor:
    return Visitor(in_app)
