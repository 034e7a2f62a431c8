"""What is proposed for two countries, and the reasons that EN 16931 asks for."""

import pytest

from milebill.categories import (
    EU,
    REASONS,
    Category,
    buyer_is_amendable,
    default_reason,
    final_invoice_of,
    is_untaxed_between,
    proposed,
)


@pytest.mark.parametrize(
    ("seller", "buyer", "registered", "tax_id", "category"),
    [
        ("DE", "DE", True, "", "S"),
        ("DE", "", True, "", "S"),
        ("DE", "FR", True, "FR40303265045", "AE"),
        ("DE", "FR", True, "", "S"),  # a consumer's service is taxed at the seller's
        ("DE", "US", True, "", "O"),
        ("DE", "GB", True, "GB980780684", "O"),
        ("DE", "FR", False, "FR40303265045", "E"),
        ("GB", "GB", False, "", "E"),
        ("GB", "DE", True, "", "O"),
        ("GB", "GB", True, "", "S"),
        ("CH", "DE", True, "DE811907980", "O"),
        ("NO", "NO", True, "", "S"),
        ("US", "US", True, "", "S"),
        ("US", "CA", True, "", "S"),
        ("US", "US", False, "", "O"),
        ("CA", "CA", True, "", "S"),
        ("CA", "US", True, "", "Z"),
        ("JP", "DE", True, "", "Z"),
        ("JP", "JP", False, "", "O"),
        ("", "", True, "", "S"),
    ],
)
def test_what_two_countries_suggest(seller: str, buyer: str, registered: bool, tax_id: str, category: str) -> None:
    found = proposed(seller, buyer, registered=registered, buyer_tax_id=tax_id)
    assert found.category == category
    assert found.reason == default_reason(found.category, seller)


def test_reasons_are_those_that_the_standard_asks_for() -> None:
    assert default_reason(Category.REVERSE_CHARGE) == ("VATEX-EU-AE", "Reverse charge")
    assert default_reason(Category.STANDARD) == default_reason(Category.ZERO) == ("", "")  # BR-S-10, BR-Z-10
    assert "§ 19 UStG" in default_reason(Category.EXEMPT, "DE").text
    assert default_reason(Category.EXEMPT, "SE") == ("", "")  # theirs to word
    assert all(reason.code.startswith("VATEX-EU-") and reason.text for reason in REASONS.values())


def test_countries() -> None:
    assert len(EU) == 27
    assert is_untaxed_between("DE", "FR")
    assert not is_untaxed_between("DE", "DE")
    assert not is_untaxed_between("DE", "CH")
    assert not is_untaxed_between("GB", "FR")
    assert [final_invoice_of(country) for country in ("DE", "FR", "GB", "")] == ["deducts"] * 2 + ["own_share"] * 2
    assert buyer_is_amendable("US")
    assert not buyer_is_amendable("DE")
