"""Files are uploaded before the form goes through: nothing that was chosen is lost, and nobody else can use it."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from milebill.models import Deliverable, StoredFile
from milebill.web import staged
from tests.actors import Deal, Supplier, a_submitted_milestone, an_accepted_project, browser_of
from tests.browsers import Browser
from tests.rules import rows
from tests.web.supplier.forms import errors, page, text, values
from tests.web.supplier.test_projects import home

MULTIPART = "multipart/form-data"

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def deal(owner: Supplier) -> Deal:
    return an_accepted_project(owner)


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


def send(browser: Browser, deal: Deal, field: str = "", **form: Any) -> TestResponse:
    """Send the form, or, as the page does by itself, one field of it."""
    address = f"{home(deal)}/milestones/2/submission{f'/{field}' if field else ''}"
    return browser.post(address, form, content_type=MULTIPART)


def files(*names: str) -> list[tuple[BytesIO, str]]:
    return [(BytesIO(f"content of {name}".encode()), name) for name in names]


def kept(response: TestResponse, field: str = "files") -> list[str]:
    """The tickets of what the form holds."""
    return [str(found) for found in page(response).xpath(f"//input[@name='kept-{field}'][@checked]/@value")]


def handed_over() -> list[tuple[int, str]]:
    return [(row.criterion, row.file_name) for row in rows(Deliverable) if row.kind == "file"]


def test_a_form_with_errors_keeps_its_files(browser: Browser, deal: Deal) -> None:
    wrong = send(browser, deal, links="javascript:x", files=files("plan.pdf", "b.txt"), **{"files-2": files("c.txt")})
    assert wrong.status_code == 422
    assert [len(kept(wrong)), len(kept(wrong, "files-1")), len(kept(wrong, "files-2"))] == [2, 0, 1]
    assert "plan.pdf" in text(wrong)
    assert page(wrong).xpath("//details[@open]")  # where the file for the criterion waits
    assert handed_over() == []
    assert rows(StoredFile) == []  # nobody's yet
    form = {**values(wrong), "links": "", "kept-files": kept(wrong)[:1], "kept-files-2": kept(wrong, "files-2")}
    assert send(browser, deal, **form).status_code == 303
    assert handed_over() == [(0, "plan.pdf"), (2, "c.txt")]  # the other one was unticked
    assert len(rows(StoredFile)) == 2


def test_what_is_chosen_is_uploaded_at_once(browser: Browser, deal: Deal) -> None:
    first = send(browser, deal, "files-1", **{"files-1": files("a.txt"), "note": "being typed"})
    assert first.status_code == 200
    assert [field.get("id") for field in page(first).xpath("//div[@hx-post]")] == ["files-1-staged"]
    second = send(
        browser, deal, "files-1", **{"files-1": files("b.txt", "a.txt"), "kept-files-1": kept(first, "files-1")}
    )
    tickets = kept(second, "files-1")
    assert len(tickets) == 2  # the same file twice is one
    assert send(browser, deal, **{"kept-files-1": tickets}).status_code == 303
    assert handed_over() == [(1, "a.txt"), (1, "b.txt")]


def test_one_bad_file_costs_none_of_the_others(browser: Browser, deal: Deal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staged, "MAX_FILE_BYTES", 20)
    chosen = [*files("a.txt"), (BytesIO(b""), "empty.txt"), (BytesIO(b"x" * 21), "long.txt"), *files("b.txt")]
    answer = send(browser, deal, "files", files=chosen)
    assert answer.status_code == 422
    assert "empty.txt is empty" in errors(answer)["files"]
    assert "long.txt is larger" in errors(answer)["files"]
    assert len(kept(answer)) == 2
    again = send(browser, deal, note="x", files=[(BytesIO(b""), "empty.txt")], **{"kept-files": kept(answer)})
    assert again.status_code == 422
    assert len(kept(again)) == 2
    assert deal.milestone_state(2) == "planned"


def test_more_than_twenty_are_said_before_they_are_sent(browser: Browser, deal: Deal) -> None:
    answer = send(browser, deal, "files", files=files(*(f"{n}.txt" for n in range(21))))
    assert "at most 20" in errors(answer)["files"]
    assert len(kept(answer)) == 20


@pytest.mark.parametrize("damage", ["forged", "x" * 3000, ""])
def test_a_ticket_that_we_did_not_write_is_worth_nothing(browser: Browser, deal: Deal, damage: str) -> None:
    answer = send(browser, deal, note="x", **{"kept-files": damage})
    assert "Please choose it again." in errors(answer)["files"]
    assert kept(answer) == []
    assert deal.milestone_state(2) == "planned"


def test_nor_is_one_of_another_workspace(app: Flask, browser: Browser, deal: Deal, rival: Supplier) -> None:
    theirs = an_accepted_project(rival)
    (ticket,) = kept(send(browser_of(app, rival), theirs, "files", files=files("secret.txt")))
    answer = send(browser, deal, note="x", **{"kept-files": ticket})
    assert "Please choose it again." in errors(answer)["files"]
    assert "secret.txt" not in text(answer)


def test_nor_is_one_that_waited_for_too_long(browser: Browser, deal: Deal, monkeypatch: pytest.MonkeyPatch) -> None:
    (ticket,) = kept(send(browser, deal, "files", files=files("a.txt")))
    monkeypatch.setattr(staged, "MAX_AGE", -int(timedelta(days=1).total_seconds()))
    answer = send(browser, deal, note="What I typed", **{"kept-files": ticket})
    assert "waiting for too long" in errors(answer)["files"]
    assert values(answer)["note"] == "What I typed"


def test_only_fields_for_files_take_them(browser: Browser, deal: Deal, rival: Supplier, app: Flask) -> None:
    for field in ("note", "files-9", "csrf_token", "filesx", "kept-files"):
        assert send(browser, deal, field, files=files("a.txt")).status_code == 404
    assert send(browser_of(app, rival), deal, "files", files=files("a.txt")).status_code == 404
    address = f"{home(deal)}/milestones/2/submission/files"
    assert browser.get(address).status_code == 405
    assert browser.post(address.replace("/2/", "/9/")).status_code == 404


def test_what_was_uploaded_for_a_milestone_that_was_submitted_meanwhile_is_no_fault(
    browser: Browser, owner: Supplier
) -> None:
    deal = a_submitted_milestone(owner)
    assert send(browser, deal, "files", files=files("a.txt")).status_code == 200
    assert send(browser, deal, note="x", files=files("a.txt")).status_code == 303
    assert handed_over() == []
