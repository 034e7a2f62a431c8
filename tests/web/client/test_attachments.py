"""Files in the thread: kept aside while somebody writes, sent with the message, fetched by both sides only."""

from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from milebill.models import Event, MailKind, Message, StoredFile
from milebill.web.client import attachments
from tests.actors import APPROVER, PAYABLE, Supplier, a_sent_quote, a_submitted_milestone, browser_of, sign_up
from tests.outbound.mail_stories import written
from tests.rules import check_rules, rows
from tests.web.client.conftest import PARTIAL, Guest, Visit, errors, on_sqlite, tree_of, words
from tests.web.client.test_questions import once

CONTENT = b"\x89PNG and what the map looks like"


def files(*names: str, content: bytes = CONTENT) -> list[tuple[BytesIO, str]]:
    return [(BytesIO(content), name) for name in names]


def kept(response: TestResponse) -> list[str]:
    """The tickets of what a form holds."""
    return [str(found) for found in tree_of(response).xpath("//input[@name='kept-files'][@checked]/@value")]


def upload(visitor: Guest, part: str, **form: Any) -> TestResponse:
    """What the page sends by itself as soon as files were chosen."""
    return visitor.client.post(f"{visitor.base}/attachments/{part}", data=form, headers=PARTIAL)


def ask(visitor: Guest, **form: Any) -> TestResponse:
    typed = {"text": "See the picture.", "name": APPROVER.name, "once": once(visitor)}
    return visitor.send("/questions", **(typed | form))


def test_a_question_brings_its_files_to_the_supplier(app: Flask, guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    visitor = guest(deal)
    assert ask(visitor, files=files("map.png", "b.txt")).status_code == 303
    (message,) = rows(Message)
    assert [(file["name"], file["size"]) for file in message.files] == [
        (name, len(CONTENT)) for name in ("map.png", "b.txt")
    ]
    assert len(rows(StoredFile)) == 1  # the same content, once
    (asked,) = rows(Event, Event.kind == "question_asked")
    assert [file["sha256"] for file in asked.content["data"]["files"]] == [file["sha256"] for file in message.files]
    (mine, _other) = tree_of(visitor.open()).xpath("//*[@id='thread']//a/@href")
    saved = visitor.client.get(mine, buffered=True)
    assert saved.get_data() == CONTENT
    assert saved.headers["Content-Disposition"].startswith("attachment")
    browser = browser_of(app, owner)
    (theirs, _other) = tree_of(browser.get(f"/quotes/{deal.quote_id}")).xpath("//*[@id='thread']//a/@href")
    assert browser.get(theirs, buffered=True).get_data() == CONTENT
    check_rules(owner.workspace_id)


@on_sqlite
def test_nobody_else_gets_them(app: Flask, guest: Visit, owner: Supplier, rival: Supplier) -> None:
    deal, other = a_sent_quote(owner), a_sent_quote(owner)
    assert ask(guest(deal), files=files("map.png")).status_code == 303
    (message,) = rows(Message)
    path = f"/messages/{message.id}/files/1"
    assert guest(deal).open(path).status_code == 200
    assert guest(deal, PAYABLE).open(path).status_code == 200
    assert guest(other).open(path).status_code == 404
    for wrong in (f"/messages/{message.id}/files/2", f"/messages/{message.id}/files/0", "/messages/999/files/1"):
        assert guest(deal).open(wrong).status_code == 404
    assert browser_of(app, rival).get(f"/quotes/{deal.quote_id}{path}").status_code == 404
    assert browser_of(app, owner).get(f"/quotes/{other.quote_id}{path}").status_code == 404
    assert browser_of(app, owner).get(f"/quotes/{deal.quote_id}{path}", buffered=True).status_code == 200


@on_sqlite
@pytest.mark.parametrize("part", ["question", "changes", "criteria"])
def test_what_is_chosen_is_uploaded_at_once(guest: Visit, owner: Supplier, part: str) -> None:
    visitor = guest(a_submitted_milestone(owner))
    first = upload(visitor, part, files=files("a.png"))
    assert first.status_code == 200
    assert tree_of(first).xpath("//div[@hx-post]/@id") == [f"{part}-files-staged"]
    again = upload(visitor, part, files=files("b.png"), **{"kept-files": kept(first)})
    assert len(kept(again)) == 2
    assert rows(StoredFile) == []


@pytest.mark.parametrize(
    ("path", "typed", "wrong"),
    [
        ("/questions", {"text": "Look.", "name": APPROVER.name}, {"text": ""}),
        ("/milestones/2/changes", {"reason": "Look.", "name": APPROVER.name}, {"reason": ""}),
        (
            "/milestones/2/criteria",
            {"decision-1": "accept", "decision-2": "reject", "reason-2": "Look.", "name": APPROVER.name},
            {"reason-2": ""},
        ),
    ],
)
@on_sqlite
def test_files_outlive_a_form_with_errors(
    guest: Visit, owner: Supplier, path: str, typed: dict[str, str], wrong: dict[str, str]
) -> None:
    visitor = guest(a_submitted_milestone(owner))
    hidden = {"once": once(visitor)} if path == "/questions" else visitor.hidden(path)
    answer = visitor.send(path, **(hidden | typed | wrong), files=files("map.png"))
    assert answer.status_code == 422
    assert len(kept(answer)) == 1
    again = visitor.send(path, **(hidden | typed), **{"kept-files": kept(answer)})
    assert again.status_code == 303
    assert [file["name"] for file in rows(Message)[-1].files] == ["map.png"]


@on_sqlite
def test_what_is_wrong_with_a_file_is_said_and_costs_nothing_else(
    guest: Visit, owner: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "LONGEST", 20)
    visitor = guest(a_sent_quote(owner))
    chosen = [*files("a.txt", content=b"fits"), *files("long.txt", content=b"x" * 21), *files("empty.txt", content=b"")]
    answer = ask(visitor, files=chosen)
    assert answer.status_code == 422
    assert "long.txt is larger" in errors(answer)["question-files"]
    assert "empty.txt is empty" in errors(answer)["question-files"]
    assert len(kept(answer)) == 1
    assert tree_of(answer).xpath("//*[@id='question-text']")[0].text.strip() == "See the picture."
    assert rows(Message) == []
    six = ask(visitor, files=[*[(BytesIO(b"%d" % n), f"{n}.txt") for n in range(6)]])
    assert "at most 5" in errors(six)["question-files"]


@on_sqlite
def test_a_ticket_is_for_one_link(guest: Visit, owner: Supplier) -> None:
    deal, other = a_sent_quote(owner), a_sent_quote(sign_up("Rita Rival"))
    (ticket,) = kept(upload(guest(other), "question", files=files("a.png")))
    for foreign in (ticket, "forged", ""):
        answer = ask(guest(deal), **{"kept-files": foreign})
        assert answer.status_code == 422
        assert "Please choose it again." in errors(answer)["question-files"]
    assert rows(Message) == []


@on_sqlite
def test_a_ticket_whose_file_is_gone_asks_for_it_again(app: Flask, guest: Visit, owner: Supplier) -> None:
    content = b"kept aside on a disk that was lost"
    deal = a_sent_quote(owner)
    visitor = guest(deal)
    (ticket,) = kept(upload(visitor, "question", files=files("a.png", content=content)))
    app.extensions["staging"].of(f"link {deal.link()}").path(sha256(content).hexdigest()).unlink()
    answer = ask(visitor, **{"kept-files": ticket})
    assert answer.status_code == 422
    assert "Please choose it again." in errors(answer)["question-files"]
    assert rows(Message) == []


@on_sqlite
def test_tickets_of_several_uploads_bring_no_more_than_may_be_chosen(guest: Visit, owner: Supplier) -> None:
    visitor = guest(a_sent_quote(owner))
    tickets = [kept(upload(visitor, "question", files=files(f"{n}.png")))[0] for n in range(6)]
    answer = ask(visitor, **{"kept-files": tickets})
    assert answer.status_code == 422
    assert "at most 5" in errors(answer)["question-files"]
    assert kept(answer) == tickets[:5]
    assert rows(Message) == []


@on_sqlite
def test_only_forms_that_take_files_take_them(guest: Visit, owner: Supplier) -> None:
    visitor = guest(a_sent_quote(owner))
    for part in ("signoff", "accept", "x"):
        assert upload(visitor, part).status_code == 404
    assert visitor.open("/attachments/question").status_code == 405
    address = f"{visitor.base}/attachments/question"
    assert visitor.client.post(address, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


@on_sqlite
def test_the_supplier_answers_with_files(app: Flask, guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    browser = browser_of(app, owner)
    address = f"/quotes/{deal.quote_id}/answers"
    staged = browser.post(f"{address}/files", {"files": files("plan.pdf")}, content_type="multipart/form-data")
    assert staged.status_code == 200
    empty = browser.post(address, {"text": "", "once": "1", "kept-files": kept(staged)})
    assert empty.status_code == 422
    assert len(kept(empty)) == 1
    bad = browser.post(address, {"text": "Here", "once": "1", "files": files("x", content=b"")})
    assert bad.status_code == 422
    assert "x is empty" in words(bad)
    assert browser.post(address, {"text": "Here it is.", "once": "1", "kept-files": kept(empty)}).status_code == 303
    (file,) = tree_of(guest(deal).open()).xpath("//*[@id='thread']//a")
    assert file.text == "plan.pdf"
    assert guest(deal).client.get(file.get("href"), buffered=True).get_data() == CONTENT


@on_sqlite
def test_mails_name_the_files_that_came_with_a_message(app: Flask, guest: Visit, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    visitor = guest(deal)
    ask(visitor, files=files("map.png", "b.txt"))
    changes = visitor.hidden("/milestones/2/changes")
    visitor.send("/milestones/2/changes", **changes, reason="Look.", name=APPROVER.name, files=files("c.png"))
    for kind, sentence in (
        (MailKind.QUESTION_ASKED, "2 files came with it: map.png, b.txt. They are on the page."),
        (MailKind.CHANGES_REQUESTED, "1 file came with it: c.png. It is on the page."),
    ):
        mail = written(app, kind)
        assert sentence in " ".join(mail.text.split())
        assert sentence in (mail.html or "")


@on_sqlite
def test_there_is_room_for_so_much_that_waits_behind_a_link(
    app: Flask, guest: Visit, owner: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "ROOM", 25)
    app.extensions["staging"].purge(-60)  # what other tests left behind the same links
    deal = a_sent_quote(owner)
    visitor = guest(deal)
    assert upload(visitor, "question", files=files("a.txt", content=b"a" * 20)).status_code == 200
    full = upload(visitor, "question", files=files("b.txt", content=b"b" * 20))
    assert full.status_code == 422
    assert "no more room" in errors(full)["question-files"]
    # Somebody else's link has room of its own.
    assert upload(guest(deal, PAYABLE), "question", files=files("b.txt", content=b"b" * 20)).status_code == 200
    assert app.extensions["staging"].purge(60) == 0
    assert app.extensions["staging"].purge(-60) == 2  # a week later
    assert upload(visitor, "question", files=files("b.txt", content=b"b" * 20)).status_code == 200
