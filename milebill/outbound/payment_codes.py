"""How an invoice can be paid with a telephone: the EPC QR code of the euro area, or the Swiss QR-bill.

EPC069-12 (Quick Response Code: Guidelines to Enable Data Capture for the Initiation of a SEPA Credit Transfer) and
the Swiss Implementation Guidelines QR-bill 2.3. Where neither can say what is owed, the words of the invoice do.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qrbill import QRBill
from qrbill.bill import LABELS
from segno import helpers
from stdnum import iban as iban_numbers
from stdnum.ch import esr

from milebill.models.invoice import InvoiceKind
from milebill.money import plain
from milebill.outbound.letterhead import data_address
from milebill.outbound.qr_picture import qr_png, swiss_qr_png

SEPA_WITH_BIC = frozenset({"AD", "AL", "CH", "GB", "GI", "MC", "MD", "ME", "MK", "RS", "SM", "VA"})
"""Outside of the EEA: the code needs the BIC, too (EPC069-12, AT-23)."""
SEPA = SEPA_WITH_BIC | {
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT",
    "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
}  # fmt: skip
SWISS = frozenset({"CH", "LI"})
MAX_NAME = 70
MAX_EPC = 99_999_999_999
"""The largest amount of both codes, in cents."""
_WORDS = {
    "payment": "Payment part",
    "receipt": "Receipt",
    "account": "Account / Payable to",
    "reference": "Reference",
    "message": "Additional information",
    "debtor": "Payable by",
    "currency": "Currency",
    "amount": "Amount",
    "point": "Acceptance point",
    "cut": "Separate before paying in",
}
"""The headings of annex D, by what the template calls them."""
_SWISS_TEXT = re.compile("[\u0020-\u007e\u00a0-\u017f\u0218-\u021b\u20ac]*")
"""The characters that a Swiss code may hold (Implementation Guidelines 2.3, 4.1.1)."""


@dataclass(frozen=True)
class Slip:
    """What a Swiss payment part prints beside its code: the same as the code says."""

    picture: str
    account: str
    creditor: tuple[str, ...]
    reference: str
    message: str
    debtor: tuple[str, ...]
    currency: str
    amount: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Codes:
    """The account as people read it, and what can be scanned: an EPC code, a slip, or neither."""

    account: str = ""
    epc: str | None = None
    slip: Slip | None = None


def open_at_issue(invoice: Mapping[str, Any]) -> int:
    """What an invoice asked for when it was issued, in minor units: its gross less what was paid before (BT-115)."""
    if invoice["kind"] == InvoiceKind.CREDIT_NOTE:
        return 0
    return max(int(invoice["gross"]) - int(invoice.get("prepaid") or 0), 0)


def payment_codes(invoice: Mapping[str, Any], language: str) -> Codes:
    """The codes of an invoice's frozen content; none for a credit note, or where nothing is open.

    A slip is in the `language` ("de", …) if it is one of its four, else in English.
    """
    open_amount = open_at_issue(invoice)
    account = iban_numbers.compact(invoice["payment"].get("iban") or "")
    shown = iban_numbers.format(account)
    if not 0 < open_amount <= MAX_EPC or not iban_numbers.is_valid(account):
        return Codes(shown)
    country = account[:2]
    if invoice["currency"] == "CHF" and country in SWISS:
        return Codes(shown, slip=_slip(invoice, account, open_amount, language))
    if invoice["currency"] == "EUR" and country in SEPA:
        return Codes(shown, epc=_epc(invoice, account, open_amount))
    return Codes(shown)


def _epc(invoice: Mapping[str, Any], account: str, open_amount: int) -> str | None:
    payment = invoice["payment"]
    name = (payment.get("account_name") or "").strip()[:MAX_NAME].strip()
    bic = (payment.get("bic") or "").replace(" ", "")
    if not name or (account[:2] in SEPA_WITH_BIC and not bic):
        return None
    try:
        code = helpers.make_epc_qr(
            name=name,
            iban=account,
            amount=plain(open_amount, "EUR"),  # type: ignore[arg-type]  # it makes a Decimal of it, and never a float
            text=invoice["number"],
            bic=bic or None,
            encoding="utf-8",
        )
    except ValueError:
        return None
    return data_address(qr_png(code))


def _slip(invoice: Mapping[str, Any], account: str, open_amount: int, language: str) -> Slip | None:
    reference = qr_reference(invoice["number"]) if _is_qr_iban(account) else ""
    debtor = _party(invoice["buyer"], invoice["buyer"].get("legal_name") or "")
    creditor = _party(invoice["seller"], invoice["payment"].get("account_name") or "")
    if creditor is None or reference is None or not _SWISS_TEXT.fullmatch(invoice["number"]):
        return None
    try:
        bill = QRBill(
            account=account,
            creditor=creditor,
            debtor=debtor,
            amount=plain(open_amount, "CHF"),
            reference_number=reference,
            additional_information=invoice["number"],
        )
    except ValueError:
        return None
    return Slip(
        picture=data_address(swiss_qr_png(bill.qr_data())),
        account=iban_numbers.format(account),
        creditor=tuple(bill.creditor.as_paragraph()),
        reference=esr.format(reference) if reference else "",
        message=invoice["number"],
        debtor=tuple(bill.debtor.as_paragraph()) if bill.debtor else (),
        currency="CHF",
        amount=_swiss_amount(open_amount),
        labels={name: LABELS[words].get(language, words) for name, words in _WORDS.items()},
    )


def _is_qr_iban(account: str) -> bool:
    """Whether the institution's number is one of those for QR references (30000 … 31999)."""
    return account[4:9].isdigit() and 30_000 <= int(account[4:9]) <= 31_999


def qr_reference(number: str) -> str | None:
    """The 27 digits that a QR-IBAN demands: the number's digits, each letter as two (A is 10), and a check digit.

    None if there are none, or too many.
    """
    digits = "".join(str(int(sign, 36)) for sign in number if sign.isascii() and sign.isalnum())
    if not digits or len(digits) > 26:
        return None
    padded = digits.rjust(26, "0")
    return padded + str(esr.calc_check_digit(padded))


def _party(party: Mapping[str, Any], name: str) -> dict[str, str] | None:
    """A structured address, or None if it lacks what one has to have, or has what a code can't hold."""
    found = {
        "name": name.strip()[:MAX_NAME].strip(),
        "street": (party.get("address_line_1") or "").strip()[:70],
        "pcode": (party.get("post_code") or "").strip(),
        "city": (party.get("city") or "").strip()[:35],
        "country": party.get("country_code") or "",
    }
    whole = all(found[part] for part in ("name", "pcode", "city", "country")) and len(found["pcode"]) <= 16
    return found if whole and all(_SWISS_TEXT.fullmatch(value) for value in found.values()) else None


def _swiss_amount(minor: int) -> str:
    """As a slip prints it: "2 000.50", with a space for each thousand."""
    whole, cents = plain(minor, "CHF").split(".")
    return f"{int(whole):,}".replace(",", "\u00a0") + f".{cents}"
