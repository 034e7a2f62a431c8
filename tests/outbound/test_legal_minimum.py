"""What an invoice must say: Directive 2006/112/EC, art. 226; § 14 (4) and (5) UStG; VAT Notice 700, 16.3.

Read off the finished PDFs of the worked examples. The United States and Canada ask for less; it is said there too.
"""

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader

from milebill import clock
from milebill.demo.worked import EXAMPLES, open_house, tell
from milebill.outbound import pdf
from milebill.reader import writing_for
from milebill.web.filters import country, day, money, rate
from tests.actors import Deal, Supplier
from tests.offers import contents
from tests.outbound import samples

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def demanded(invoice: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The point of art. 226 that asks for it, and the words."""
    seller, buyer, currency = invoice["seller"], invoice["buyer"], invoice["currency"]
    yield "1 date of issue", day(invoice["issued_on"])
    yield "2 sequential number", invoice["number"]
    yield "3 the seller's tax id", seller["tax_id"]
    yield "4 the customer's tax id, who owes the tax", buyer["tax_id"]
    for party in (seller, buyer):
        for name in ("legal_name", "address_line_1", "post_code", "city"):
            yield f"5 {name}", party[name]
    yield "5 where the seller is", country(seller["country_code"])
    for line in invoice["lines"]:
        yield "6 nature of the services", line["description"]
        yield "8 price without tax", money(line["net"], currency)
    if invoice["kind"] != "deposit":
        yield "7 day of the supply", day(invoice["delivered_on"])
    for tax in invoice["taxes"]:
        yield "8 taxable amount per rate", money(tax["net"], currency)
        yield "9 rate", rate(tax["rate"])
        yield "10 tax", money(tax["tax"], currency)
        yield "11, 11a why there is none", tax["reason"]
    yield "what is to be paid", money(invoice["gross"], currency)
    for earlier in invoice.get("deductions", ()):
        yield "§ 14 (5) UStG what was paid before", earlier["number"]
        yield "§ 14 (5) UStG and the tax on it", money(-earlier["tax"], currency)


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_it_is_on_paper(in_app: Flask, name: str) -> None:
    example, now = EXAMPLES[name], clock.now()
    locale = example.house.settings["locale"]
    workspace_id, person = open_house(example.house, now)
    story = tell(example, workspace_id, person, now)
    deal = Deal(Supplier(person.name, example.house.email, person.user_id or 0, workspace_id), story.quote_id)
    for invoice in contents(deal):
        html = samples.printed("invoice", invoice=invoice | {"version": 1}, locale=locale)
        document = PdfReader(io.BytesIO(pdf.render(html, strict=True)))
        text = squeezed(" ".join(page.extract_text() for page in document.pages))
        with writing_for(in_app, "http://127.0.0.1", locale, "UTC"):
            missing = [(point, words) for point, words in demanded(invoice) if squeezed(words or "") not in text]
        assert not missing, (invoice["number"], missing)


def squeezed(text: str) -> str:
    """Without any space: lines break where there is no room."""
    return re.sub(r"\s+", "", text)
