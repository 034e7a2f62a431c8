"""What leaves the house when an invoice is credited: the mail, the PDF, and what other mails do not say."""

import pytest
from flask import Flask
from sqlalchemy import select

from milebill.db import reading
from milebill.models import Document, MailKind
from milebill.outbound import pdf
from milebill.outbound.documents import document_html
from milebill.outbound.emails import write_mail
from tests.actors import Supplier, an_issued_invoice
from tests.dealings import correct, credit, last_invoice, pay, the_invoice
from tests.outbound.mail_stories import mails, said, written

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

EVIL = "<b>Wrong</b> amount\n\n=cmd|' /C calc'!A0"


def printed(app: Flask) -> str:
    """The last queued document as the renderer gets it, on one line."""
    with reading() as connection:
        document_id = connection.scalar(select(Document.id).order_by(Document.id.desc()))
    return " ".join(document_html(app, document_id).split())


def test_the_mail_of_a_credit_note(in_app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    invoice = the_invoice(deal.invoice_ids()[1])
    note = credit(owner, invoice.id, {0: 100_000}, reason="Two pages less.")
    mail = written(in_app, MailKind.INVOICE_ISSUED)
    assert mail.subject == (f"Credit note {note.number} from Studio Lindqvist: €1,190.00 for invoice {invoice.number}")
    assert mail.recipient == "invoices@los-verlag.example"
    text = said(in_app, MailKind.INVOICE_ISSUED)
    for words in (
        f"Studio Lindqvist has credited invoice {invoice.number} of",
        f"Credit note {note.number} is attached as a PDF.",
        "> Two pages less.",
        "Amount credited: €1,190.00",
        "Purchase order: PO-7",
    ):
        assert words in text
    for words in ("How to pay", "Amount due", "Due on", "signed it off"):
        assert words not in text + (mail.html or "")
    assert "/i/" in text


def test_the_document_of_a_credit_note(in_app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    invoice = the_invoice(deal.invoice_ids()[1])
    note = credit(owner, invoice.id, {0: 100_000}, reason="Two pages less.")
    html = printed(in_app)
    for words in (
        f"<h1>Credit note {note.number}</h1>",
        f"This credits invoice {invoice.number} of",
        "Reason: Two pages less.",
        "€1,000.00",
        "€190.00",
        "Amount credited",
        "Credited, with this",
    ):
        assert words in html
    for words in ("Please pay", "Amount due", "Payable by", "This invoice"):
        assert words not in html


def test_a_reason_is_text(in_app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    credit(owner, deal.invoice_ids()[1], reason=EVIL)
    assert "&lt;b&gt;Wrong&lt;/b&gt; amount" in printed(in_app)
    assert "&lt;b&gt;Wrong&lt;/b&gt; amount" in (written(in_app, MailKind.INVOICE_ISSUED).html or "")


def test_a_late_mail_of_the_sign_off_names_only_its_own_invoice(in_app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    invoice = the_invoice(deal.invoice_ids()[1])
    note = credit(owner, invoice.id)
    text = said(in_app, MailKind.MILESTONE_SIGNED_OFF_CLIENT)
    assert invoice.number in text
    assert note.number not in text


def test_the_next_invoice_says_what_was_credited(in_app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    credit(owner, deal.invoice_ids()[1], {0: 100_000})
    deal.submit(3)
    deal.sign_off(3)
    assert the_invoice(deal.invoice_ids()[-1]).content["contract"]["remaining"] == 0
    assert [write_mail(in_app, mail_id) for mail_id in mails(MailKind.INVOICE_ISSUED)]


def test_both_papers_of_a_correction_can_be_rendered(in_app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    old = the_invoice(last_invoice(deal))
    corrected = correct(owner, old.id)
    with reading() as connection:
        papers = list(connection.scalars(select(Document.id).order_by(Document.id.desc()).limit(2)))
    for document_id, words in zip(papers, ("Corrected invoice", "Credit note"), strict=True):
        html = document_html(in_app, document_id)
        assert words in html
        assert pdf.render(html, strict=True).startswith(b"%PDF")
    assert f"takes the place of invoice {old.number}" in document_html(in_app, papers[0])
    assert corrected.number in document_html(in_app, papers[0])


def test_what_was_paid_for_the_old_one_is_not_asked_for_again(in_app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    part, whole = deal.invoice_ids()
    pay(owner, part, 100_000, "part")
    correct(owner, part)
    html = printed(in_app)
    for words in ("Already paid", "-€1,000.00", "Please pay €2,570.00 by", "data:image/png"):
        assert words in html
    assert "have been paid" not in html  # what was billed before is the other one
    pay(owner, whole, 535_500, "whole")
    correct(owner, whole)
    html = printed(in_app)
    assert "It was paid before. Nothing is left to pay." in html
    assert "Of what was billed before, €1,000.00 have been paid." in html
    for words in ("Please pay", "data:image/png"):
        assert words not in html
