"""The same five questions for every route of the supplier's side; that it works is asked beside each page."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from milebill.db import reading
from milebill.domain.evidence import Evidence
from milebill.models import Deliverable, Document, Mail, Payment, Project, Workspace
from tests.actors import Supplier, a_quote, a_sent_quote, an_issued_invoice, browser_of

LISTS = ("/dashboard", "/dashboard/live", "/quotes", "/quotes/new", "/projects", "/invoices", "/clients", "/settings")

READ = (
    "/quotes/{draft}",
    "/quotes/{draft}/send",
    "/quotes/{draft}/preview",
    "/quotes/{sent}",
    "/quotes/{sent}/preview",
    "/quotes/{sent}/withdrawal",
    "/quotes/{sent}/answers",
    "/projects/{project}",
    "/projects/{project}/milestones/3/submission",
    "/projects/{project}/milestones/3/withdrawal",
    "/invoices/{invoice}",
    "/invoices/{invoice}/payments",
    "/clients/{client}",
    "/documents/{document}",
    "/files/{file}",
)
WRITTEN = (
    "/quotes/{draft}",
    "/quotes/{draft}/totals",
    "/quotes/{draft}/send",
    "/quotes/{sent}/withdrawal",
    "/quotes/{sent}/answers",
    "/projects/{project}/milestones/3/submission",
    "/projects/{project}/milestones/3/withdrawal",
    "/invoices/{invoice}/payments",
    "/invoices/{invoice}/payments/{payment}/reversal",
    "/mails/{mail}/retry",
)
WRITTEN_LISTS = ("/quotes/new", "/quotes/new/totals", "/settings", "/settings/logo/removal")
NOBODY = dict.fromkeys(("draft", "sent", "project", "invoice", "client", "document", "file", "payment", "mail"), 987654)

Ids = dict[str, Any]


@pytest.fixture
def ids(app: Flask, owner: Supplier) -> Ids:
    """The ids of what the owner has."""
    sent = a_sent_quote(owner, client_name="Fjord")
    draft = a_quote(owner)
    deal = an_issued_invoice(owner)
    sha256 = app.extensions["files"].put(b"drawing")
    deal.submit(3, evidence=(Evidence(file_name="drawing.pdf", sha256=sha256, size=7),))
    deal.pay(100, once="p")
    with reading() as connection:
        project = connection.execute(select(Project.id, Project.client_id)).one()
        return {
            "draft": draft.quote_id,
            "sent": sent.quote_id,
            "project": project.id,
            "client": project.client_id,
            "invoice": deal.invoice_ids()[0],
            "document": connection.scalar(select(Document.id).limit(1)),
            "file": connection.scalar(select(Deliverable.id).where(Deliverable.kind == "file")),
            "payment": connection.scalar(select(Payment.id)),
            "mail": connection.scalar(select(Mail.id).where(Mail.workspace_id == owner.workspace_id).limit(1)),
        }


def test_the_owner_sees_every_page(app: Flask, owner: Supplier, ids: Ids) -> None:
    browser = browser_of(app, owner)
    answers = {address: browser.get(address.format(**ids), buffered=True).status_code for address in (*LISTS, *READ)}
    unusual = {"/documents/{document}": 202, "/projects/{project}/milestones/3/submission": 303}
    assert answers == {address: unusual.get(address, 200) for address in answers}


def test_a_member_and_a_viewer_see_every_page(
    app: Flask, owner: Supplier, member: Supplier, viewer: Supplier, ids: Ids
) -> None:
    for teammate in (member, viewer):
        browser = browser_of(app, teammate)
        assert {browser.get(address.format(**ids), buffered=True).status_code for address in (*LISTS, *READ)} <= {
            200,
            202,
            303,
        }


def test_a_viewer_changes_nothing(app: Flask, viewer: Supplier, ids: Ids) -> None:
    browser = browser_of(app, viewer)
    answers = {
        address: browser.post(address.format(**ids), buffered=True).status_code
        for address in (*WRITTEN, *WRITTEN_LISTS)
    }
    assert set(answers.values()) == {403}


def test_a_rival_finds_nothing(app: Flask, rival: Supplier, ids: Ids) -> None:
    browser = browser_of(app, rival)
    read = {address: browser.get(address.format(**ids), buffered=True).status_code for address in READ}
    written = {address: browser.post(address.format(**ids), buffered=True).status_code for address in WRITTEN}
    assert set(read.values()) == {404}, read
    assert set(written.values()) == {404}, written


@pytest.mark.parametrize("number", [987654, 0, 2**63, "x", "-1"])
def test_an_id_that_nobody_has(app: Flask, owner: Supplier, number: object) -> None:
    browser = browser_of(app, owner)
    nobody = dict.fromkeys(NOBODY, number)
    assert {browser.get(address.format(**nobody), buffered=True).status_code for address in READ} == {404}
    assert {browser.post(address.format(**nobody), buffered=True).status_code for address in WRITTEN} == {404}


def test_a_milestone_that_is_not_there(app: Flask, owner: Supplier, ids: Ids) -> None:
    browser = browser_of(app, owner)
    for end in ("submission", "withdrawal"):
        address = f"/projects/{ids['project']}/milestones/9/{end}"
        assert browser.get(address, buffered=True).status_code == 404
        assert browser.post(address, buffered=True).status_code == 404


def test_without_a_session_the_way_leads_through_the_login_and_back(app: Flask, ids: Ids) -> None:
    browser = browser_of(app)
    for address in (*LISTS, *(template.format(**ids) for template in READ)):
        response = browser.get(address)
        assert response.status_code == 303
        assert response.location == f"/login?next={address}"
    for template in (*WRITTEN, *WRITTEN_LISTS):
        response = browser.post(template.format(**ids))
        assert (response.status_code, response.location) == (303, "/login")


def test_a_part_of_a_page_leads_the_whole_page_to_the_login(app: Flask) -> None:
    response = browser_of(app).get("/dashboard/live", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert response.headers["HX-Redirect"] == "/login"


def test_only_the_methods_that_a_route_has(app: Flask, owner: Supplier, ids: Ids) -> None:
    client = browser_of(app, owner).client
    only_written = {"/settings/logo/removal", "/quotes/new/totals"} | {
        address for address in WRITTEN if address not in READ
    }
    for template in (*LISTS, *READ, *WRITTEN, *WRITTEN_LISTS):
        assert client.delete(template.format(**ids)).status_code in (400, 405), template
    for template in only_written:
        response = client.get(template.format(**ids))
        assert response.status_code == 405, template
        assert "POST" in response.headers["Allow"]


def test_no_form_is_taken_without_its_token(app: Flask, owner: Supplier, ids: Ids) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client: Callable[..., Any] = browser_of(app, owner).client.post
    assert {client(address.format(**ids), data={}).status_code for address in (*WRITTEN, *WRITTEN_LISTS)} == {400}


def test_a_get_changes_nothing(app: Flask, owner: Supplier, ids: Ids) -> None:
    def everything() -> tuple[int, int]:
        with reading() as connection:
            sequence = connection.scalar(select(Workspace.event_sequence).where(Workspace.id == owner.workspace_id))
            return sequence or 0, len(connection.execute(select(Mail.id)).all())

    before = everything()
    browser = browser_of(app, owner)
    for address in (*LISTS, *READ):
        browser.get(address.format(**ids), buffered=True)
    assert everything() == before
