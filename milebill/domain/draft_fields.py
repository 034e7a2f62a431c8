"""The fields of a draft, one at a time: text as it was typed → a value, or a code that says what is wrong with it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from milebill.money import InvalidAmount, parse_thousandths
from milebill.tax import RATE_ONE
from milebill.typed_amounts import read_amount
from milebill.typed_text import plain_text


class Fields:
    """A draft, or one row of it: gives its values and collects what is wrong, field by field, under `prefix`."""

    def __init__(self, fields: Mapping[str, Any], prefix: str = ""):
        self.fields, self.prefix = fields, prefix
        self.errors: dict[str, str] = {}

    def fail(self, name: str, code: str) -> None:
        """Only the first error of a field counts."""
        self.errors.setdefault(self.prefix + name, code)

    def text(self, name: str, limit: int, required: bool = False) -> str:
        """Without the spaces around it; "" if there is none."""
        value = plain_text(str(self.fields.get(name) or "")).strip()
        if required and not value:
            self.fail(name, "required")
        if len(value) > limit:
            self.fail(name, "too_long")
        return value

    def line(self, name: str, limit: int, required: bool = False) -> str:
        """Text on one line, whatever was pasted."""
        return " ".join(self.text(name, limit, required).split())

    def email(self, name: str, required: bool) -> str:
        """Something that a mail can be addressed to."""
        value = self.text(name, 254, required)
        local, _, domain = value.rpartition("@")
        if value and (not local or "." not in domain or any(sign.isspace() or sign in "<>,;" for sign in value)):
            self.fail(name, "email")
        return value

    def date(self, name: str, required: bool = False) -> date | None:
        """In the form of ISO 8601, as browsers send it."""
        value = self.text(name, 10, required)
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(name, "date")
            return None

    def whole(self, name: str, low: int, high: int) -> int | None:
        """A whole number between two others."""
        value = self.text(name, 6, required=True)
        if value and (not (value.isascii() and value.isdecimal()) or not low <= int(value) <= high):
            self.fail(name, "whole_number")
            return None
        return int(value) if value else None

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows of a list; whatever is none is left out."""
        return [row for row in self.fields.get(name) or [] if isinstance(row, dict)]

    def percentage(self, name: str) -> int | None:
        """Thousandths of a percent, at most 100 %; 0 if nothing was typed, None if it can't be read."""
        value = self.text(name, 40) or "0"
        try:
            thousandths = parse_thousandths(value)
        except InvalidAmount as error:
            self.fail(name, error.code)
            return None
        if thousandths > RATE_ONE:
            self.fail(name, "too_large")
            return None
        return thousandths

    def amount(self, name: str, currency: str, locale: str) -> int | None:
        """Minor units, not negative; None if it can't be read or the currency is not known yet."""
        value = self.text(name, 40)
        if not currency:
            return None
        try:
            minor = read_amount(value, currency, locale)
        except InvalidAmount as error:
            self.fail(name, "negative" if value.startswith("-") else error.code)
            return None
        if minor < 0:
            self.fail(name, "negative")
            return None
        return minor
