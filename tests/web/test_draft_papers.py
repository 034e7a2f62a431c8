"""A draft as a PDF that nobody takes for an offer: a visitor's and a supplier's."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from werkzeug.test import TestResponse

from milebill import clock
from milebill.domain import draft_papers, leases
from milebill.domain.draft_papers import purge_draft_papers
from milebill.domain.quotes import begin_quote, send_quote
from milebill.models import Document, DraftPaper, Event, Mail
from milebill.outbound import draft_papers as printing
from milebill.outbound.draft_papers import render_next_draft
from tests.actors import Supplier, a_draft, a_sent_quote, browser_of
from tests.rules import rows
from tests.snapshots import everything
from tests.web.supplier.forms import builder, text
from tests.web.visitor.people import PARTIAL, Visitor

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def nora(in_app: Flask) -> Visitor:
    return Visitor(in_app)


def pages(answer: TestResponse) -> list[str]:
    """The text of each page."""
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="draft.pdf"'
    document = PdfReader(io.BytesIO(answer.data))
    assert "/EmbeddedFiles" not in document.trailer["/Root"].get("/Names", {})
    return [re.sub(r"\s+", " ", page.extract_text()) for page in document.pages]


def long(**changes: Any) -> dict[str, Any]:
    row = a_draft()["milestones"][0] | {"value": "10", "trigger": "sign_off", "description": "What we do. " * 40}
    return a_draft(milestones=[row | {"title": f"Step {n}"} for n in range(10)], **changes)


def test_a_visitors_draft_is_printed_on_request_and_marked(in_app: Flask, nora: Visitor) -> None:
    address = nora.begin(**long(client_locale="de"))
    before = everything()
    assert "Make the PDF" in text(nora.client.get(f"{address}/pdf"))
    assert nora.client.get(f"{address}/draft.pdf").status_code == 404
    assert everything() == before
    assert nora.client.post(f"{address}/pdf").location == f"{address}/pdf"
    assert "being prepared" in text(nora.client.get(f"{address}/pdf"))
    assert "being prepared" in nora.client.get(f"{address}/pdf", headers=PARTIAL).get_data(as_text=True)
    assert render_next_draft(in_app)
    assert not render_next_draft(in_app)
    assert f'href="{address}/draft.pdf"' in nora.client.get(f"{address}/pdf").get_data(as_text=True)
    found = pages(nora.client.get(f"{address}/draft.pdf"))
    assert len(found) > 1
    assert all("ENTWURF" in page for page in found)
    assert "kein Angebot" in found[0]
    assert "Ihr Unternehmen" in found[1]
    assert (rows(Document), rows(Mail), rows(Event)) == ([], [], [])


def test_one_button_of_the_builder_saves_and_prints(nora: Visitor) -> None:
    first = nora.post("/d/new", a_draft(title="First"), "pdf")
    address = first.location.removesuffix("/pdf")
    assert first.location == f"{address}/pdf"
    assert nora.post(address, a_draft(title="Second"), "pdf").location == f"{address}/pdf"
    assert [row.content["quote"]["title"] for row in rows(DraftPaper)] == ["Second"]
    unfinished = nora.post(address, a_draft(title=""), "pdf")
    assert unfinished.status_code == 422
    assert nora.client.get(f"{address}/pdf").location == f"{address}?check=pdf"
    assert nora.client.post(f"{address}/pdf").location == f"{address}?check=pdf"
    assert "Then the PDF can be made." in text(nora.client.get(f"{address}?check=pdf"))


def test_the_same_draft_is_printed_once_and_a_changed_one_again(in_app: Flask, nora: Visitor) -> None:
    address = nora.begin()
    for _ in range(3):
        nora.client.post(f"{address}/pdf")
    assert [render_next_draft(in_app) for _ in range(2)] == [True, False]
    nora.client.post(f"{address}/pdf")
    assert not render_next_draft(in_app)
    nora.post(f"{address}/totals", a_draft(title="Else"))
    assert "changed since" in text(nora.client.get(f"{address}/pdf"))
    nora.client.post(f"{address}/pdf")
    late = leases.lease_draft_paper()
    assert late
    nora.post(f"{address}/totals", a_draft(title="Last"))
    nora.client.post(f"{address}/pdf")
    assert not leases.draft_paper_made(late, b"of what was there before")
    assert render_next_draft(in_app)
    assert "Last" in pages(nora.client.get(f"{address}/draft.pdf"))[0]


@pytest.mark.parametrize(("limit", "other"), [("MAX_PER_HOUR", 303), ("MAX_PER_NETWORK", 429)])
def test_nobody_burns_our_processor(nora: Visitor, monkeypatch: pytest.MonkeyPatch, limit: str, other: int) -> None:
    monkeypatch.setattr(draft_papers, limit, 2)
    address = nora.begin()
    another = nora.client.post("/d/new", data=builder(a_draft(), "save", once="another")).location
    answers = []
    for title in ("1", "2", "3"):
        nora.post(f"{address}/totals", a_draft(title=title))
        answers.append(nora.client.post(f"{address}/pdf").status_code)
    assert answers == [303, 303, 429]
    assert [row.content["quote"]["title"] for row in rows(DraftPaper)] == ["2"]
    assert nora.post(address, a_draft(title="4"), "pdf").status_code == 429
    assert nora.client.post(f"{another}/pdf").status_code == other
    with clock.at(clock.now() + timedelta(hours=1)):
        assert nora.client.post(f"{address}/pdf").status_code == 303


def test_what_cannot_be_printed_says_so_and_ends(in_app: Flask, nora: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    address = nora.begin()
    nora.client.post(f"{address}/pdf")
    monkeypatch.setattr(printing, "SECONDS", 0)
    assert render_next_draft(in_app)
    assert not render_next_draft(in_app)
    assert "could not be printed" in text(nora.client.get(f"{address}/pdf"))
    monkeypatch.setattr(printing, "SECONDS", 8)
    nora.client.post(f"{address}/pdf")
    monkeypatch.setattr(leases, "DRAFT_LEASE", timedelta(0))
    for _ in range(2):  # a worker that dies of it
        assert leases.lease_draft_paper()
    assert render_next_draft(in_app)
    assert "could not be printed" in text(nora.client.get(f"{address}/pdf"))


HOSTILE = (
    "</style><b>&amp;",
    '<img src="file:///etc/passwd">',
    "\u202e\u2066abc",
    "{{ 7 * 7 }}",
    "<pdf:nextpage/>" * 9,
    "<td colspan=99999>",
)


def test_text_of_a_visitor_is_text_on_paper(in_app: Flask, nora: Visitor) -> None:
    for number, words in enumerate(HOSTILE):
        draft = a_draft(title=words, introduction=words, client_name=words, approver_name=words)
        address = nora.client.post("/d/new", data=builder(draft, "save", once=str(number))).location
        nora.client.post(f"{address}/pdf")
        assert render_next_draft(in_app)
        shown = "".join(pages(nora.client.get(f"{address}/draft.pdf")))
        assert "49" not in shown.split("DRAFT")[0]
        assert "root:" not in shown


def test_it_goes_with_its_draft_and_after_a_day(in_app: Flask, nora: Visitor) -> None:
    address = nora.begin()
    nora.client.post(f"{address}/pdf")
    with clock.at(clock.now() + timedelta(hours=23)):
        assert purge_draft_papers() == 0
    with clock.at(clock.now() + timedelta(hours=25)):
        assert (purge_draft_papers(), purge_draft_papers()) == (1, 0)
    nora.client.post(f"{address}/pdf")
    nora.client.post(f"{address}/removal")
    assert rows(DraftPaper) == []
    assert not render_next_draft(in_app)
    for path in ("/pdf", "/draft.pdf"):
        assert nora.client.get(address + path).status_code == 404


def test_a_supplier_prints_a_draft_with_their_letterhead(
    in_app: Flask, owner: Supplier, rival: Supplier, viewer: Supplier
) -> None:
    quote = begin_quote(owner.workspace_id, owner.actor, a_draft())
    browser, address = browser_of(in_app, owner), f"/quotes/{quote}"
    assert browser.post(address, builder(a_draft(title="My draft"), "pdf")).location == f"{address}/pdf"
    assert render_next_draft(in_app)
    assert "Save it" in text(browser.get(f"{address}/pdf"))
    page = pages(browser.get(f"{address}/draft.pdf"))[0]
    assert "DRAFT" in page
    assert "My draft" in page
    assert "Draft of a quote" in page
    assert browser_of(in_app, viewer).get(f"{address}/draft.pdf").status_code == 200
    for path in ("/pdf", "/draft.pdf"):
        assert browser_of(in_app, rival).get(address + path).status_code == 404
    send_quote(owner.workspace_id, owner.actor, quote)
    assert browser.get(f"{address}/pdf").location == address
    assert browser.post(f"{address}/pdf", {}).location == address
    assert browser.get(f"{address}/draft.pdf").status_code == 404


def test_a_workspace_burns_no_more_than_its_part(
    in_app: Flask, owner: Supplier, rival: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft_papers, "MAX_PER_WORKSPACE", 2)
    browser, address = browser_of(in_app, owner), f"/quotes/{begin_quote(owner.workspace_id, owner.actor, a_draft())}"
    assert [browser.post(f"{address}/pdf").status_code for _ in range(3)] == [303, 303, 303], "the same one counts once"
    another = f"/quotes/{begin_quote(owner.workspace_id, owner.actor, a_draft())}"
    assert browser.post(f"{another}/pdf").status_code == 303
    refused = browser.post(address, builder(a_draft(title="Changed"), "pdf"))
    assert refused.status_code == 429
    assert "Please wait a little; the draft is saved." in text(refused)
    assert len(rows(DraftPaper)) == 2
    theirs = begin_quote(rival.workspace_id, rival.actor, a_draft())
    assert browser_of(in_app, rival).post(f"/quotes/{theirs}/pdf").status_code == 303
    with clock.at(clock.now() + timedelta(hours=1)):
        assert browser.post(f"{address}/pdf").status_code == 303


def test_the_next_revision_is_a_draft_too(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    browser, address = browser_of(in_app, owner), f"/quotes/{deal.quote_id}/revision"
    browser.post(address, {})
    assert (
        browser.post(address, builder(a_draft(title="Second try"), "pdf", made_from="R2.0")).location
        == f"{address}/pdf"
    )
    while render_next_draft(in_app):
        pass
    assert "Save it" in text(browser.get(f"{address}/pdf"))
    assert "Second try" in pages(browser.get(f"{address}/draft.pdf"))[0]
