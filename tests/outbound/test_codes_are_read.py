"""What a banking app reads off the finished page: both codes are read from its picture, as a camera would."""

import contextlib

import pypdfium2
import pytest
import zxingcpp

from milebill.outbound import pdf
from milebill.outbound.pdf import Archive
from tests.outbound import samples
from tests.outbound.test_payment_codes import SWISS, invoice

DOTS_PER_POINT = 2
"""144 dots an inch: less than any printer."""
EPC = ["BCD", "002", "1", "SCT", "ESSESESS", "Studio Lindqvist AB", "SE4550000000058398257466", "EUR3875", "", "",
       "2027-0014"]  # fmt: skip
SLIP = {"SPC": 0, "CH9300762011623852957": 3, "3875.00": 18, "CHF": 19, "NON": 27, "2027-0014": 29, "EPD": 30}


def codes(document: bytes) -> list[str]:
    """The texts of all codes on all pages."""
    found: list[str] = []
    with contextlib.closing(pypdfium2.PdfDocument(document)) as opened:
        for page in opened:
            picture = page.render(scale=DOTS_PER_POINT).to_pil().convert("L")
            found += [code.text for code in zxingcpp.read_barcodes(picture)]
    return found


@pytest.mark.parametrize("locale", ["en", "de"])
def test_an_epc_code_is_read(locale: str) -> None:
    page = samples.printed("invoice", locale=locale, invoice=invoice())
    (read,) = codes(pdf.render(page, strict=True, archive=Archive()))
    assert read.splitlines() == EPC


def test_a_swiss_slip_is_read() -> None:
    page = samples.printed("invoice", locale="de", invoice=invoice(**SWISS))
    (read,) = codes(pdf.render(page, strict=True, archive=Archive()))
    lines = read.splitlines()
    assert {value: lines.index(value) for value in SLIP} == SLIP
