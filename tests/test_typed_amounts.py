"""Amounts as people type them into a field, with the currency's sign or code."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milebill.money import MAX_MINOR, InvalidAmount, currency_codes, parse_amount, plain
from milebill.typed_amounts import figures_of, read_amount, without_mark


@pytest.mark.parametrize(
    ("text", "currency", "locale", "minor"),
    [
        ("£6,000", "GBP", "en", 600_000),
        ("EUR 6.000", "EUR", "de", 600_000),
        ("6 000 €", "EUR", "fr", 600_000),
        ("6\u202f000,50\u00a0€", "EUR", "fr", 600_050),
        ("CHF 6'000", "CHF", "de_CH", 600_000),
        ("6’000.– Fr.", "CHF", "de_CH", 600_000),
        ("6.000,-", "EUR", "de", 600_000),
        ("6000 Euro", "EUR", "de", 600_000),
        ("eur6000", "EUR", "en", 600_000),
        ("$6,000", "USD", "en", 600_000),
        ("US$ 6,000", "USD", "en", 600_000),
        ("C$6,000", "CAD", "en", 600_000),
        ("J$6,000", "JMD", "en", 600_000),
        ("5 000 kr.", "SEK", "en", 500_000),
        ("¥1,000", "JPY", "en", 1_000),
        ("12.500 KWD", "KWD", "en", 12_500),
        ("-€5", "EUR", "en", -500),
        ("€ -5", "EUR", "en", -500),
        ("EUR 5 €", "EUR", "en", 500),
        (" 5 ", "EUR", "en", 500),
    ],
)
def test_the_sign_or_code_of_the_currency_is_no_part_of_the_figures(
    text: str, currency: str, locale: str, minor: int
) -> None:
    assert read_amount(text, currency, locale) == minor


@pytest.mark.parametrize(
    ("text", "currency", "code"),
    [
        ("£6,000", "EUR", "other_currency"),
        ("6,000 USD", "EUR", "other_currency"),
        ("$6,000", "EUR", "other_currency"),
        ("US$6,000", "CAD", "other_currency"),
        ("J$6,000", "EUR", "other_currency"),
        ("Fr. 6", "EUR", "other_currency"),
        ("EUR 5 $", "EUR", "other_currency"),
        ("5k", "EUR", "not_a_number"),
        ("5 Std.", "EUR", "not_a_number"),
        ("5 Mio", "EUR", "not_a_number"),
        ("1e5", "EUR", "not_a_number"),
        ("0x10", "EUR", "not_a_number"),
        ("€€5", "EUR", "not_a_number"),
        ("€", "EUR", "not_a_number"),
        ("", "EUR", "empty"),
        (" " * 90 + "5 €", "EUR", "not_a_number"),
    ],
)
def test_another_currency_and_another_word_are_told_apart(text: str, currency: str, code: str) -> None:
    with pytest.raises(InvalidAmount, match=f"^{code}$"):
        read_amount(text, currency, "en")


@pytest.mark.parametrize(
    ("text", "currency", "locale", "minor"),
    [
        ("6.000", "EUR", "en", None),
        ("6,000", "EUR", "de", None),
        ("6,000", "EUR", "fr", None),
        ("12.500", "EUR", "en", None),
        ("125.120 €", "EUR", "en", None),
        ("6.000", "CHF", "de_CH", None),
        ("10.000", "JPY", "en", None),
        ("6,000", "EUR", "en", 600_000),  # its decimal sign is another one
        ("6.000", "EUR", "de", 600_000),
        ("10,000", "JPY", "en", 10_000),
        ("6.00", "EUR", "en", 600),
        ("6.0", "EUR", "en", 600),
        ("6.0000", "EUR", "en", 600),
        ("0.500", "EUR", "en", 50),  # nobody groups after a zero
        (".500", "EUR", "en", 50),
        ("1234.500", "EUR", "en", 123_450),  # nor four digits
        ("1 234.500", "EUR", "en", 123_450),  # nor in two ways
        ("1'234.500", "CHF", "de_CH", 123_450),
        ("1,234.500", "EUR", "en", 123_450),
        ("6.000", "KWD", "en", 6_000),
        ("6,000", "KWD", "de", 6_000),
    ],
)
def test_what_can_be_thousands_or_units_is_asked_for(text: str, currency: str, locale: str, minor: int | None) -> None:
    if minor is not None:
        assert read_amount(text, currency, locale) == minor
    else:
        with pytest.raises(InvalidAmount, match=r"^ambiguous$"):
            read_amount(text, currency, locale)


@given(
    st.integers(-MAX_MINOR, MAX_MINOR),
    st.sampled_from(["EUR", "JPY", "CHF", "CLF"]),
    st.sampled_from(["en", "sv", "de_CH"]),
    st.sampled_from(["{0}", "{0} {1}", "{1}{0}", "{1} {0}"]),
)
def test_what_a_field_shows_is_read_back(minor: int, currency: str, locale: str, written: str) -> None:
    assert read_amount(written.format(plain(minor, currency), currency), currency, locale) == minor


@given(st.text("01.,-–€$ EURk'", max_size=30), st.sampled_from(["EUR", "USD"]), st.sampled_from(["en", "de"]))
def test_a_field_never_reads_what_a_cell_would_read_otherwise(text: str, currency: str, locale: str) -> None:
    with suppress(InvalidAmount):
        assert read_amount(text, currency, locale) == parse_amount(without_mark(text, currency), currency, locale)


def test_every_code_is_a_mark_of_its_own_currency_alone() -> None:
    for code in currency_codes():
        assert figures_of(f"{code} 5") == "5"
        assert without_mark(f"5 {code}", code) == "5"
        with pytest.raises(InvalidAmount, match=r"^other_currency$"):
            without_mark(f"5 {code}", "EUR" if code != "EUR" else "USD")
