"""What the documents say, on which page, and in which words."""

import io
import re
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import update

from milebill.db import transaction
from milebill.domain.settings import change_settings
from milebill.models import Client, Document
from milebill.outbound import pdf
from milebill.outbound.documents import document_html
from tests.actors import Supplier, a_sent_quote
from tests.outbound import samples
from tests.rules import rows

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CONTEXTS: dict[str, dict[str, Any]] = {
    "invoice": {"invoice": samples.invoice(2)},
    "quote": {"quote": samples.quote(), "draft": False},
    "agreement": {"quote": samples.quote(), "acceptance": samples.acceptance()},
    "receipt": {"receipt": samples.receipt()},
}


def text_of(template: str, **context: Any) -> str:
    """The whole text of a document, which must not make the renderer complain."""
    document = PdfReader(io.BytesIO(pdf.render(samples.printed(template, **context), strict=True)))
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in document.pages))


@pytest.mark.parametrize(
    ("template", "sentences"),
    [
        (
            "invoice",
            [
                "Invoice 2027-0014",
                "New website and ordering for independent bookshops",
                "Studio Lindqvist AB · Sveavägen 12 · 111 57 Stockholm",
                "Żółw & Łoś Verlagsgesellschaft mbH",
                "Germany",
                "Your tax ID DE811907980",
                "Tax ID SE556677889901",
                "€7,750.00 payable by 2 April 2027",
                "Purchase order PO-4500128891",
                "VAT 25% on €6,200.00 €1,550.00",
                "Delivered 3 March 2027",
                "Amount due €7,750.00",
                "Milestone 2 of 4, Beta launch for invited bookshops, signed off by Inês Duarte (Head of digital) "
                "on 3 March 2027. Receipt R-7K3Q-9MZ2",
                "IBAN SE45 5000 0000 0583 9825 7466",
                "Billed before €6,200.00",
                "Page 1 of 1",
            ],
        ),
        (
            "quote",
            [
                "Quote Q-2027-0007",
                "valid until 15 January 2027",
                "30 days after each invoice",
                "Invoiced when the quote is accepted · planned for 18 January 2027",
                "• An order appears in the warehouse system within 60 seconds.",
                "Checked by: the log of 20 orders, with the submission",
                "Total €15,500.00",
                "What happens next",
            ],
        ),
        (
            "agreement",
            [
                "Agreement on quote Q-2027-0007",
                "Große Elbstraße 145",
                "Inês Duarte (Head of digital) accepted this quote for Żółw & Łoś Verlagsgesellschaft mbH",
                samples.HASH,
                "R-4D8X-T2WN",
            ],
        ),
        (
            "receipt",
            [
                "Receipt R-7K3Q-9MZ2",
                "Sign-off of Beta launch for invited bookshops",
                "2027-03-03T14:05:44.120000+00:00",
                "198.51.100.23",
                samples.HASH,
                samples.HASH[::-1],
                "payable by 2 April 2027.",
                "Accepted criteria",
                "Twenty invited bookshops can order a book.",
                "Checked by: a list of the first 20 orders",
                "accepted by Inês Duarte on 24 February 2027, when it was handed over for the 1. time",
                "Each page loads within two seconds on a phone.",
            ],
        ),
    ],
)
def test_a_document_says_what_it_must(template: str, sentences: list[str]) -> None:
    text = text_of(template, **CONTEXTS[template])
    for sentence in sentences:
        assert sentence in text
    assert "DRAFT" not in text
    assert "None" not in text


def test_a_draft_is_stamped_on_every_page() -> None:
    html = samples.printed("quote", quote=samples.quote(samples.MILESTONES * 3), draft=True)
    pages = PdfReader(io.BytesIO(pdf.render(html, strict=True))).pages
    assert len(pages) > 2
    assert all("DRAFT" in page.extract_text() for page in pages)


def test_a_long_invoice_repeats_its_head_and_its_name() -> None:
    html = samples.printed("invoice", invoice=samples.invoice(24))
    first, second, *_ = PdfReader(io.BytesIO(pdf.render(html, strict=True))).pages
    for page in (first, second):
        assert "Description" in page.extract_text()
        assert "Invoice 2027-0014" in page.extract_text()
        assert "Tax ID SE556677889901" in page.extract_text()
    assert "payable by" not in second.extract_text()


def test_what_is_not_known_leaves_no_gap() -> None:
    bare = samples.invoice() | {
        "kind": "deposit",
        "purchase_order_number": None,
        "buyer_reference": None,
        "proof": None,
        "payment": {"iban": None, "bic": None, "account_name": None, "text": "Wise: anna@lindqvist.example"},
        "version": 2,
        "replaces_of": "2027-03-03T14:05:44.120000+00:00",
    }
    text = text_of("invoice", invoice=bare)
    assert "Delivered" not in text  # a deposit is for what is still to come
    assert "Deposit invoice 2027-0014" in text
    assert "Wise: anna@lindqvist.example" in text
    assert "Version 2, replaces version 1 of 3 March 2027; amounts unchanged" in text
    for absent in ("None", "Purchase order", "IBAN", "signed off"):
        assert absent not in text


def test_a_deposit_says_what_it_is_due_to() -> None:
    proof = samples.invoice()["proof"] | {"kind": "acceptance", "milestone_position": 1, "job_title": ""}
    text = text_of("invoice", invoice=samples.invoice() | {"kind": "deposit", "proof": proof})
    assert "due because Inês Duarte accepted the quote on 3 March 2027. Receipt" in text


def test_the_last_invoice_says_that_it_is_the_last() -> None:
    assert "Final invoice 2027-0014" in text_of("invoice", invoice=samples.invoice() | {"kind": "final"})


def test_several_taxes_are_named_on_every_line() -> None:
    free = {"label": "VAT", "category": "Z", "rate": 0, "net": 100, "tax": 0, "group": 1}
    taxes = [samples.invoice()["taxes"][0], free]
    text = text_of("invoice", invoice=samples.invoice() | {"taxes": taxes})
    assert "Description Tax Net" in text
    assert "VAT 0% on €1.00" in text


def test_two_taxes_of_one_net_are_said_once_and_a_missing_tax_gives_its_reason() -> None:
    pst = {"label": "PST", "category": "S", "rate": 7_000, "net": 310_000, "tax": 21_700, "group": 0, "nth": 2}
    text = text_of("invoice", invoice=samples.invoice() | {"taxes": [samples.invoice()["taxes"][0], pst]})
    assert "Description Net" in text
    assert "PST 7% on €3,100.00" in text
    none = {"label": "", "category": "AE", "rate": 0, "net": 310_000, "tax": 0, "group": 0, "nth": 1}
    text = text_of("invoice", invoice=samples.invoice() | {"taxes": [none | {"reason": "Reverse charge"}]})
    assert "Tax 0% on €3,100.00 €0.00 Reverse charge" in text


def test_a_quote_says_what_its_price_is_made_of() -> None:
    item = {"description": "Design", "quantity": 12_500, "unit": "h", "unit_price": 9_533, "discount": 10_000}
    quote = {**samples.quote(), "items": [{**item, "discount_of_whole": 7_247, "net": 100_000}]}
    text = text_of("quote", quote=quote, draft=False)
    assert "Design 12.5 h × €95.33, less 10% €1,072.47 Discount -€72.47" in text
    assert "What the price is made of" not in text_of("quote", quote=samples.quote(), draft=False)


def test_text_from_people_is_text() -> None:
    evil = '<img src="file:///etc/passwd"><pdf:nextpage><b>&amp; {{ 7 * 7 }} </style>'
    invoice = samples.invoice() | {"title": evil, "lines": [{**samples.invoice()["lines"][0], "description": evil}]}
    assert text_of("invoice", invoice=invoice).count(evil) == 2


def test_words_without_a_space_stay_on_the_paper() -> None:
    buyer = samples.BUYER | {"legal_name": "Verlagsgesellschaft" * 4}
    invoice = samples.invoice() | {"buyer": buyer, "title": "x" * 300}
    invoice["lines"] = [{**invoice["lines"][0], "description": "y" * 500}]
    page = PdfReader(io.BytesIO(pdf.render(samples.printed("invoice", invoice=invoice), strict=True))).pages[0]
    placed: list[tuple[float, str]] = []
    page.extract_text(visitor_text=lambda text, _ctm, matrix, *_: placed.append((matrix[4], text)))
    for _x, text in placed:
        assert len(text.strip()) < 120


@pytest.mark.parametrize("template", [*CONTEXTS, "statement"])
def test_a_paper_can_be_read_from_right_to_left(template: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The renderer mirrors tables, and loses what spans columns there: nothing of ours may."""
    context = CONTEXTS.get(template) or {"statement": samples.statement()}
    if template == "invoice":
        none = {"label": "VAT", "category": "AE", "rate": 0, "net": 310_000, "tax": 0, "reason": "Reverse charge"}
        context = {"invoice": samples.invoice() | {"taxes": [none]}}
    usual = sorted(text_of(template, **context).split())
    monkeypatch.setattr("milebill.web.languages.direction", lambda _locale: "rtl")
    assert sorted(re.sub(r"[-.,;:()“”]", "", " ".join(usual)).split()) == sorted(
        re.sub(r"[-.,;:()“”]", "", text_of(template, **context)).split()
    )


@pytest.mark.parametrize(("size", "points"), [("a4", (595, 842)), ("letter", (612, 792))])
def test_a_paper_has_the_size_of_its_country(size: str, points: tuple[int, int]) -> None:
    html = samples.printed("invoice", invoice=samples.invoice(24), size=size)
    for page in PdfReader(io.BytesIO(pdf.render(html, strict=True))).pages:
        assert (round(page.mediabox.width), round(page.mediabox.height)) == points


def test_a_slip_is_on_a4_whatever_is_in_the_printer() -> None:
    francs = {"currency": "CHF", "payment": samples.invoice()["payment"] | {"iban": "CH9300762011623852957"}}
    html = samples.printed("invoice", invoice=samples.invoice() | francs, size="letter", locale="en_US")
    first, slip = PdfReader(io.BytesIO(pdf.render(html, strict=True))).pages
    assert round(first.mediabox.height) == round(slip.mediabox.height) == 842
    assert "The payment slip is on the last page." in first.extract_text()
    assert "Please pay" not in first.extract_text()
    text = re.sub(r"\s+", " ", slip.extract_text())
    for words in (
        "Payment part",
        "Receipt",
        "Acceptance point",
        "CH93 0076 2011 6238 5295 7",
        "3 875.00",
        "Page 2 of 2",
    ):
        assert words in text


@on_sqlite
@pytest.mark.parametrize(("country", "size"), [("US", "letter"), ("CA", "letter"), ("DE", "a4"), ("MX", "a4")])
def test_the_size_is_the_clients(in_app: Flask, owner: Supplier, country: str, size: str) -> None:
    deal = a_sent_quote(owner)
    with transaction() as session:
        session.execute(update(Client).values(country_code=country))
    (paper,) = rows(Document, Document.quote_id == deal.quote_id)
    assert f"size: {size};" in document_html(in_app, paper.id)


@on_sqlite
def test_the_size_is_the_houses_until_the_client_is_known(in_app: Flask, owner: Supplier) -> None:
    change_settings(owner.workspace_id, owner.actor, {"country_code": "US"})
    (paper,) = rows(Document, Document.quote_id == a_sent_quote(owner).quote_id)
    assert "size: letter;" in document_html(in_app, paper.id)


def test_a_long_name_keeps_its_size_at_the_foot_and_beside_the_address() -> None:
    seller = samples.SELLER | {
        "legal_name": "Agentur für digitale Markenführung und Kommunikation mbH",
        "address_line_2": "Hinterhaus, 3. Etage links",
        "registration_id": "HRB 123456 B, Amtsgericht Charlottenburg",
        "phone": "+49 30 1234567",
    }
    invoice = samples.invoice() | {"seller": seller, "vendor_number": "KR-70012", "version": 2, "cost_centre": "4711"}
    invoice |= {"purchase_order_number": "PO-4500128891 / Rahmenvertrag 2027 / Los 3", "replaces_of": "2027-03-03"}
    text = text_of("invoice", invoice=invoice)  # strictly: the renderer would complain of what it has to shrink
    for words in (seller["registration_id"], seller["phone"], "Rahmenvertrag 2027", "amounts unchanged"):
        assert words in text


def test_what_is_longer_than_its_place_is_printed_smaller_and_whole() -> None:
    long = {name: f"{name} " * 5 for name in ("purchase_order_number", "buyer_reference", "cost_centre")}
    buyer = samples.BUYER | {"legal_name": "Verlag " * 28, "address_line_1": "Straße " * 28, "city": "Ort " * 30}
    html = samples.printed("invoice", invoice=samples.invoice() | long | {"buyer": buyer})
    (page,) = PdfReader(io.BytesIO(pdf.render(html))).pages
    text = re.sub(r"\s+", " ", page.extract_text())
    assert "Invoice date 3 March 2027" in text
    for word, count in (("Verlag ", 28), ("Straße ", 28), ("Ort ", 30), ("cost_centre", 5), ("Germany", 1)):
        assert text.count(word) >= count, word
