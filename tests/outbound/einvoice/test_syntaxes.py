"""What is set right of what the library writes."""

from copy import deepcopy

import pytest

from milebill.outbound.einvoice.syntax import EN16931, Syntax
from milebill.outbound.einvoice.syntaxes import written
from milebill.outbound.einvoice.terms import terms_of
from tests.outbound import samples
from tests.outbound.einvoice.reading import Read
from tests.outbound.einvoice.schemas import schema_error


@pytest.mark.parametrize("syntax", [Syntax.CII, Syntax.UBL])
def test_without_a_day_of_delivery_it_fits_the_schema(syntax: Syntax) -> None:
    xml = written(terms_of(samples.invoice(1) | {"kind": "deposit"}, syntax), syntax, EN16931)
    assert schema_error(xml) == ""
    assert b":nil" not in xml


def test_a_rounding_is_in_the_invoice_s_own_currency() -> None:
    terms = terms_of(samples.invoice(1) | {"currency": "SEK"}, Syntax.UBL) | {"BT-114": "0.25"}
    xml = written(terms, Syntax.UBL, EN16931)
    assert Read(xml).says("//cbc:PayableRoundingAmount[@currencyID = 'SEK'] = 0.25")
    assert not Read(xml).says("//cbc:UBLVersionID")


@pytest.mark.parametrize("syntax", [Syntax.CII, Syntax.UBL])
def test_the_terms_stay_as_they_are(syntax: Syntax) -> None:
    terms = terms_of(samples.invoice(1), syntax)
    before = deepcopy(terms)
    written(terms, syntax, "urn:mine")
    assert terms == before


@pytest.mark.parametrize("syntax", list(Syntax))
def test_it_says_which_rules_it_keeps(syntax: Syntax) -> None:
    read = Read(written(terms_of(samples.invoice(1), syntax), syntax, "urn:mine"))
    assert read.says("//cbc:CustomizationID = 'urn:mine' or //rsm:ExchangedDocumentContext/*/ram:ID = 'urn:mine'")
