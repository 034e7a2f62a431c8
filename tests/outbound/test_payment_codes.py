"""What a telephone reads off an invoice: the code says exactly what the invoice asks for, or there is none."""

import base64
from io import BytesIO
from typing import Any

import pytest
import segno
from PIL import Image

from milebill.outbound.payment_codes import open_at_issue, payment_codes, qr_reference
from tests.outbound import samples

SWISS = {
    "currency": "CHF",
    "payment": {"iban": "CH9300762011623852957", "bic": "", "account_name": "Matterhorn Studio AG", "text": ""},
    "seller": {**samples.SELLER, "post_code": "8001", "city": "Zürich", "country_code": "CH"},
}
QR_IBAN = {**SWISS["payment"], "iban": "CH4431999123000889012"}  # type: ignore[dict-item]


def invoice(**changes: Any) -> dict[str, Any]:
    """One line over 3,100.00 and a quarter of tax."""
    return samples.invoice() | changes


def payment(**changes: Any) -> dict[str, Any]:
    """How the sample is paid."""
    return {**samples.invoice()["payment"], **changes}


def modules(address: str, count: int) -> list[list[int]]:
    """A picture of a code read module by module, at their middles; 1 is black."""
    picture = Image.open(BytesIO(base64.b64decode(address.partition(",")[2]))).convert("L")
    step = picture.width / count
    places = [int((place + 0.5) * step) for place in range(count)]
    return [[1 if picture.getpixel((x, y)) == 0 else 0 for x in places] for y in places]


def says(address: str, payload: str) -> bool:
    """Whether the picture is the code of exactly this payload, with error correction M."""
    code = segno.make_qr(payload.encode(), error="m", boost_error=False)
    return modules(address, len(code.matrix)) == [list(row) for row in code.matrix]


def test_an_epc_code_says_what_is_owed() -> None:
    code = payment_codes(invoice(), "en").epc
    payload = "BCD\n002\n1\nSCT\nESSESESS\nStudio Lindqvist AB\nSE4550000000058398257466\nEUR3875\n\n\n2027-0014"
    assert code is not None
    assert says(code, payload)
    assert not says(code, payload.replace("3875", "3875.01"))


@pytest.mark.parametrize(
    ("changes", "there"),
    [
        ({}, True),
        ({"gross": 1}, True),
        ({"gross": 0}, False),
        ({"gross": 100_000_000_000}, False),
        ({"prepaid": 387_500}, False),
        ({"prepaid": 387_499}, True),
        ({"kind": "credit_note"}, False),
        ({"kind": "corrected"}, True),
        ({"currency": "SEK"}, False),
        ({"currency": "JPY"}, False),
        ({"payment": payment(iban=None)}, False),
        ({"payment": payment(iban="SE4550000000058398257467")}, False),  # a wrong check digit
        ({"payment": payment(iban="US12 3456")}, False),
        ({"payment": payment(iban="AE070331234567890123456")}, False),  # no euro account
        ({"payment": payment(iban="GB33BUKB20201555555555", bic="")}, False),  # needs the BIC
        ({"payment": payment(iban="GB33BUKB20201555555555", bic="BUKBGB22")}, True),
        ({"payment": payment(iban="CH9300762011623852957", bic="UBSWCHZH")}, True),
        ({"payment": payment(account_name="")}, False),
        ({"payment": payment(account_name="x" * 200)}, True),
        ({"payment": payment(account_name="Żółw & Łoś 漢字" * 10)}, True),
        ({"payment": payment(bic="NO")}, False),
        ({"number": "x" * 141}, False),
    ],
)
def test_an_epc_code_is_there_when_it_can_be_paid(changes: dict[str, Any], there: bool) -> None:
    codes = payment_codes(invoice(**changes), "en")
    assert (codes.epc is not None) is there
    assert codes.slip is None


def test_what_is_open_is_never_below_nothing() -> None:
    assert open_at_issue(invoice(prepaid=999_999)) == 0
    assert open_at_issue(invoice(prepaid=None)) == 387_500


def test_a_swiss_code_says_what_is_owed() -> None:
    slip = payment_codes(invoice(**SWISS), "de").slip
    assert slip is not None
    payload = "\r\n".join(
        [
            *("SPC", "0200", "1", "CH9300762011623852957"),
            *("S", "Matterhorn Studio AG", "Sveavägen 12", "", "8001", "Zürich", "CH"),
            *[""] * 7,
            *("3875.00", "CHF"),
            *("S", "Żółw & Łoś Verlagsgesellschaft mbH", "Große Elbstraße 145", "", "22767", "Hamburg", "DE"),
            *("NON", "", "2027-0014", "EPD"),
        ]
    )
    code = segno.make_qr(payload.encode(), error="m", boost_error=False)
    read, count = modules(slip.picture, len(code.matrix)), len(code.matrix)
    hidden = range(count // 2 - count * 4 // 46, count // 2 + count * 4 // 46 + 1)  # below the Swiss cross
    for y, row in enumerate(code.matrix):
        for x, module in enumerate(row):
            assert (x in hidden and y in hidden) or read[y][x] == module
    assert read[count // 2][count // 2] == 0  # the cross is white
    assert (slip.account, slip.amount, slip.reference) == ("CH93 0076 2011 6238 5295 7", "3\u00a0875.00", "")
    assert slip.labels["payment"] == "Zahlteil"


@pytest.mark.parametrize(("language", "title"), [("fr", "Section paiement"), ("it", "Sezione pagamento")])
def test_a_slip_has_the_words_of_the_guidelines(language: str, title: str) -> None:
    slip = payment_codes(invoice(**SWISS), language).slip
    assert slip is not None
    assert slip.labels["payment"] == title


def test_a_slip_is_english_where_the_guidelines_have_no_words() -> None:
    slip = payment_codes(invoice(**SWISS), "es").slip
    assert slip is not None
    assert slip.labels["payment"] == "Payment part"


def test_a_qr_iban_has_a_qr_reference() -> None:
    slip = payment_codes(invoice(**SWISS | {"payment": QR_IBAN}), "en").slip
    assert slip is not None
    assert slip.reference == "00 00000 00000 00000 02027 00141"
    assert slip.message == "2027-0014"


@pytest.mark.parametrize(
    ("changes", "there", "named"),
    [
        ({}, True, True),
        ({"buyer": {**samples.BUYER, "post_code": ""}}, True, False),
        ({"buyer": {**samples.BUYER, "legal_name": "Лось"}}, True, False),  # letters that no Swiss bank takes
        ({"seller": {**SWISS["seller"], "city": ""}}, False, False),  # type: ignore[dict-item]
        ({"seller": {**SWISS["seller"], "city": "Цюрих"}}, False, False),  # type: ignore[dict-item]
        ({"number": "2027-漢"}, False, False),
        ({"gross": 0}, False, False),
        ({"kind": "credit_note"}, False, False),
        ({"payment": {**QR_IBAN}, "number": "9" * 27}, False, False),
        ({"currency": "USD"}, False, False),
    ],
)
def test_a_slip_is_there_when_it_can_be_paid(changes: dict[str, Any], there: bool, named: bool) -> None:
    slip = payment_codes(invoice(**SWISS | changes), "en").slip
    assert (slip is not None) is there
    assert bool(slip and slip.debtor) is named


@pytest.mark.parametrize(
    ("number", "reference"),
    [
        ("2027-0014", "000000000000000000202700141"),
        ("21000000000313947143000901", "210000000003139471430009017"),  # the guidelines' own example
        ("RE-7", "000000000000000000000271478"),
        ("--", None),
        ("9" * 27, None),
    ],
)
def test_the_reference_is_made_of_the_number(number: str, reference: str | None) -> None:
    assert qr_reference(number) == reference
