"""A plain invoice in every syntax: the shape that the schemas of the standards ask for."""

import subprocess
import sys

import pytest
from lxml import etree

from milebill.outbound import einvoice
from milebill.outbound.einvoice import Syntax
from tests.outbound import samples
from tests.outbound.einvoice.schemas import schema_error


@pytest.mark.parametrize("syntax", einvoice.syntaxes_for(samples.invoice(2)))
def test_fits_the_schema(syntax: Syntax) -> None:
    xml = einvoice.xml_of(samples.invoice(2), syntax)
    assert schema_error(xml) == ""
    assert b"nil" not in xml


def test_the_same_paper_gives_the_same_bytes() -> None:
    first, second = (einvoice.xml_of(samples.invoice(3), Syntax.CII) for _ in range(2))
    assert first == second
    assert etree.fromstring(first).findtext(".//{*}DuePayableAmount") == "11625.00"


def test_the_library_is_imported_by_the_first_who_writes_one() -> None:
    code = "import sys, milebill.outbound.einvoice; sys.exit('facturx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
