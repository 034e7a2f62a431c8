"""Projects: the schedule, and putting milestones before the client."""

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from milebill import clock
from milebill.db import reading
from milebill.models import Deliverable, Project
from milebill.web import staged
from milebill.web.uploads import file_name
from tests.actors import (
    Deal,
    Supplier,
    a_submitted_milestone,
    an_accepted_project,
    an_issued_invoice,
    browser_of,
    shares,
)
from tests.browsers import Browser
from tests.web.supplier.forms import errors, page, text, values


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


def home(deal: Deal) -> str:
    with reading() as connection:
        return f"/projects/{connection.scalar(select(Project.id).where(Project.quote_id == deal.quote_id))}"


def handed_over() -> list[tuple[str, str, str, int]]:
    with reading() as connection:
        query = select(Deliverable.url, Deliverable.file_name, Deliverable.media_type, Deliverable.size)
        return [tuple(row) for row in connection.execute(query.order_by(Deliverable.position))]


def test_the_list_says_how_far_each_has_come(browser: Browser, owner: Supplier) -> None:
    assert "No projects yet" in text(browser.get("/projects"))
    an_accepted_project(owner)
    assert "1 of 3 signed off" in text(browser.get("/projects"))
    deal = a_submitted_milestone(owner)
    assert "Awaiting sign-off" in text(browser.get("/projects"))
    deal.request_changes()
    assert "Changes requested" in text(browser.get("/projects"))
    done = a_submitted_milestone(owner, milestones=shares("50", "50", deposit=True))
    done.sign_off(2)
    assert "All signed off" in text(browser.get("/projects"))
    assert "To milestone" not in text(browser.get(home(done)))


def test_the_page_of_a_project(browser: Browser, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    deal.ask("When is the launch?")
    shown = text(browser.get(home(deal)))
    for words in (
        "Step 1",
        "It works.",
        "Signed off by Inês Duarte",
        "€8,925.00 of €11,900.00 billed",
        "PO-7",
        "Łoś Verlag GmbH",
        "When is the launch?",
        "Agreement, signed by Inês Duarte",
    ):
        assert words in shown


def test_what_can_be_done_follows_the_state(browser: Browser, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    address = home(deal)
    links = set(page(browser.get(address)).xpath("//a/@href"))
    assert f"{address}/milestones/2/withdrawal" in links
    assert f"{address}/milestones/3/submission" in links
    assert not links & {f"{address}/milestones/1/submission", f"{address}/milestones/2/submission"}
    deal.request_changes(2, "The logo is missing.")
    shown = browser.get(address)
    assert "The logo is missing." in text(shown)
    assert f"{address}/milestones/2/submission" in page(shown).xpath("//a/@href")


def test_submitting_with_a_note_links_and_files(app: Flask, browser: Browser, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    address = f"{home(deal)}/milestones/2/submission"
    assert browser.get(address).status_code == 200
    files = [(BytesIO(b"%PDF-1.7"), "..\\..\\Plan ä.pdf"), (BytesIO(b"x"), "noending")]
    form = {"note": "Done.", "links": "https://a.example/1\n\n http://b.example \n", "files": files}
    response = browser.post(address, form, content_type="multipart/form-data")
    assert (response.status_code, response.location) == (303, f"{home(deal)}#milestone-2")
    assert deal.milestone_state(2) == "submitted"
    assert handed_over() == [
        ("https://a.example/1", "", "", 0),
        ("http://b.example", "", "", 0),
        ("", "Plan ä.pdf", "application/pdf", 8),
        ("", "noending", "application/octet-stream", 1),
    ]
    shown = page(browser.get(home(deal)))
    file = shown.xpath("//a[text()='Plan ä.pdf']/@href")[0]
    saved = browser.get(file, buffered=True)
    assert saved.get_data() == b"%PDF-1.7"
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert "filename*=UTF-8''Plan%20%C3%A4.pdf" in saved.headers["Content-Disposition"]
    assert saved.headers["X-Content-Type-Options"] == "nosniff"


def test_a_page_that_was_handed_over_is_never_shown_as_ours(browser: Browser, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    form = {"note": "", "links": "", "files": [(BytesIO(b"<script>alert(1)</script>"), "x.html")]}
    browser.post(f"{home(deal)}/milestones/2/submission", form, content_type="multipart/form-data")
    file = page(browser.get(home(deal))).xpath("//a[text()='x.html']/@href")[0]
    saved = browser.get(file, buffered=True)
    assert saved.mimetype == "application/octet-stream"
    assert saved.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("form", "field", "words"),
    [
        ({}, "note", "Please fill this in."),
        ({"note": "x" * 8001}, "note", "too long"),
        ({"note": "x", "links": "javascript:alert(1)"}, "links", "begin with https://"),
        ({"note": "x", "links": "https://a.example\n" * 21}, "links", "at most 20"),
        ({"note": "x", "files": [(BytesIO(b""), "empty.txt")]}, "files", "empty.txt is empty"),
        ({"note": "x", "files": [(BytesIO(b"x"), f"{n}.txt") for n in range(21)]}, "files", "at most 20"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_cannot_be_submitted(
    browser: Browser, owner: Supplier, form: dict[str, object], field: str, words: str
) -> None:
    deal = an_accepted_project(owner)
    response = browser.post(f"{home(deal)}/milestones/2/submission", form, content_type="multipart/form-data")
    assert response.status_code == 422
    assert words in errors(response)[field]
    assert values(response)["note"] == form.get("note", "")
    assert deal.milestone_state(2) == "planned"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_that_is_too_large(
    browser: Browser, owner: Supplier, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    monkeypatch.setattr(staged, "MAX_FILE_BYTES", 10)
    deal = an_accepted_project(owner)
    form = {"note": "x", "files": [(BytesIO(b"fits"), "a.txt"), (BytesIO(b"x" * 11), "b.txt")]}
    response = browser.post(f"{home(deal)}/milestones/2/submission", form, content_type="multipart/form-data")
    assert "b.txt is larger" in errors(response)["files"]
    assert handed_over() == []
    app.config["MAX_CONTENT_LENGTH"] = 100
    assert browser.post(f"{home(deal)}/milestones/2/submission", {"note": "x" * 200}).status_code == 413


def test_a_milestone_is_submitted_once(browser: Browser, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    for position in (1, 2):
        address = f"{home(deal)}/milestones/{position}/submission"
        assert browser.get(address).location == home(deal)
        assert browser.post(address, {"note": "again"}).location == home(deal)
    assert "not possible" in browser.get(home(deal)).get_data(as_text=True)


def test_taking_it_back_once(browser: Browser, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    address = f"{home(deal)}/milestones/2/withdrawal"
    assert "Take milestone 2 back" in text(browser.get(address))
    assert deal.milestone_state(2) == "submitted"
    assert browser.post(address).location == f"{home(deal)}#milestone-2"
    assert deal.milestone_state(2) == "planned"
    assert browser.post(address).location == home(deal)
    assert browser.get(address).location == home(deal)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a.pdf", "a.pdf"),
        ("/etc/passwd", "passwd"),
        ("C:\\x\\y.txt", "y.txt"),
        ("a\r\nSet-Cookie: x", "aSet-Cookie: x"),
        ("..", "file"),
        ("", "file"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
        ("y" * 300, "y" * 255),
    ],
)
def test_a_files_name_is_text_on_one_line(typed: str, kept: str) -> None:
    assert file_name(typed) == kept


def test_what_is_at_stake_today(browser: Browser, owner: Supplier) -> None:
    """10,000.00 with 30 % billed at the start: before the client, all of the work until then counts as done."""
    planned = shares("30", "70", deposit=True)
    assert "By the plan" not in text(browser.get(home(an_accepted_project(owner, milestones=planned))))
    planned[1]["planned_on"] = (clock.now().date() + timedelta(days=30)).isoformat()
    deal = an_accepted_project(owner, milestones=planned)
    billed = "By the plan, work worth €3,000.00 without tax is billed and still to be done."
    assert billed in text(browser.get(home(deal)))
    deal.submit(2)
    done = "By the plan, work worth €7,000.00 without tax is done today that no invoice covers."
    assert done in text(browser.get(home(deal)))
    deal.sign_off(2)
    assert "By the plan" not in text(browser.get(home(deal)))
