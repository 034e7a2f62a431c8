"""A workspace with something for every address, and the addresses of everything in it."""

import re
from copy import copy
from email.message import EmailMessage
from shutil import copytree
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from milebill import clock, links
from milebill.config import Settings
from milebill.db import reading
from milebill.domain import leases
from milebill.domain.claiming import request_confirmation
from milebill.domain.conversation import answer_question
from milebill.domain.evidence import Evidence
from milebill.domain.leases import Beside
from milebill.domain.open_drafts import Visitor, begin_open_draft
from milebill.domain.plans import save_plan
from milebill.domain.settings import change_settings
from milebill.domain.sign_in import browser_hash, request_login
from milebill.domain.stored_files import Attached
from milebill.models import (
    BankImport,
    BankLine,
    Client,
    Deliverable,
    Document,
    DocumentKind,
    Mail,
    Message,
    Payment,
    Plan,
    Project,
    Receipt,
)
from milebill.models.document import E_INVOICES
from tests.actors import (
    PAYABLE,
    ClientPerson,
    Supplier,
    a_draft,
    a_quote,
    a_sent_quote,
    an_accepted_project,
)
from tests.dealings import bring_in
from tests.payables import request
from tests.pictures import handed_over
from tests.servers.furnished import FURNISHED, Residents
from tests.suppliers import an_owner

OTHER = ClientPerson("Olga Other", "olga@other.example")
IDS = re.compile(r"<(?:[^:<>]*:)?(\w+)>")

IDS_OF_ROWS = (
    "quote_id", "project_id", "invoice_id", "document_id", "deliverable_id", "client_id", "position", "version_number",
    "request_id", "link_id", "person_link", "import_id", "line_id", "plan_id",
)  # fmt: skip
"""What addresses call the ids of rows."""


class World:
    """One workspace with something for every address."""

    def __init__(self, app: Flask, owner: Supplier):
        settings: Settings = app.extensions["settings"]
        self.app, self.keys = app, settings.secret_keys
        self.draft, self.sent, self.deal = a_quote(owner), a_sent_quote(owner), an_accepted_project(owner)
        self.other = a_sent_quote(owner, approver_name=OTHER.name, approver_email=OTHER.email)
        self.sha256 = app.extensions["files"].put(b"a file")
        file = Evidence(file_name="proof.txt", media_type="text/plain", sha256=self.sha256, size=6)
        self.deal.submit(2, evidence=(file, handed_over(app.extensions["files"], 1)))
        attached = Attached("plan.txt", "text/plain", self.sha256, 6)
        answer_question(owner.workspace_id, owner.actor, self.deal.quote_id, "Here.", "1", [attached])
        self.deal.pay(100, "first")
        save_plan(owner.workspace_id, owner.actor, self.deal.quote_id, "Web site")
        self.request = request(self.deal, city="Bremen")
        change_settings(owner.workspace_id, owner.actor, {}, (self.sha256, 6))
        while lease := leases.lease_document():
            beside = [Beside(kind, self.sha256, 6) for kind in E_INVOICES if self._is_invoice(lease.id)]
            leases.document_ready(lease, self.sha256, 6, beside, has_facturx=bool(beside))
        bring_in(owner, self.deal.invoice_ids()[0])
        visitor = Visitor(browser_hash("secret"), "192.0.2.7", "en")
        self.open_draft = begin_open_draft(visitor, "page", a_draft())
        self.confirm = request_confirmation(self.open_draft, "nora@example.com", "secret")
        self.login = request_login("somebody@example.com", "secret")
        if mail := leases.lease_mail():
            leases.keep_mail_text(mail, "Hello", "a@example.com", _mail())

    def in_app(self, app: Flask) -> "World":
        """The same rows, and the files that they name, in another application."""
        files = app.extensions["settings"].files
        copytree(self.app.extensions["settings"].files, files, dirs_exist_ok=True)
        again = copy(self)
        again.app = app
        return again

    def _is_invoice(self, document_id: int) -> bool:
        with reading() as connection:
            return connection.scalar(select(Document.kind).where(Document.id == document_id)) == DocumentKind.INVOICE

    def address(self, rule: str, person: str) -> str:
        """A rule's address for a person."""
        values = self._values(rule)
        if "<token>" in rule:
            values["token"] = self._token(rule, person)
        address = IDS.sub(lambda match: str(values[match[1]]), rule)
        return f"{address}?choice=accept" if rule.endswith("/decision") else address

    def _values(self, rule: str) -> dict[str, Any]:
        of_sent = ("withdrawal", "answers", "people", "revision", "extension", "acceptance-elsewhere")
        sent = any(part in rule for part in of_sent)
        quote = self.deal if "messages" in rule else self.sent if sent else self.draft
        of_deal = [table.quote_id == self.deal.quote_id for table in (Project, Receipt, Document)]
        with reading() as connection:
            return {
                "quote_id": quote.quote_id,
                "project_id": connection.scalar(select(Project.id).where(of_deal[0])),
                "position": 3 if "submission" in rule else 1 if "attachments" in rule else 2,
                "invoice_id": self.deal.invoice_ids()[0],
                "version_number": 1,
                "link_id": self.sent.link(PAYABLE),
                "person_link": self.deal.link(PAYABLE),
                "request_id": self.request,
                "payment_id": connection.scalar(select(Payment.id)),
                "document_id": connection.scalar(select(Document.id).where(of_deal[2])),
                "deliverable_id": connection.scalar(
                    select(Deliverable.id).where((Deliverable.width > 0) == ("pictures" in rule))
                ),
                "mail_id": connection.scalar(select(Mail.id).where(Mail.raw.is_not(None))),
                "client_id": connection.scalar(select(Client.id)),
                "number": connection.scalar(select(Receipt.number).where(of_deal[1])),
                "address": self.app.extensions["assets"].url("css/client.css").removeprefix("/assets/"),
                "colour": "0f6b5c",
                "message_id": connection.scalar(select(Message.id).where(Message.text == "Here.")),
                "nth": 1,
                "year": clock.today("UTC").year,
                "part": "question",
                "kind": "ubl" if "version_number" in rule else "invoices",
                "name": "files",
                "import_id": connection.scalar(select(BankImport.id)),
                "plan_id": connection.scalar(select(Plan.id)),
                "line_id": connection.scalar(select(BankLine.id)),
                "sha256": self.sha256,
            }

    def _token(self, rule: str, person: str) -> str:
        if person == "forged":
            return "WzEsMl0.forged"
        if rule.startswith("/d/"):
            return links.sign(self.keys, links.Purpose.DRAFT, self.open_draft)
        if rule.startswith("/confirm"):
            return links.sign(self.keys, links.Purpose.CONFIRM, self.confirm)
        if rule.startswith("/login"):
            return links.sign(self.keys, links.Purpose.LOGIN, self.login)
        deal = self.sent if rule.endswith("/decision") else self.deal
        link = {
            "other client": self.other.link(OTHER),
            "accounts payable": deal.link(PAYABLE),
            "approver": deal.link(),
        }[person]
        if rule.startswith("/i/"):
            return links.sign(self.keys, links.Purpose.INVOICE, link, self.deal.invoice_ids()[0])
        return links.sign(self.keys, links.Purpose.CLIENT, link)


def _furnish(app: Flask) -> Residents:
    owner = an_owner()
    return {"owner": owner, "world": World(app, owner)}


FURNISHED["world"] = _furnish


@pytest.fixture
def world(in_app: Flask, residents: Residents) -> World:
    """A workspace with something for every address."""
    made: World = residents["world"]
    return made.in_app(in_app)


def _mail() -> bytes:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Hello", "m@example.com", "a@example.com"
    mail.set_content("text")
    mail.add_alternative("<p>html</p>", subtype="html")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    return mail.as_bytes()
