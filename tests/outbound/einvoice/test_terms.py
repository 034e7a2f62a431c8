"""Single business terms, where the scenarios leave a choice unseen."""

from typing import Any

import pytest

from milebill.outbound.einvoice.syntax import Syntax
from milebill.outbound.einvoice.terms import terms_of
from tests.outbound import samples

PLAIN = samples.invoice(1)
SELLER, BUYER, (TAX,) = PLAIN["seller"], PLAIN["buyer"], PLAIN["taxes"]
REFERENCES = {"purchase_order_number": "", "buyer_reference": ""}


def term(name: str, syntax: Syntax = Syntax.CII, **changes: Any) -> Any:
    """A term of the sample, with some of its content changed."""
    return terms_of(PLAIN | changes, syntax).get(name)


@pytest.mark.parametrize(
    ("syntax", "changes", "found"),
    [
        (Syntax.CII, REFERENCES, None),
        (Syntax.UBL, REFERENCES | {"contact_name": "Karl Ekman"}, "Karl Ekman"),
        (Syntax.UBL, REFERENCES | {"contact_name": "\x1f"}, BUYER["legal_name"]),
        (Syntax.UBL, REFERENCES | {"purchase_order_number": "PO-7"}, None),
        (Syntax.UBL, {"buyer_reference": "Kst. 7"}, "Kst. 7"),
        (Syntax.XRECHNUNG, {"buyer_reference": " 04011000-1234512345-06"}, "04011000-1234512345-06"),
    ],
)
def test_the_buyer_s_reference(syntax: Syntax, changes: dict[str, str], found: str | None) -> None:
    assert term("BT-10", syntax, **changes) == found


@pytest.mark.parametrize(
    ("changes", "means", "account"),
    [
        ({}, "58", "SE4550000000058398257466"),
        ({"currency": "SEK"}, "30", "SE4550000000058398257466"),
        ({"payment": PLAIN["payment"] | {"iban": None}}, "1", None),
        ({"kind": "credit_note"}, None, None),
    ],
)
def test_how_to_pay(changes: dict[str, Any], means: str | None, account: str | None) -> None:
    assert (term("BT-81", **changes), term("BT-84", **changes)) == (means, account)


@pytest.mark.parametrize(
    ("seller", "changes", "known", "taxed"),
    [
        ({}, {}, None, ("SE556677889901", None)),
        ({}, {"vendor_number": "K-100"}, "K-100", ("SE556677889901", None)),
        ({"country_code": "DE", "tax_id": "27/123/45678"}, {}, "27/123/45678", (None, "27/123/45678")),
        ({}, {"taxes": [TAX | {"category": "O", "rate": 0}]}, "SE556677889901", (None, None)),
        ({"country_code": "DK", "tax_id": "DK13585628"}, {"vendor_number": "K-100"}, "K-100", ("DK13585628", None)),
    ],
)
def test_what_the_seller_is_known_by(
    seller: dict[str, str], changes: dict[str, Any], known: str | None, taxed: tuple[str | None, str | None]
) -> None:
    """BT-29, BT-31, BT-32."""
    found = term("BG-4", seller=SELLER | seller, **changes)
    assert found.get("identifiers") == ({None: known} if known else None)
    assert (found.get("vat_identifier"), found.get("tax_identifier")) == taxed


def test_danes_among_themselves_have_no_number_without_its_scheme() -> None:
    """DK-R-013."""
    dane = {"country_code": "DK", "tax_id": "13585628"}
    changes = {"seller": SELLER | dane, "buyer": BUYER | dane, "vendor_number": "K-100"}
    assert "identifiers" not in term("BG-4", **changes)
    assert "identifiers" not in term("BG-7", **changes)


def test_tax_in_the_currency_of_the_country() -> None:
    accounted = {"accounting_tax": {"currency": "GBP", "tax": 65_875}}
    assert (term("BT-6", **accounted), term("BT-111", **accounted)) == ("GBP", "658.75")
    assert term("BT-6", currency="GBP", **accounted) is None, "there it is the tax itself"


def test_without_a_word_there_is_no_note() -> None:
    assert term("BG-1", title="\x00", proof=None) is None


@pytest.mark.parametrize(
    ("country", "typed", "number", "scheme"),
    [
        ("SE", "556677-8899", "5566778899", "0007"),
        ("SE", "556677-8898", "556677-8898", None),
        ("DK", "13 58 56 28", "DK13585628", "0184"),
        ("DE", "HRB 12345", "HRB 12345", None),
        ("FR", "303 265 045", "303265045", "0002"),
    ],
)
def test_a_number_of_a_register_has_its_scheme_if_it_can_be_one(
    country: str, typed: str, number: str, scheme: str | None
) -> None:
    found = term("BG-7", buyer=BUYER | {"country_code": country, "registration_id": typed})
    assert (found["legal_identifier"], found.get("legal_identifier_schemeid")) == (number, scheme)


@pytest.mark.parametrize(
    ("scheme", "own", "more"),
    [
        ("0088", "4012345000009", {"electronic_address": {"scheme": "0088", "id": "4012345000009"}}),
        ("9930", "DE811907980", {"electronic_address": None}),
        ("EM", "karl@los.example", {"tax_id": "DE811907981"}),
        ("9933", "EL094259216", {"country_code": "GR", "tax_id": "EL 094259216"}),
        ("0211", "IT00743110157", {"country_code": "IT", "tax_id": "IT00743110157"}),
        ("EM", "karl@los.example", {"country_code": "BR", "tax_id": "BR1"}),
    ],
)
def test_where_the_buyer_receives_it(scheme: str, own: str, more: dict[str, Any]) -> None:
    found = term("BG-7", buyer=BUYER | more, contact_email="karl@los.example")
    assert (found["einvoicing_addr_schemeid"], found["einvoicing_addr"]) == (scheme, own)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Payable by 2 April 2027."),
        ({"locale": "de-CH"}, "Zahlbar bis 2. April 2027."),
        ({"locale": "xx_YY"}, "Payable by 2 April 2027."),
        ({"payment": {"text": "#SKONTO#\r\n or cash"}}, "Payable by 2 April 2027. #SKONTO# or cash"),
        ({"prepaid": PLAIN["gross"]}, "It was paid before. Nothing is left to pay."),
        ({"kind": "credit_note"}, "Nothing is to be paid: this takes back what was invoiced."),
    ],
)
def test_terms_of_payment(changes: dict[str, Any], words: str) -> None:
    assert term("BT-20", **changes) == words


def test_the_note_names_what_is_corrected_and_not_what_is_deducted() -> None:
    references = [{"kind": kind, "number": f"R-{kind}", "issued_on": "2027-03-01"} for kind in ("corrects", "deducts")]
    (note,) = term("BG-1", references=references, reason="Wrong\ncompany.")
    assert note["BT-22"].splitlines() == [
        PLAIN["title"],
        "This invoice takes the place of invoice R-corrects of 1 March 2027.",
        "Reason: Wrong company.",
        "Milestone 2 of 4, Beta launch for invited bookshops, signed off by Inês Duarte (Head of digital) on "
        "3 March 2027. Receipt R-7K3Q-9MZ2.",
    ]
    assert [entry["BT-25"] for entry in term("BG-3", references=references)] == ["R-corrects", "R-deducts"]


@pytest.mark.parametrize(
    ("tax", "said"),
    [
        ({"category": "S", "reason": "by mistake"}, (None, None)),
        ({"category": "AE", "rate": 0}, ("Reverse charge", "VATEX-EU-AE")),
        ({"category": "G", "rate": 0, "reason": "Ausfuhr", "reason_code": "VATEX-EU-G"}, ("Ausfuhr", "VATEX-EU-G")),
        ({"category": "E", "rate": 0, "label": "VAT"}, ("VAT", None)),
        ({"category": "E", "rate": 0, "label": "", "reason": " "}, ("E", None)),
    ],
)
def test_an_exemption_says_why(tax: dict[str, Any], said: tuple[str | None, str | None]) -> None:
    """BR-S-10, BR-AE-10, BR-G-10, BR-E-10."""
    (found,) = term("BG-23", taxes=[TAX | tax])
    assert (found.get("BT-120"), found.get("BT-121")) == said
