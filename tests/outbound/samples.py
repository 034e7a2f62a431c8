"""Documents with the length and the awkwardness of real ones, and the template engine to print them."""

from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import Babel

from milebill import Milebill
from milebill.outbound import contexts
from milebill.outbound.letterhead import Brand, brand_of
from milebill.reader import reader_locale, reader_time_zone, writing_for
from milebill.templating import render
from milebill.web import filters
from milebill.web.languages import init_languages
from milebill.web.translations import Spoken

BRAND = {"name": "Studio Lindqvist", "colour": "#0f6b5c"}
SELLER = {
    "legal_name": "Studio Lindqvist AB",
    "address_line_1": "Sveavägen 12",
    "address_line_2": None,
    "post_code": "111 57",
    "city": "Stockholm",
    "country_subdivision": None,
    "country_code": "SE",
    "tax_id": "SE556677889901",
    "registration_id": "556677-8899",
    "email": "anna@lindqvist.example",
}
BUYER = {
    "legal_name": "Żółw & Łoś Verlagsgesellschaft mbH",
    "address_line_1": "Große Elbstraße 145",
    "address_line_2": "Haus C, 3. Etage",
    "post_code": "22767",
    "city": "Hamburg",
    "country_subdivision": None,
    "country_code": "DE",
    "tax_id": "DE811907980",
    "registration_id": None,
    "email": None,
}
"""Inês's employer: Polish letters, an ampersand and a long name."""
HASH = "5f0c1d2b7a9e44c8b1f6d03e9a7c52d8e6b4f1a09c3d7e528b60f4a1c9d3e7b2"


def invoice(lines: int = 1) -> dict[str, Any]:
    """The frozen content of an invoice with so many lines."""
    net = 310_000 * lines
    return {
        "number": "2027-0014",
        "kind": "milestone",
        "currency": "EUR",
        "issued_on": "2027-03-03",
        "due_on": "2027-04-02",
        "delivered_on": "2027-03-03",
        "seller": SELLER,
        "buyer": BUYER,
        "purchase_order_number": "PO-4500128891",
        "buyer_reference": "Digital / Inês Duarte",
        "title": "New website and ordering for independent bookshops",
        "lines": [
            {
                "description": f"Beta launch {number} for invited bookshops, with orders and returns",
                "net": 310_000,
                "position": number,
                "tax_label": "VAT",
                "tax_category": "S",
                "tax_rate": 25_000,
            }
            for number in range(2, lines + 2)
        ],
        "taxes": [{"label": "VAT", "category": "S", "rate": 25_000, "net": net, "tax": net // 4}],
        "net": net,
        "tax": net // 4,
        "gross": net * 5 // 4,
        "contract": {
            "gross": 4 * net,
            "billed_before": net,
            "this": net * 5 // 4,
            "remaining": 4 * net - net - net * 5 // 4,
        },
        "proof": {
            "kind": "sign_off",
            "milestone_position": 2,
            "milestone_count": 4,
            "milestone_title": "Beta launch for invited bookshops",
            "name": "Inês Duarte",
            "job_title": "Head of digital",
            "at": "2027-03-03T14:05:44.120000+00:00",
            "receipt": "R-7K3Q-9MZ2",
        },
        "payment": {
            "iban": "SE45 5000 0000 0583 9825 7466",
            "bic": "ESSESESS",
            "account_name": "Studio Lindqvist AB",
            "text": None,
        },
        "payment_terms_days": 30,
        "version": 1,
    }


MILESTONES = [
    {
        "position": 1,
        "title": "Kick-off and discovery",
        "description": "Two workshops with four bookshops, a map of what they do today, and a plan that we agree on.",
        "criteria": ["The plan names an owner and a date for each of the 14 workflows."],
        "planned_on": "2027-01-18",
        "trigger": "acceptance",
        "share": 25_000,
        "net": 310_000,
        "tax": 77_500,
        "gross": 387_500,
    },
    {
        "position": 2,
        "title": "Beta launch for invited bookshops",
        "description": "The shop runs under beta.zolwlos.example for ten invited bookshops.\n\n"
        "Orders, returns and invoices go to your warehouse system; payments are test payments.",
        "criteria": [
            "A bookshop places an order of 3 titles in under 2 minutes, measured with 5 people.",
            {
                "text": "An order appears in the warehouse system within 60 seconds.",
                "checked_by": "the log of 20 orders, with the submission",
            },
            "The editorial team publishes a new title without us, following the handbook (German and Polish).",
        ],
        "planned_on": "2027-03-01",
        "trigger": "sign_off",
        "share": 50_000,
        "net": 620_000,
        "tax": 155_000,
        "gross": 775_000,
    },
    {
        "position": 3,
        "title": "Public launch",
        "description": "",
        "criteria": [],
        "planned_on": None,
        "trigger": "sign_off",
        "share": 25_000,
        "net": 310_000,
        "tax": 77_500,
        "gross": 387_500,
    },
]


def quote(milestones: list[dict[str, Any]] = MILESTONES) -> dict[str, Any]:
    """The frozen content of a quote's first revision."""
    return {
        "number": "Q-2027-0007",
        "revision": 1,
        "title": "New website and ordering for independent bookshops",
        "introduction": "Dear Inês,\n\nthank you for the two good conversations. This is what we propose: your 140 "
        "bookshops order online, your team keeps the catalogue itself, and nothing that works today stops working.",
        "currency": "EUR",
        "valid_until": "2027-01-15",
        "payment_terms_days": 30,
        "seller": SELLER,
        "client": {"name": "Żółw & Łoś"},
        "approver": {"name": "Inês Duarte", "email": "ines@zolwlos.example"},
        "milestones": milestones,
        "taxes": [{"label": "VAT", "category": "S", "rate": 25_000, "net": 1_240_000, "tax": 310_000}],
        "net": 1_240_000,
        "tax": 310_000,
        "gross": 1_550_000,
    }


def acceptance() -> dict[str, Any]:
    """Who accepted the quote, when, for whom and how it was said."""
    return {
        "name": "Inês Duarte",
        "job_title": "Head of digital",
        "at": "2026-12-21T09:41:07.000000+00:00",
        "address": "198.51.100.23",
        "buyer": BUYER,
        "purchase_order_number": "PO-4500128891",
        "receipt": "R-4D8X-T2WN",
        "content_hash": HASH,
        "consent": "I accept this quote for the company named here and am allowed to.",
    }


def receipt() -> dict[str, Any]:
    """The proof of a sign-off."""
    return {
        "number": "R-7K3Q-9MZ2",
        "kind": "sign_off",
        "seller": SELLER,
        "title": "Beta launch for invited bookshops",
        "subject": {
            "submission": 2,
            "criteria": [
                {
                    "text": "Twenty invited bookshops can order a book.",
                    "checked_by": "a list of the first 20 orders",
                    "submission": 1,
                    "name": "Inês Duarte",
                    "at": "2027-02-24T09:12:05.000000+00:00",
                },
                {
                    "text": "Each page loads within two seconds on a phone.",
                    "submission": 2,
                    "name": "Inês Duarte",
                    "at": "2027-03-03T14:05:44.120000+00:00",
                },
            ],
        },
        "who": {
            "name": "Inês Duarte",
            "job_title": "Head of digital",
            "email": "ines@zolwlos.example",
            "link_id": 20931,
        },
        "at": "2027-03-03T14:05:44.120000+00:00",
        "address": "198.51.100.23",
        "consent": "I have seen what was delivered and sign this milestone off.",
        "content_hash": HASH,
        "event_sequence": 41,
        "chain_head": HASH[::-1],
        "statement": [
            "Inês Duarte, Head of digital, signed off milestone 2 of 3, Beta launch for invited bookshops.",
            "The sign-off issued invoice 2027-0014 over €7,750.00, payable by 2 April 2027.",
        ],
    }


def statement() -> dict[str, Any]:
    """Where the money of a project stands: a deposit paid, a milestone credited in part, one invoice overdue."""
    entries = [
        ("2026-12-21", "deposit", "2026-0031", 387_500),
        ("2027-01-12", "payment", "2026-0031", -387_500),
        ("2027-03-03", "milestone", "2027-0014", 775_000),
        ("2027-03-10", "credit_note", "CN-2027-0002", -62_500),
        ("2027-03-29", "payment", "2027-0014", -300_000),
    ]
    balances = list(accumulate(entry[-1] for entry in entries))
    states = ("signed_off", "signed_off", "submitted")
    return {
        "title": "New website and ordering for independent bookshops",
        "quote": "Q-2027-0007",
        "accepted_on": "2026-12-21T09:41:07+00:00",
        "as_of": "2027-04-05",
        "currency": "EUR",
        "seller": SELLER,
        "buyer": BUYER,
        "purchase_order_number": "PO-4500128891",
        "buyer_reference": "Digital / Inês Duarte",
        "contract": {"gross": 1_550_000, "billed": 1_162_500, "credited": 62_500, "remaining": 387_500},
        "schedule": [
            {**milestone, "state": state, "signed_off_at": "2027-03-03T14:05:44+00:00" if "off" in state else None}
            for milestone, state in zip(MILESTONES, states, strict=True)
        ],
        "entries": [
            {"day": day, "kind": kind, "number": number, "amount": amount, "balance": balance}
            for (day, kind, number, amount), balance in zip(entries, balances, strict=True)
        ],
        "open": [{"number": "2027-0014", "due_on": "2027-04-02", "overdue": True, "amount": 412_500}],
        "balance": balances[-1],
    }


def printed(template: str, *, brand: Brand | None = None, size: str = "a4", locale: str = "en", **content: Any) -> str:
    """The HTML of a document, as the product makes it: "invoice", "quote", "agreement", "receipt" or "statement"."""
    app = _stationer()
    with writing_for(app, "http://127.0.0.1", locale, "UTC"):
        paper = _FILLED[template](**content)
        return render(paper.template, paper.everything(brand or brand_of(BRAND["name"], BRAND["colour"], None), size))


@cache
def _stationer() -> Flask:
    """As much of the product as a document needs."""
    app = Milebill(__name__, template_folder=str(Path(__file__).parents[2] / "templates"))
    Babel(app, locale_selector=reader_locale, timezone_selector=reader_time_zone).domain_instance = Spoken()
    filters.init_filters(app)
    init_languages(app)
    return app


_FILLED: dict[str, Any] = {
    "invoice": contexts.invoice_filled,
    "quote": contexts.quote_filled,
    "agreement": contexts.agreement_filled,
    "receipt": contexts.receipt_filled,
    "statement": contexts.statement_filled,
}
