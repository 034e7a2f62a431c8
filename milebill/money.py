"""Amounts of money: integer minor units, bounded, with the exponent that ISO 4217 gives the currency."""

import re
from functools import cache

from babel import Locale
from babel.numbers import format_currency, get_decimal_symbol
from iso4217 import Currency

MAX_MINOR = 10**15
"""The largest amount that any document may show, in minor units."""

_NOT_MONEY = frozenset({"XXX", "XTS", "XAU", "XAG", "XPT", "XPD", "XDR", "XUA", "XSU", "XBA", "XBB", "XBC", "XBD"})

_LETTER_BESIDE_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
"""Where CLDR's currencySpacing puts a space, and Babel none: "CHF3.00" is "CHF 3.00"."""


class InvalidAmount(ValueError):
    """The text is no amount of this currency. `code` says why: empty, not_a_number, too_many_decimals, too_large."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


@cache
def is_currency(code: str) -> bool:
    """Whether `code` is an ISO 4217 currency that an invoice can be written in."""
    try:
        return Currency(code).exponent is not None and code not in _NOT_MONEY
    except ValueError:
        return False


@cache
def currency_codes() -> tuple[str, ...]:
    """Every currency that an invoice can be written in, in alphabetical order."""
    return tuple(sorted(currency.code for currency in Currency if is_currency(currency.code)))


@cache
def exponent(currency: str) -> int:
    """How many decimals `currency` has (EUR 2, JPY 0, KWD 3). ISO 4217, not CLDR, which differs for 13 currencies."""
    return int(Currency(currency).exponent or 0)


def format_money(minor: int, currency: str, locale: str) -> str:
    """`minor` units as a person of `locale` writes them, always with all decimals: 300000 EUR → "€3,000.00"."""
    text = format_currency(
        _decimal(minor, exponent(currency)),
        currency,
        format=_pattern(currency, locale),
        locale=locale,
        currency_digits=False,
    )
    return _LETTER_BESIDE_DIGIT.sub("\u00a0", text)


def plain(minor: int, currency: str) -> str:
    """`minor` units as a bare decimal number with a point, for a form field or a file: 300000 EUR → "3000.00"."""
    return _decimal_text(minor, exponent(currency))


def parse_amount(text: str, currency: str, locale: str = "en") -> int:
    """The minor units that a person meant by `text`, in the habits of `locale`; spaces and apostrophes group.

    With both a point and a comma, the last one is the decimal sign. Raises InvalidAmount.
    """
    compact = re.sub(r"[\s\u00a0\u202f'’]", "", text)
    if not compact:
        raise InvalidAmount("empty")
    if not re.fullmatch(r"-?[0-9][0-9.,]*|-?[.,][0-9]+", compact, re.ASCII) or len(compact) > 30:
        raise InvalidAmount("not_a_number")
    whole, decimals = _parts(compact.lstrip("-"), get_decimal_symbol(locale))
    digits = exponent(currency)
    if len(decimals.rstrip("0")) > digits:
        raise InvalidAmount("too_many_decimals")
    minor = int((whole or "0") + decimals[:digits].ljust(digits, "0"))
    if minor > MAX_MINOR:
        raise InvalidAmount("too_large")
    return -minor if compact.startswith("-") else minor


def parse_thousandths(text: str) -> int:
    """A percentage such as "19", "8.875" or "8,875 %" in thousandths of a percent. Raises InvalidAmount."""
    compact = re.sub(r"[\s\u00a0\u202f%]", "", text).replace(",", ".")
    if not compact:
        raise InvalidAmount("empty")
    match = re.fullmatch(r"([0-9]{1,6})(?:\.([0-9]*))?", compact, re.ASCII)
    if not match:
        raise InvalidAmount("not_a_number")
    decimals = (match[2] or "").rstrip("0")
    if len(decimals) > 3:
        raise InvalidAmount("too_many_decimals")
    return int(match[1] + decimals.ljust(3, "0"))


def _parts(number: str, decimal_sign: str) -> tuple[str, str]:
    last = max(number.rfind("."), number.rfind(","))
    if last < 0:
        return number, ""
    sign, before, after = number[last], number[:last], number[last + 1 :]
    groups = re.split(r"[.,]", before)
    if sign in before:
        before, after = before + sign + after, ""  # the same sign twice can only be grouping
        groups = re.split(r"[.,]", before)
    elif sign != decimal_sign and len(after) == 3 and before and "." not in before and "," not in before:
        before, after, groups = before + sign + after, "", [before, after]
    if len(groups) > 1 and (not 1 <= len(groups[0]) <= 3 or any(len(group) != 3 for group in groups[1:])):
        raise InvalidAmount("not_a_number")
    return "".join(groups), after


def _decimal_text(minor: int, digits: int) -> str:
    text = str(abs(minor)).rjust(digits + 1, "0")
    body = f"{text[:-digits]}.{text[-digits:]}" if digits else text
    return f"-{body}" if minor < 0 else body


def _decimal(minor: int, digits: int) -> str:
    # Babel takes a string and makes an exact decimal of it; a float never exists.
    return _decimal_text(minor, digits)


@cache
def _pattern(currency: str, locale: str) -> str:
    """The locale's currency pattern with exactly the decimals of ISO 4217."""
    pattern = Locale.parse(locale.replace("-", "_")).currency_formats["standard"].pattern
    digits = exponent(currency)
    return re.sub(r"0\.0+", "0." + "0" * digits if digits else "0", pattern)
