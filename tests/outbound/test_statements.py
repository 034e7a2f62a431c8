"""The document of a project's statement, as the client gets it."""

import io

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import update

from milebill.db import transaction
from milebill.domain.project_statement import ask_statement
from milebill.models import Document
from milebill.models.document import DocumentState
from milebill.outbound import pdf
from milebill.outbound.documents import document_html, render_next
from tests.actors import Supplier, an_issued_invoice, signed
from tests.dealings import credit
from tests.rules import rows

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_statement_says_where_the_money_stands(in_app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    deal.pay(357_000, "whole")
    note = credit(owner, deal.invoice_ids()[1], {0: 100_000})
    deal.submit(3)
    document_id = ask_statement(deal.workspace_id, deal.quote_id, deal.link(), signed(""))
    html = document_html(in_app, document_id)
    text = " ".join(
        " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.render(html, strict=True))).pages).split()
    )
    for words in (
        "Statement on quote Q-",
        "A new web site €4,165.00",
        "Purchase order PO-7",
        "Contract sum, with tax €11,900.00",
        "Billed €8,925.00",
        "Credited €1,190.00",
        "1 Step 1 due since the acceptance €3,570.00",
        "2 Step 2 signed off on ",
        "3 Step 3 waits for its sign-off €2,975.00",
        "Deposit invoice ",
        "€3,570.00 €3,570.00",
        f"Credit note {note.number} -€1,190.00 €7,735.00",
        "Payment for ",
        "-€3,570.00 €4,165.00",
        "What is open",
        "Balance €4,165.00",
        "Page 1 of 1",
    ):
        assert words in text, words
    assert "None" not in text


def test_nothing_open_is_said(in_app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    for invoice_id in deal.invoice_ids():
        credit(owner, invoice_id, once=str(invoice_id))
    html = document_html(in_app, ask_statement(deal.workspace_id, deal.quote_id, deal.link(), signed("")))
    assert "Everything that was billed is settled." in html
    assert "Please pay" not in html


def test_the_worker_makes_it_once(in_app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    document_id = ask_statement(deal.workspace_id, deal.quote_id, deal.link(), signed(""))
    with transaction() as session:
        session.execute(update(Document).where(Document.id != document_id).values(state=DocumentState.FAILED))
    assert render_next(in_app)
    assert not render_next(in_app)
    (document,) = rows(Document, Document.id == document_id)
    assert (document.state, document.has_facturx) == (DocumentState.READY, False)
    assert in_app.extensions["files"].get(document.sha256).startswith(b"%PDF")
    assert ask_statement(deal.workspace_id, deal.quote_id, deal.link(), signed("")) == document_id
    assert not render_next(in_app)
