"""Amounts as people type them into a field or a cell: with the currency's sign or code, or without."""

import re

from babel.numbers import get_decimal_symbol

from milebill.money import InvalidAmount, exponent, is_currency, parse_amount

_DOLLARS = (
    "ARS AUD BBD BMD BND BRL BSD BZD CAD CLP COP CUP CVE DOP FJD GYD HKD JMD KYD LRD MOP MXN NAD NIO NZD SBD SGD SRD "
    "TOP TTD TWD USD UYU WST XCD ZWG"
)
_FITS = {
    "€": "EUR", "EURO": "EUR", "EUROS": "EUR", "£": "GBP GIP FKP SHP EGP SDG SSP SYP LBP", "¥": "JPY CNY",
    "￥": "JPY CNY", "円": "JPY", "元": "CNY", "₹": "INR", "₩": "KRW KPW", "₺": "TRY", "₽": "RUB", "₴": "UAH",
    "₪": "ILS", "₱": "PHP", "₦": "NGN", "฿": "THB", "₫": "VND", "FR": "CHF XAF XOF XPF", "SFR": "CHF",
    "KR": "DKK NOK SEK ISK", "ZŁ": "PLN", "KČ": "CZK", "FT": "HUF", "LEI": "RON MDL", "R": "ZAR", "RM": "MYR",
    "RP": "IDR", "RS": "INR LKR MUR NPR PKR SCR", "$": _DOLLARS, "US$": "USD", "A$": "AUD", "AU$": "AUD",
    "C$": "CAD NIO", "CA$": "CAD", "NZ$": "NZD", "HK$": "HKD", "NT$": "TWD", "S$": "SGD", "MX$": "MXN", "R$": "BRL",
}  # fmt: skip
"""What is written beside figures, in capitals, and which currencies it may stand for. A k, an m or an h is none: it
would change the amount."""

_BESIDE = r"[^\W\d_]{0,3}\$|[^\W\d_]{1,5}\.?|[€£¥￥₹₩₺₽₴₪₱₦฿₫]"
_MARKED = re.compile(rf"\s*(-?)\s*(?:({_BESIDE})\s*)?([-\d.,].*?)(?:\s*({_BESIDE}))?\s*", re.DOTALL)
_LONGEST = 80
"""Letters in which an amount may stand; a whole cell of text is not searched for marks."""
_NO_DECIMALS = re.compile(r"(?<=\d[.,])[-–—]{1,2}$", re.ASCII)
"""As in "6.000,-" and "6'000.–"."""


def read_amount(text: str, currency: str, locale: str) -> int:
    """The minor units of `currency` that a person meant by what they typed into a field, in the habits of `locale`.

    Raises InvalidAmount as parse_amount does, with "other_currency", and with "ambiguous" for an amount like "6.000"
    where the point is the decimal sign: six, or six thousand from a hand with other habits.
    """
    bare = without_mark(text, currency)
    if _is_ambiguous(bare, exponent(currency), get_decimal_symbol(locale)):
        raise InvalidAmount("ambiguous")
    return parse_amount(bare, currency, locale)


def without_mark(text: str, currency: str) -> str:
    """Only the figures, for parse_amount: without a sign or code before or after them that `currency` is written with.

    Raises InvalidAmount with "other_currency" where it is another one's, with "not_a_number" where it is none's.
    """
    figures, marks = _apart(text)
    if not all(map(_is_mark, marks)):
        raise InvalidAmount("not_a_number")
    if not all(_fits(mark, currency) for mark in marks):
        raise InvalidAmount("other_currency")
    return figures


def figures_of(text: str) -> str | None:
    """Only the figures, whatever the currency; None where another word than a currency's stands beside them."""
    figures, marks = _apart(text)
    return figures if all(map(_is_mark, marks)) else None


def _apart(text: str) -> tuple[str, list[str]]:
    """The figures, and in capitals what stands before and after them; a text that is no amount as it is."""
    match = _MARKED.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        return text, []
    minus, before, figures, after = match.groups()
    return minus + _NO_DECIMALS.sub("00", figures), [mark.rstrip(".").upper() for mark in (before, after) if mark]


def _is_mark(mark: str) -> bool:
    return mark in _FITS or mark.endswith("$") or is_currency(mark)


def _fits(mark: str, currency: str) -> bool:
    """A dollar that we do not know, such as "J$", may be any of them."""
    if is_currency(mark):
        return mark == currency
    return currency in _FITS.get(mark, _DOLLARS).split()


def _is_ambiguous(figures: str, digits: int, sign: str) -> bool:
    """Three decimals are nothing unusual in a currency that has as many; and 6.125 are too many in one that has two."""
    match = re.fullmatch(rf"\s*[1-9][0-9]{{0,2}}{re.escape(sign)}([0-9]{{3}})\s*", figures)
    return match is not None and digits < len(match[1]) and not match[1][digits:].strip("0")
