"""Recording an acceptance through the page, and what both sides read of it."""

import copy
import io
import json
from typing import Any

import pytest
from flask import Flask

from milebill import clock
from milebill.canonical import digest
from milebill.domain.receipt_file import Unreadable, misfits, read_receipt_file
from milebill.models import Client, Document, DocumentKind, Mail, MailKind, Receipt
from milebill.outbound.documents import document_html
from milebill.outbound.emails import write_mail
from tests.actors import APPROVER, BUYER, Deal, Supplier, a_sent_quote, browser_of
from tests.browsers import Browser
from tests.pairs import a_quote_for_two
from tests.proofs import as_bytes, small_changes, the_script
from tests.rules import rows
from tests.snapshots import everything
from tests.web.supplier.forms import page, text

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
script = the_script()


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


@pytest.fixture
def sent(owner: Supplier) -> Deal:
    return a_sent_quote(owner)


def _form(deal: Deal, **changes: Any) -> dict[str, Any]:
    form = {
        **BUYER,
        "person": str(deal.link()),
        "name": APPROVER.name,
        "job_title": "Publisher",
        "accepted_on": clock.now().date().isoformat(),
        "file": (io.BytesIO(b"signed"), "signed <b>.pdf"),
        "note": "By post.",
        "consent": "y",
        "content_hash": deal.offer_hash(),
    }
    return {name: value for name, value in (form | changes).items() if value is not None}


def test_from_the_quote_to_the_project(in_app: Flask, browser: Browser, sent: Deal) -> None:
    address = f"/quotes/{sent.quote_id}/acceptance-elsewhere"
    assert page(browser.get(f"/quotes/{sent.quote_id}")).xpath(f"//a[@href='{address}']")
    assert page(browser.get(address)).xpath("//input[@name='content_hash']/@value") == [sent.offer_hash()]
    answer = browser.post(address, _form(sent, country_subdivision="Hansestadt"))
    assert (answer.status_code, answer.location) == (303, f"/quotes/{sent.quote_id}")
    assert [client.country_subdivision for client in rows(Client)] == ["Hansestadt"]
    assert "on the client’s behalf, that Inês Duarte accepted." in text(browser.get(answer.location))
    assert "recorded, on the client’s behalf, that Inês Duarte accepted quote" in text(browser.get("/dashboard"))
    assert "recorded the acceptance on the client’s behalf" in text(browser.get(answer.location))
    # Once more, from another tab: the quote's page, and nothing else.
    before = everything()
    assert browser.post(address, _form(sent)).location == f"/quotes/{sent.quote_id}"
    assert browser.get(address).location == f"/quotes/{sent.quote_id}"
    assert everything() == before


def test_what_the_client_reads(in_app: Flask, browser: Browser, sent: Deal) -> None:
    browser.post(f"/quotes/{sent.quote_id}/acceptance-elsewhere", _form(sent))
    base, client = f"/q/{sent.token(in_app)}", browser_of(in_app)
    shown = client.get(base)
    (receipt,) = rows(Receipt)
    sha256 = receipt.content["on_behalf"]["file"]["sha256"]
    for words in (
        "recorded on",
        "on your side’s behalf",
        "anna@lindqvist.example",
        "signed <b>.pdf",
        sha256,
        "By post.",
    ):
        assert words in text(shown), words
    (file,) = page(shown).xpath("//a[contains(@href, '/messages/')]/@href")
    with client.get(file) as saved:
        assert saved.get_data() == b"signed"
    proof = text(client.get(f"{base}/receipts/{receipt.number}"))
    assert "The client did not sign here" in proof
    assert "Link of" not in proof
    (paper,) = rows(Document, Document.kind == DocumentKind.AGREEMENT)
    printed = document_html(in_app, paper.id)
    assert "The client did not sign here." in printed
    assert sha256 in printed
    assert 'class="signature"' not in printed
    told = "It was accepted elsewhere on"
    (invoice,) = rows(Document, Document.kind == DocumentKind.INVOICE)
    assert told in document_html(in_app, invoice.id)
    issued = write_mail(in_app, rows(Mail, Mail.kind == MailKind.INVOICE_ISSUED)[0].id)
    assert told in " ".join(issued.text.split())
    assert told in text(client.get(f"/i/{sent.invoice_token(in_app)}"))
    assert "as the supplier recorded" in text(shown)
    for kind in (MailKind.QUOTE_ACCEPTED_CLIENT, MailKind.QUOTE_ACCEPTED_SUPPLIER):
        mail = write_mail(in_app, rows(Mail, Mail.kind == kind)[0].id)
        assert "behalf" in mail.text
        assert "you accepted" not in mail.text
        assert "behalf" in (mail.html or "")
        assert (sha256 in mail.text) == (kind == MailKind.QUOTE_ACCEPTED_CLIENT)
    assert mail.sender_name == "milebill"  # nobody of the client's side wrote that


def test_nothing_typed_is_lost(browser: Browser, sent: Deal) -> None:
    address = f"/quotes/{sent.quote_id}/acceptance-elsewhere"
    before = everything()
    wrong = browser.post(address, _form(sent, file=None, name="Karl Ekman", consent=None, city=""))
    assert wrong.status_code == 422
    for words in (
        "Please attach the proof",
        "Whom you chose above has another name",
        "Please tick the box if it is so",
    ):
        assert words in text(wrong)
    assert page(wrong).xpath("//input[@name='name']/@value") == ["Karl Ekman"]
    kept = browser.post(address, _form(sent, name=""))  # the file waits for its form
    (ticket,) = page(kept).xpath("//input[@name='kept-file']/@value")
    assert everything() == before
    stale = browser.post(address, _form(sent, **{"file": None, "kept-file": ticket, "content_hash": "c" * 64}))
    assert stale.status_code == 409
    assert everything() == before
    assert browser.post(address, _form(sent, **{"file": None, "kept-file": ticket})).status_code == 303
    assert sent.state() == "accepted"


def test_where_two_have_to_sign_it_is_not_offered(browser: Browser, owner: Supplier) -> None:
    deal = a_quote_for_two(owner)
    address = f"/quotes/{deal.quote_id}/acceptance-elsewhere"
    assert not page(browser.get(f"/quotes/{deal.quote_id}")).xpath(f"//a[@href='{address}']")
    assert browser.post(address, _form(deal)).location == f"/quotes/{deal.quote_id}"
    assert deal.state() == "sent"


@pytest.fixture
def file(in_app: Flask, browser: Browser, sent: Deal) -> dict[str, Any]:
    """The receipt as the client saves it."""
    browser.post(f"/quotes/{sent.quote_id}/acceptance-elsewhere", _form(sent))
    (receipt,) = rows(Receipt)
    saved = browser_of(in_app).get(f"/q/{sent.token(in_app)}/receipts/{receipt.number}.json")
    found: dict[str, Any] = json.loads(saved.get_data())
    return found


def _verdicts(changed: dict[str, Any]) -> tuple[bool, bool]:
    """Whether our own check and the script for everybody accept it."""
    raw = as_bytes(changed)
    try:
        ours = not misfits(read_receipt_file(raw))
    except Unreadable:
        ours = False
    try:
        theirs = all(holds is not False for holds, _words in script.check(script.read(raw)))
    except script.Unreadable:
        theirs = False
    return ours, theirs


def test_the_receipt_can_be_checked(in_app: Flask, browser: Browser, file: dict[str, Any]) -> None:
    assert (file["version"], file["receipt"]["version"]) == (2, 2)
    assert _verdicts(file) == (True, True)
    assert "recorded by “anna@lindqvist.example” on behalf of “Inês Duarte”" in script.headline(file["receipt"])
    answer = browser_of(in_app).client.post("/verify", data={"text": as_bytes(file).decode()})
    assert "This receipt is genuine" in text(answer)
    assert "on the client’s behalf" in text(answer)
    for _where, changed in small_changes(file):
        assert _verdicts(changed) == (False, False), _where


def test_it_can_not_be_passed_off_as_the_clients_own(file: dict[str, Any]) -> None:
    """Nor the other way round, nor as a sign-off: also not with hashes that fit."""

    def forged(**changes: Any) -> dict[str, Any]:
        made = copy.deepcopy(file)
        made["receipt"] |= changes
        made["receipt_hash"] = digest(made["receipt"])
        return made

    own = forged(version=1)
    del own["receipt"]["on_behalf"]
    own |= {"version": 1, "receipt_hash": digest(own["receipt"])}
    for changed in (own, forged(kind="sign_off"), forged(version=1), forged(on_behalf=None), {**file, "version": 1}):
        assert _verdicts(changed) == (False, False)
