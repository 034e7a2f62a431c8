"""A visitor's draft that is open in two tabs or on two devices, or that is gone while somebody still types."""

from typing import Any

import pytest
from flask import Flask
from lxml import html
from werkzeug.test import TestResponse

from milebill.domain import open_drafts
from tests.actors import a_draft
from tests.domain.test_open_drafts import NEWCOMER
from tests.snapshots import everything
from tests.web.supplier.forms import page, text, values
from tests.web.visitor.people import PARTIAL, SELLER, Visitor, drafts, kinds

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

OVERTAKEN = "This quote was changed in another tab or on another device at"


@pytest.fixture
def laptop(in_app: Flask) -> Visitor:
    return Visitor(in_app)


def type_in(who: Visitor, address: str, form: dict[str, Any], turn: int = 1, **changes: str) -> TestResponse:
    """What htmx sends after a pause."""
    return who.client.post(f"{address}/totals", data={**form, "turn": str(turn), **changes}, headers=PARTIAL)


def press(who: Visitor, address: str, form: dict[str, Any], act: str, **changes: str) -> TestResponse:
    """A button, without a script."""
    return who.client.post(address, data={**form, "act": act, **changes})


def button(answer: TestResponse, words: str) -> dict[str, str]:
    """The value of a button, and where it sends the form if not where that goes anyway."""
    tree = html.fromstring(answer.get_data(as_text=True))
    return dict(tree.xpath(f"//*[contains(@class, 'overtaken')]//button[contains(., '{words}')]")[0].attrib)


@pytest.mark.parametrize("began", ["at the front door", "by its address"])
def test_typing_in_two_places(nora: Visitor, laptop: Visitor, began: str) -> None:
    form = values(nora.client.get("/"))
    address = str(type_in(nora, "/d/new", form, client_name="C").headers["HX-Replace-Url"])
    home = "/d/new" if began == "at the front door" else address
    form = {**form, "client_name": "C"} if home == "/d/new" else values(nora.client.get(address))
    there = values(laptop.client.get(address))
    assert "Saved " in type_in(laptop, address, there, title="Theirs").get_data(as_text=True)
    answer = type_in(nora, home, form, 2, title="Mine", total="7000")
    shown = " ".join(answer.get_data(as_text=True).split())
    assert answer.status_code == 409
    assert "€8,400.00" in shown or "7,000" in shown
    assert OVERTAKEN in shown
    assert "Not saved: changed elsewhere." in shown
    assert "<bdi>Theirs</bdi>" in shown
    assert drafts()[0]["title"] == "Theirs"
    moved = nora.client.post(home, data={**form, "title": "Mine", "act": "add", "turn": "3"}, headers=PARTIAL)
    assert OVERTAKEN in moved.get_data(as_text=True)
    assert moved.get_data(as_text=True).count('class="editor-row"') == 4
    assert len(drafts()[0]["milestones"]) == 3
    kept = press(nora, home, form, button(answer, "Keep what I typed here")["value"], title="Mine", turn="4")
    assert kept.location == address
    assert drafts()[0]["title"] == "Mine"
    assert type_in(nora, home, form, 5, title="Mine too").status_code == 200
    assert type_in(laptop, address, there, 2, title="Theirs again").status_code == 409
    assert [draft["title"] for draft in drafts()] == ["Mine too"]


def test_without_a_script(nora: Visitor, laptop: Visitor) -> None:
    address = nora.begin(title="First")
    mine, theirs = (values(who.client.get(address)) for who in (nora, laptop))
    assert press(laptop, address, theirs, "save", title="Theirs").location == address
    answer = press(nora, address, mine, "send", title="Mine")
    assert (answer.status_code, values(answer)["title"]) == (409, "Mine")
    assert OVERTAKEN in text(answer)
    assert page(answer).xpath("//*[@id='overtaken']//a/@href") == [address]
    again = press(nora, address, values(answer), button(answer, "Keep")["value"])
    assert again.location == address
    assert drafts()[0]["title"] == "Mine"


def test_one_tab_is_never_told_of_itself(nora: Visitor) -> None:
    """However its requests overlap or overtake each other, and whatever buttons it presses between."""
    form = values(nora.client.get("/"))
    answers = [type_in(nora, "/d/new", form, turn, title=f"{turn}") for turn in (1, 3, 2, 6, 4, 5)]
    assert {answer.status_code for answer in answers} == {200}
    assert drafts()[0]["title"] == "6"
    moved = nora.client.post("/d/new", data={**form, "act": "down-0", "title": "7", "turn": "7"}, headers=PARTIAL)
    removed = {**form, "act": "remove-1", "title": "8", "turn": "8"}
    gone = nora.client.post("/d/new", data=removed, headers=PARTIAL)
    assert (moved.status_code, gone.status_code) == (200, 200)
    assert len(drafts()[0]["milestones"]) == 2
    address = str(gone.headers["HX-Replace-Url"])
    opened = values(nora.client.get(address))
    assert press(nora, address, opened, "undo").status_code == 200
    assert press(nora, address, opened, "save", title="9").location == address
    assert press(nora, address, opened, "save", title="9").location == address
    assert values(press(nora, address, opened, "send", title=""))["title"] == ""


def test_a_plan_is_no_way_around_it(nora: Visitor, laptop: Visitor) -> None:
    form = values(nora.client.get("/"))
    address = str(type_in(nora, "/d/new", form, title="Mine").headers["HX-Replace-Url"])
    type_in(laptop, address, values(laptop.client.get(address)), title="Theirs")
    answer = press(nora, "/d/new", form, "plan-website", title="Mine too")
    assert (answer.status_code, values(answer)["title"]) == (409, "Mine too")
    assert press(nora, "/d/new", form, "save", title="Mine too").status_code == 409
    assert drafts()[0]["title"] == "Theirs"


def test_too_fast_and_overtaken(nora: Visitor, laptop: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    address = nora.begin()
    mine = values(nora.client.get(address))
    type_in(laptop, address, values(laptop.client.get(address)), title="Theirs")
    monkeypatch.setattr(open_drafts, "MAX_SAVES", 1)
    assert press(nora, address, mine, "save", title="Mine").status_code == 409
    assert drafts()[0]["title"] == "Theirs"


@pytest.mark.parametrize("end", ["discarded", "claimed"])
def test_what_is_gone_is_not_brought_back_but_by_a_button(nora: Visitor, laptop: Visitor, end: str) -> None:
    form = values(nora.client.get("/"))
    people = {"client_name": "C", "approver_name": "A", "approver_email": "a@example.com"}
    address = str(type_in(nora, "/d/new", {**form, **people}).headers["HX-Replace-Url"])
    there = values(laptop.client.get(address))
    if end == "discarded":
        laptop.client.post(f"{address}/removal")
        status, words, way = 404, "This draft was discarded", "/"
    else:
        nora.confirm(nora.ask(address), **SELLER)
        status, words, way = 410, "this draft belongs to their account now", "/login?next=/quotes"
    before = everything()
    for who, home, typed in ((nora, "/d/new", form), (laptop, address, there)):
        typing = type_in(who, home, typed, 2, title="Typed on", total="7000")
        saving = press(who, home, typed, "save", title="Typed on")
        moving = who.client.post(home, data={**typed, "act": "add", "title": "Typed on"}, headers=PARTIAL)
        assert (typing.status_code, saving.status_code) == (status, status)
        for answer in (typing, saving, moving):
            assert words in " ".join(answer.get_data(as_text=True).split())
        assert "7,000" in typing.get_data(as_text=True)
        assert moving.get_data(as_text=True).count('class="editor-row"') == 4
        assert values(saving)["title"] == "Typed on"
        assert page(saving).xpath("//*[@id='overtaken']//a/@href") == [way]
    assert everything() == before
    again = button(saving, "Start a new one")
    assert again["formaction"] == "/d/new"
    made = {press(laptop, "/d/new", values(saving), again["value"]).location for _ in range(2)}
    assert len(made) == 1
    assert made != {address}
    assert drafts()[-1]["title"] == "Typed on"
    assert nora.client.get(address).status_code == status
    assert nora.post(f"{address}x", a_draft(), "save").status_code == 404


def test_the_mail_is_asked_for_what_was_shown(nora: Visitor, laptop: Visitor) -> None:
    address = nora.begin()
    shown = values(nora.client.get(f"{address}/send"))
    type_in(laptop, address, values(laptop.client.get(address)), title="Theirs")
    answer = nora.client.post(f"{address}/send", data={**shown, "email": NEWCOMER})
    assert (answer.status_code, values(answer)["email"]) == (409, NEWCOMER)
    assert "changed since this page was opened" in text(answer)
    assert "Theirs" in text(answer)
    assert kinds() == []
    assert nora.client.post(f"{address}/send", data=values(answer)).location == "/confirm/code"


def test_a_sheet_goes_into_the_draft_that_was_seen(nora: Visitor, laptop: Visitor) -> None:
    address = nora.begin()
    cells = {"cells": "Title\tPercent\nDesign\t60\nLaunch\t40", "how": "replace"}
    opened = values(
        nora.client.post(f"{address}/import", data={**values(nora.client.get(f"{address}/import")), **cells})
    )
    type_in(laptop, address, values(laptop.client.get(address)), title="Theirs")
    answer = nora.client.post(f"{address}/import", data={**opened, **cells, "act": "use"})
    assert answer.status_code == 409
    assert len(drafts()[0]["milestones"]) == 3
    read = values(nora.client.post(f"{address}/import", data={**values(answer), **cells, "act": "read"}))
    used = nora.client.post(f"{address}/import", data={**read, **cells, "act": "use"})
    assert (drafts()[0]["title"], len(drafts()[0]["milestones"])) == ("Theirs", 2)
    assert press(nora, address, values(used), "save", title="Ours").location == address
