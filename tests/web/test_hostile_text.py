"""Whatever is typed, pasted or uploaded is text, or an error beside its field; never a fault."""

import io
from typing import Any

import pytest
from flask import Flask

from milebill import clock
from milebill.models import Document, DocumentKind, Invoice, Mail, MailKind, Message, Project
from milebill.outbound.documents import document_html
from milebill.outbound.emails import write_mail
from tests.actors import PAYABLE, Supplier, a_draft, a_sent_quote, a_submitted_milestone, browser_of
from tests.payables import shown_of
from tests.rules import check_rules, rows

pytestmark = pytest.mark.counted_elsewhere  # wide, and every line is counted where its own tests are

TEXTS = {
    "nul": "a\x00b",
    "control": "a\x1b[31mb\x07",
    "bidi": "\u202etxt.exe\u2066",
    "markup": "<script>alert(1)</script>{{ 271*829 }}${271*829}",
    "breaks": "a\r\nBcc: x@example.com\r\n\r\nb",
    "formula": '=HYPERLINK("http://evil.example")',
    "long word": "x" * 190,
    "emoji": "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿" * 5,
    "not a character": "\ufffe\uffff",
    "arabic": "مرحبا ١٢٣",
}


@pytest.mark.parametrize("name", list(TEXTS))
def test_the_suppliers_forms(in_app: Flask, owner: Supplier, name: str) -> None:
    text, browser = TEXTS[name], browser_of(in_app, owner)
    deal, sent = a_submitted_milestone(owner), a_sent_quote(owner)
    project = rows(Project)[0].id
    draft = a_draft(title=text, introduction=text, client_name=text, approver_name=text, ap_name=text, tax_label=text)
    rows_of = draft.pop("milestones")
    for number, milestone in enumerate(rows_of):
        draft |= {f"milestones-{number}-{field}": value for field, value in (milestone | {"title": text}).items()}
    file = (io.BytesIO(b"x"), f"{text}.txt")
    forms: list[tuple[str, dict[str, Any]]] = [
        (
            "/settings",
            {
                "name": text,
                "legal_name": text,
                "city": text,
                "payment_text": text,
                "email": text,
                "sender_name": text,
                "reply_to": text,
            },
        ),
        ("/settings", {"currency": text, "locale": text, "time_zone": text, "country_code": text, "iban": text}),
        ("/quotes/new", draft),
        (f"/quotes/{sent.quote_id}/answers", {"text": text, "once": text}),
        (f"/projects/{project}/milestones/3/submission", {"note": text, "links": text, "files": file}),
        (f"/projects/{project}/milestones/3/submission", {"note": text, "files": (io.BytesIO(b"x"), f"{text}.txt")}),
        (f"/invoices/{deal.invoice_ids()[0]}/payments", {"amount": text, "received_on": text, "once": text}),
        (
            f"/invoices/{deal.invoice_ids()[0]}/payments",
            {"amount": "1", "received_on": deal_day(), "reference": text, "once": text},
        ),
    ]
    for address, form in forms:
        answer = browser.post(address, form)
        assert answer.status_code in (303, 422), (address, answer.status_code)
        assert b"<script>alert" not in answer.get_data()
    for page in ("/dashboard", "/quotes", "/projects", "/invoices", "/clients", f"/projects/{project}", "/settings"):
        answer = browser.get(page)
        assert answer.status_code == 200
        assert b"<script>alert" not in answer.get_data()
        assert b"224659" not in answer.get_data() or name != "markup" or b"{{ 271*829 }}" in answer.get_data()
    check_rules(owner.workspace_id)


@pytest.mark.parametrize("name", list(TEXTS))
def test_signing_in(in_app: Flask, name: str) -> None:
    browser = browser_of(in_app)
    text = TEXTS[name]
    assert browser.post("/login", {"email": text}).status_code == 422
    assert browser.post("/login", {"email": "anna@example.com", "next": text}).status_code == 303
    assert browser.post("/login/code", {"code": text}).status_code == 422


@pytest.mark.parametrize("name", list(TEXTS))
def test_the_forms_of_accounts_payable(in_app: Flask, owner: Supplier, name: str) -> None:
    text, deal = TEXTS[name], a_submitted_milestone(owner)
    base, client = f"/i/{deal.invoice_token(in_app)}", in_app.test_client()
    details = dict.fromkeys(("purchase_order_number", "buyer_reference", "cost_centre", "contact_name"), text[:60])
    party = dict.fromkeys(("legal_name", "address_line_1", "city", "tax_id"), text[:40])
    signed = {"name": PAYABLE.name, "content_hash": shown_of(deal.invoice_ids()[0])}
    forms = (
        ("/amendment", {**details, **signed, "contact_email": "miriam@los-verlag.example", "later": "y"}),
        ("/amendment", {**details, "name": text, "contact_email": text, "content_hash": text}),
        ("/correction", {**party, **signed, "text": text, "once": text}),
        ("/questions", {**signed, "text": text, "once": text}),
        ("/versions/1/restoration", {"name": text, "content_hash": text}),
    )
    for address, form in forms:
        answer = client.post(base + address, data=form)
        assert answer.status_code in (303, 409, 422), (address, answer.status_code)
        assert b"<script>alert" not in answer.get_data()
    for page in ("", "/versions", "/amendment", "/correction"):
        answer = client.get(base + page)
        assert answer.status_code == 200
        assert b"<script>alert" not in answer.get_data()
        assert b"224659" not in answer.get_data()
    browser, invoice = browser_of(in_app, owner), f"/invoices/{deal.invoice_ids()[0]}"
    needs = {"vendor_number": text, "invoice_name": text, "invoice_email": text, "invoice_format": text}
    assert browser.post("/clients/1/billing", needs).status_code == 422
    for page in (invoice, f"{invoice}/versions", "/clients/1"):
        assert b"<script>alert" not in browser.get(page).get_data()
    for document in rows(Document, Document.kind == DocumentKind.INVOICE):
        assert "<script>alert" not in document_html(in_app, document.id)
    for mail in rows(Mail, Mail.kind.in_((MailKind.INVOICE_AMENDED, MailKind.CORRECTION_REQUESTED))):
        assert "<script>alert" not in (write_mail(in_app, mail.id).html or "")
    check_rules(owner.workspace_id)


def deal_day() -> str:
    """Today, as a date field sends it."""
    return clock.now().date().isoformat()


@pytest.mark.parametrize("once", ["k" * 41, "k" * 400])
def test_a_long_key_books_and_says_once(in_app: Flask, owner: Supplier, once: str) -> None:
    deal = a_submitted_milestone(owner)
    for _ in range(2):
        deal.pay(100, once)
        deal.answer("Yes.", once)
        deal.ask("When?", f"2-{once}")
    assert rows(Invoice)[0].paid == 100
    assert [row.text for row in rows(Message) if row.kind in ("answer", "question")] == ["Yes.", "When?"]
