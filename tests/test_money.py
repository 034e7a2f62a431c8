"""Amounts as people type and read them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from iso4217 import Currency

from milebill.money import (
    MAX_MINOR,
    InvalidAmount,
    currency_codes,
    exponent,
    format_money,
    is_currency,
    parse_amount,
    parse_thousandths,
    plain,
)


@pytest.mark.parametrize(
    ("text", "currency", "locale", "minor"),
    [
        ("3000", "EUR", "en", 300_000),
        ("3,000.50", "EUR", "en", 300_050),
        ("3.000,50", "EUR", "en", 300_050),
        ("3.000", "EUR", "de", 300_000),
        ("3,000", "EUR", "en", 300_000),
        ("3.5", "EUR", "de", 350),
        ("3,5", "EUR", "en", 350),
        ("10.50", "EUR", "de", 1_050),
        (".5", "EUR", "en", 50),
        ("1,000,000", "JPY", "en", 1_000_000),
        ("1 000,5", "EUR", "fr", 100_050),
        ("1\u202f000,50", "EUR", "fr", 100_050),
        ("1'000.00", "CHF", "de_CH", 100_000),
        ("1’000.00", "CHF", "de_CH", 100_000),
        ("12.345", "KWD", "en", 12_345),
        ("12.500", "EUR", "en", 1_250),
        ("10.000", "JPY", "en", 10),
        ("-5", "EUR", "en", -500),
        ("0", "EUR", "en", 0),
        ("10000000000000.00", "EUR", "en", MAX_MINOR),
    ],
)
def test_an_amount_is_read_in_the_habits_of_its_locale(text: str, currency: str, locale: str, minor: int) -> None:
    assert parse_amount(text, currency, locale) == minor


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("Infinity", "not_a_number"),
        ("-inf", "not_a_number"),
        ("1e400", "not_a_number"),
        ("1e5", "not_a_number"),
        ("NaN", "not_a_number"),
        ("sNaN", "not_a_number"),
        ("٣", "not_a_number"),
        ("１２", "not_a_number"),
        ("1_000", "not_a_number"),
        ("+5", "not_a_number"),
        ("--5", "not_a_number"),
        ("-", "not_a_number"),
        (".", "not_a_number"),
        ("€5", "not_a_number"),
        ("5 EUR", "not_a_number"),
        ("0x10", "not_a_number"),
        ("1.0.0", "not_a_number"),
        ("1,00,000", "not_a_number"),
        ("1,000.00,0", "not_a_number"),
        ("9" * 31, "not_a_number"),
        ("1\x000", "not_a_number"),
        ("1.234", "too_many_decimals"),
        ("10000000000000.01", "too_large"),
        ("99999999999999999", "too_large"),
    ],
)
def test_what_is_no_amount_says_why(text: str, code: str) -> None:
    with pytest.raises(InvalidAmount) as error:
        parse_amount(text, "EUR")
    assert error.value.code == code


@given(st.text(max_size=40), st.sampled_from(["EUR", "JPY", "KWD"]), st.sampled_from(["en", "de", "fr", "de_CH", "hi"]))
def test_any_text_is_an_amount_or_refused(text: str, currency: str, locale: str) -> None:
    with suppress(InvalidAmount):
        assert -MAX_MINOR <= parse_amount(text, currency, locale) <= MAX_MINOR


@given(
    st.integers(-MAX_MINOR, MAX_MINOR),
    st.sampled_from(["EUR", "JPY", "KWD"]),
    st.sampled_from(["en", "sv_SE", "pt_BR"]),
)
def test_what_a_field_shows_is_read_back(minor: int, currency: str, locale: str) -> None:
    shown = plain(minor, currency)
    if currency == "KWD" and locale != "en":
        return  # in a locale with a decimal comma, 1.234 may be read as 1,234: the builder's fields have two decimals
    assert parse_amount(shown, currency, locale) == minor


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "shown"),
    [
        (300_000, "EUR", "en", "€3,000.00"),
        (300_000, "EUR", "de", "3.000,00\xa0€"),
        (-5, "EUR", "en", "-€0.05"),
        (1_000, "JPY", "en", "¥1,000"),
        (12_345, "KWD", "en", "KWD\xa012.345"),
        (MAX_MINOR, "EUR", "en", "€10,000,000,000,000.00"),
        (123_456_789, "INR", "en_IN", "₹12,34,567.89"),
        (500, "HUF", "hu", "5,00\xa0Ft"),
    ],
)
def test_money_is_written_with_all_its_decimals(minor: int, currency: str, locale: str, shown: str) -> None:
    assert format_money(minor, currency, locale) == shown


def test_every_currency_can_be_written() -> None:
    assert {"EUR", "USD", "JPY", "KWD", "CHF"} <= set(currency_codes())
    for code in currency_codes():
        assert format_money(123_456, code, "en")
        assert exponent(code) == Currency(code).exponent
        assert parse_amount(plain(123_456, code), code) == 123_456


@pytest.mark.parametrize("code", ["XXX", "XAU", "EURO", "eur", "", "ZZZ"])
def test_no_currency(code: str) -> None:
    assert not is_currency(code)


@pytest.mark.parametrize(
    ("text", "rate"),
    [("19", 19_000), ("8.875", 8_875), ("8,875 %", 8_875), ("0", 0), ("7.", 7_000), ("33.330", 33_330)],
)
def test_a_percentage_is_thousandths(text: str, rate: int) -> None:
    assert parse_thousandths(text) == rate


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("%", "empty"),
        ("-1", "not_a_number"),
        ("1e2", "not_a_number"),
        ("inf", "not_a_number"),
        ("٣", "not_a_number"),
        ("1_0", "not_a_number"),
        ("1.2.3", "not_a_number"),
        ("1234567", "not_a_number"),
        ("1.2345", "too_many_decimals"),
    ],
)
def test_no_percentage(text: str, code: str) -> None:
    with pytest.raises(InvalidAmount) as error:
        parse_thousandths(text)
    assert error.value.code == code
