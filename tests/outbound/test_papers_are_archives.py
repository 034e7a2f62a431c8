"""Each kind of document is a PDF/A-3b, whatever is on it: logos, codes to pay with, slips, scripts, sizes of paper."""

from typing import Any

import pytest

from milebill.outbound import pdf
from milebill.outbound.letterhead import brand_of
from milebill.web.supplier.logos import safe_logo
from tests.drawings import FEATURES
from tests.outbound import pdf_a, samples

SWISS = {"iban": "CH93 0076 2011 6238 5295 7", "bic": "", "account_name": "Studio Säntis AG", "text": None}
IN_FRANCS = {"currency": "CHF", "payment": SWISS, "seller": samples.SELLER | {"country_code": "CH"}}
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "invoice": ("invoice", {"invoice": samples.invoice(24)}),
    "with a slip": ("invoice", {"invoice": samples.invoice() | IN_FRANCS}),
    "quote": ("quote", {"quote": samples.quote()}),
    "draft": ("quote", {"quote": samples.quote(), "draft": True}),
    "agreement": ("agreement", {"quote": samples.quote(), "acceptance": samples.acceptance()}),
    "receipt": ("receipt", {"receipt": samples.receipt()}),
    "statement": ("statement", {"statement": samples.statement()}),
}


@pytest.mark.parametrize(("locale", "size"), [("en", "a4"), ("fr", "letter")])
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_one(kind: str, locale: str, size: str) -> None:
    template, content = KINDS[kind]
    logo = None if size == "a4" else safe_logo(FEATURES["fading out"].encode())
    brand = brand_of("Łódź & שלום", "#b3402a", logo)
    html = samples.printed(template, brand=brand, size=size, locale=locale, **content)
    assert pdf_a.faults(pdf.render(html, strict=True, archive=pdf.Archive())) == []
