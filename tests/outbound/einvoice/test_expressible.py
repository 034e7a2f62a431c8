"""What cannot be said in an e-invoice, or in which one, and why: each rule by a paper that breaks it alone."""

from typing import Any

import pytest
from flask import Flask

from milebill.demo.worked import EXAMPLES, open_house, tell
from milebill.models import Invoice
from milebill.outbound import einvoice
from milebill.outbound.einvoice import Syntax
from milebill.outbound.einvoice.sentences import SENTENCES, sentence
from milebill.reader import writing_for
from tests.outbound import samples
from tests.outbound.einvoice.companies import LEITWEG
from tests.outbound.einvoice.matrix import Paper, paper_of
from tests.outbound.mail_stories import MOMENT
from tests.rules import rows

PLAIN = samples.invoice(1)
SELLER, BUYER = PLAIN["seller"], PLAIN["buyer"]
(TAX,) = PLAIN["taxes"]


def taxed(category: str, *more: str, **changes: Any) -> Paper:
    """The sample in other tax categories."""
    taxes = [{**TAX, "category": one, "rate": 25_000 if one == "S" else 0} for one in (category, *more)]
    return PLAIN | {"taxes": taxes} | changes


def sold_by(**changes: Any) -> Paper:
    return {"seller": SELLER | changes}


def bought_by(**changes: Any) -> Paper:
    return {"buyer": BUYER | changes}


@pytest.mark.parametrize(
    ("code", "paper"),
    [
        (None, PLAIN),
        ("decimals", PLAIN | {"currency": "KWD"}),
        (None, PLAIN | {"currency": "JPY"}),
        ("currency", PLAIN | {"currency": "XCG"}),
        ("country", PLAIN | bought_by(country_code="XK")),
        ("two_taxes", PLAIN | {"taxes": [TAX | {"nth": 1}, TAX | {"nth": 2, "rate": 7_000}]}),
        ("sales_tax", PLAIN | sold_by(country_code="US", tax_id="12-3456789")),
        (None, taxed("Z", **sold_by(country_code="US", tax_id="12-3456789"))),
        ("mixed_scope", taxed("O", "Z")),
        (None, taxed("O")),
        ("same_tax", taxed("S", "S")),
        (None, taxed("S", "Z", "E", "AE")),
        ("seller_tax_id", PLAIN | sold_by(tax_id="")),
        ("seller_tax_id", taxed("E", **sold_by(tax_id=None))),
        (None, taxed("E", **sold_by(tax_id="27/123/45678"))),
        ("seller_tax_id", taxed("G", **sold_by(tax_id="27/123/45678"))),
        (None, taxed("O", **sold_by(tax_id=""))),
        ("seller_tax_id", taxed("O", **sold_by(tax_id="", registration_id=""))),
        ("buyer_tax_id", taxed("AE", **bought_by(tax_id="", registration_id=""))),
        (None, taxed("AE", **bought_by(tax_id="", registration_id="HRB 1"))),
        ("buyer_tax_id", taxed("K", **bought_by(tax_id="", registration_id="HRB 1"))),
        ("buyer_tax_id", taxed("AE", **bought_by(tax_id="811907980"))),
        (None, taxed("AE", **bought_by(country_code="GR", tax_id="EL 094 259 216"))),
    ],
)
def test_of_en_16931(code: str | None, paper: Paper) -> None:
    assert einvoice.why_not(paper) == code
    assert bool(einvoice.syntaxes_for(paper)) == (code is None)
    if code:
        assert einvoice.why_not_peppol(paper) == einvoice.why_not_xrechnung(paper) == code
        with pytest.raises(ValueError, match="there is no cii"):
            einvoice.xml_of(paper, Syntax.CII)


PUBLIC = PLAIN | {"buyer_reference": LEITWEG} | sold_by(phone="+46 8 123")


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        (None, {}),
        (None, {"buyer_reference": f" {LEITWEG} "}),
        ("leitweg", {"buyer_reference": "04011000-1234512345-07"}),
        ("leitweg", {"buyer_reference": ""}),
        ("seller_contact", sold_by(phone="")),
        ("seller_contact", sold_by(phone="1", email="")),
        ("seller_address", sold_by(phone="1", post_code="")),
        ("buyer_address", bought_by(city=" ")),
    ],
)
def test_of_xrechnung(code: str | None, changes: Paper) -> None:
    paper = PUBLIC | changes
    assert einvoice.why_not_xrechnung(paper) == code
    assert (Syntax.XRECHNUNG in einvoice.syntaxes_for(paper)) == (code is None)
    assert Syntax.CII in einvoice.syntaxes_for(paper)


def _house(country: str, tax_id: str, registration: str = "") -> Paper:
    return sold_by(country_code=country, tax_id=tax_id, registration_id=registration)


GERMAN = sold_by(country_code="DE", tax_id="DE136695976", registration_id="")
DANE = _house("DK", "DK13585628", "13585628")
DUTCH = _house("NL", "NL004495445B01", "12345678")
ICELAND = _house("IS", "IS12345", "450401-3150")


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        (None, {}),
        ("electronic_address", bought_by(tax_id="")),
        (None, bought_by(tax_id="", electronic_address={"scheme": "0088", "id": "4012345000009"})),
        (None, bought_by(tax_id="") | {"buyer_reference": LEITWEG}),
        ("electronic_address", sold_by(tax_id="SE556677889801", registration_id="")),
        ("newer_currency", {"currency": "VES"}),
        ("national", {"taxes": [TAX | {"rate": 19_000}]}),
        ("national", GERMAN),
        (None, GERMAN | bought_by(country_code="FR", tax_id="FR40303265045")),
        (None, {"seller": GERMAN["seller"] | {"phone": "+49 40 1"}}),
        ("national", {"seller": GERMAN["seller"] | {"phone": "+49 40 1"}} | bought_by(post_code="")),
        (None, DANE),
        ("electronic_address", _house("DK", "DK13585627")),
        ("national", DANE | bought_by(country_code="DK", tax_id="DK13585628") | {"currency": "DKK"}),
        (None, DANE | bought_by(country_code="DK", tax_id="DK13585628")),
        ("national", _house("GR", "EL094259216")),
        (None, _house("IT", "IT00743110157")),
        ("national", sold_by(country_code="IT", tax_id="IT00743110157", post_code="")),
        (None, DUTCH),
        ("national", _house("NL", "NL004495445B01", "1234")),
        ("national", DUTCH | {"payment": PLAIN["payment"] | {"iban": ""}}),
        ("national", DUTCH | bought_by(country_code="NL", tax_id="NL004495445B01")),
        (None, _house("NO", "NO 995 525 828 MVA", "995525828")),
        ("national", _house("NO", "NO995525828", "995525828")),
        ("national", ICELAND | sold_by(country_code="IS", electronic_address={"scheme": "0196", "id": "4504013150"})),
    ],
)
def test_of_peppol(code: str | None, changes: Paper) -> None:
    paper = PLAIN | changes
    assert einvoice.why_not_peppol(paper) == code
    carried = b"urn:fdc:peppol.eu:2017:poacc:billing:3.0" in einvoice.xml_of(paper, Syntax.UBL)
    assert carried == (code is None), "else it says that it keeps the rules of EN 16931"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_reason_has_its_sentence(in_app: Flask) -> None:
    english = {code: sentence(code) for code in SENTENCES}
    with writing_for(in_app, "http://milebill.test", "de", "UTC"):
        assert all(sentence(code) != text for code, text in english.items())
    assert all(text.endswith(".") for text in english.values())


def test_no_reason_is_no_sentence() -> None:
    assert sentence(None) == ""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("example", "code"),
    [("United States", "sales_tax"), ("British Columbia", "two_taxes"), ("Quebec", "two_taxes"), ("Japan", None)],
)
def test_the_worked_examples(in_app: Flask, example: str, code: str | None) -> None:
    house = EXAMPLES[example].house
    tell(EXAMPLES[example], *open_house(house, MOMENT), MOMENT)
    assert {einvoice.why_not(paper_of(invoice.id)) for invoice in rows(Invoice)} == {code}
