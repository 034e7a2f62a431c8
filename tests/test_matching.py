"""Proposals: what is named is found however a bank writes it, and nothing is guessed."""

import pytest

from milebill.matching import OpenInvoice, propose

INVOICES = [
    OpenInvoice(1, "2027-0001", "EUR", 357_000),
    OpenInvoice(2, "2027-0002", "EUR", 535_500),
    OpenInvoice(3, "RE/0012", "EUR", 10_000),
    OpenInvoice(4, "7", "EUR", 10_000),
    OpenInvoice(5, "2027-0005", "CHF", 535_500),
    OpenInvoice(6, "2027-0006", "EUR", 0),
]


@pytest.mark.parametrize(
    ("reference", "amount", "currency", "expected"),
    [
        ("Invoice 2027-0002", 535_500, "EUR", (2, "sure")),
        ("RECHNUNG20270002 VOM 3.3.", 535_500, "EUR", (2, "sure")),
        ("2027 - 0002 15", 535_500, "EUR", (2, "sure")),
        ("2027-00 02", 100, "EUR", (2, "number")),
        ("2027-0001 und 2027-0002", 535_500, "EUR", (2, "sure")),
        ("2027-0001, 2027-0002", 892_500, "EUR", (1, "number")),
        ("12027-0002", 1, "EUR", None),
        ("2027-00021", 1, "EUR", None),
        ("re0012", 10_000, "EUR", (3, "sure")),
        ("CARE0012", 1, "EUR", None),
        ("no. 7", 5, "EUR", None),
        ("thank you", 357_000, "EUR", (1, "amount")),
        ("thank you", 10_000, "EUR", None),
        ("2027-0005", 535_500, "EUR", (2, "amount")),
        ("2027-0002", 535_500, "CHF", (5, "amount")),
        ("2027-0002", 535_500, "USD", None),
        ("2027-0006", 1, "EUR", None),
        ("", 1, "EUR", None),
        (".*[(", 357_000, "EUR", (1, "amount")),
    ],
)
def test_what_is_proposed(reference: str, amount: int, currency: str, expected: tuple[int, str] | None) -> None:
    found = propose(reference, amount, currency, INVOICES)
    assert (None if found is None else (found.invoice.id, found.why)) == expected
