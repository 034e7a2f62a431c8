"""How values are written for the reader: money, dates, rates, in their locale and their time zone."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import get_decimal_symbol
from flask import Flask
from flask_babel import gettext

from milebill import clock
from milebill.money import format_money, plain
from milebill.reader import FALLBACK_LOCALE, reader_locale, reader_time_zone

BRIEF = "d MMM y"
"""The form of a day where there is little room."""


def init_filters(app: Flask) -> None:
    """Give the templates their filters."""
    app.jinja_env.filters |= {
        "money": money,
        "plain_money": plain,
        "typed_money": typed_money,
        "date": day,
        "datetime": moment,
        "rate": rate,
        "quantity": quantity,
        "ago": ago,
        "country": country,
        "file_size": file_size,
        "paragraphs": paragraphs,
    }


def money(minor: int, currency: str) -> str:
    """300000, "EUR" → "€3,000.00"."""
    return _money(minor, currency, reader_locale())


def typed_money(minor: int, currency: str) -> str:
    """An amount as the reader types it into a form; a point could be read as grouping there. Nothing for nothing."""
    return plain(minor, currency).replace(".", get_decimal_symbol(_locale(reader_locale()))) if minor else ""


def day(value: date | datetime | str | None, form: str = "long") -> str:
    """A date in words, "3 March 2027"; a UTC moment becomes the day that it was in the reader's time zone."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(reader_time_zone())).date()
    return _day(value, form, reader_locale())


def moment(value: datetime | str, form: str = "long") -> str:
    """A moment in the reader's time zone, with the zone's name unless `form` is "short"."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return _moment(value, form, reader_locale(), reader_time_zone())


def clock_time(value: datetime) -> str:
    """A moment of today in the reader's zone, "12:04"; "12:04 UTC" where theirs is not known."""
    zone = reader_time_zone()
    time = format_time(value, "short", tzinfo=ZoneInfo(zone), locale=_locale(reader_locale()))
    return f"{time} UTC" if zone == "UTC" else str(time)


def rate(thousandths: int) -> str:
    """19000 → "19 %" (thousandths of a percent), with the locale's decimal sign and spacing."""
    return _rate(thousandths, reader_locale())


def quantity(thousandths: int) -> str:
    """12500 → "12.5" (thousandths of a unit), with the locale's decimal sign."""
    return _thousandths(thousandths, reader_locale())


def ago(value: datetime) -> str:
    """How long ago, in words."""
    past = value - clock.now()
    if past > timedelta(seconds=-45):
        return str(gettext("just now"))
    return str(format_timedelta(past, add_direction=True, locale=_locale(reader_locale())))


def country(code: str | None) -> str:
    """The name of an ISO 3166 country: "SE" → "Sweden"; nothing where none was given."""
    return str(_locale(reader_locale()).territories.get(code, code)) if code else ""


def file_size(size: int) -> str:
    """Bytes in kB or MB."""
    if size < 1000:
        return str(gettext("%(size)s B", size=size))
    if size < 1_000_000:
        return str(gettext("%(size)s kB", size=(size + 999) // 1000))
    return str(gettext("%(size)s MB", size=quantity(size // 100_000 * 100)))


def paragraphs(text: str) -> list[str]:
    """A text as it was typed, one entry per paragraph; the template escapes each."""
    return [part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]


@lru_cache(maxsize=256)
def excerpt(text: str, limit: int = 140) -> str:
    """The beginning of what somebody wrote, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale(FALLBACK_LOCALE)


@lru_cache(maxsize=20_000)
def _money(minor: int, currency: str, locale: str) -> str:
    return format_money(minor, currency, str(_locale(locale)))


@lru_cache(maxsize=5_000)
def _day(value: date, form: str, locale: str) -> str:
    return str(format_date(value, format=_pattern(form, locale), locale=_locale(locale)))


def _pattern(form: str, locale: str) -> str:
    """English says "3 March 2027" and, where there is little room, "3 Mar 2027"; others write what CLDR says."""
    if locale.startswith(FALLBACK_LOCALE):
        return {"long": "d MMMM y", "full": "EEEE d MMMM y"}.get(form, form)
    return {BRIEF: "medium"}.get(form, form)


@lru_cache(maxsize=5_000)
def _moment(value: datetime, form: str, locale: str, time_zone: str) -> str:
    there, zone = _locale(locale), ZoneInfo(time_zone)
    date_form, time_form = (BRIEF, "HH:mm") if form == "short" else ("long", "HH:mm (ZZZZ)")
    written = format_date(value.astimezone(zone).date(), format=_pattern(date_form, locale), locale=there)
    return f"{written}, {format_datetime(value, time_form, tzinfo=zone, locale=there)}"


@lru_cache(maxsize=1_000)
def _thousandths(thousandths: int, locale: str) -> str:
    whole, fraction = divmod(thousandths, 1000)
    digits = f"{fraction:03}".rstrip("0")
    return f"{whole}{get_decimal_symbol(_locale(locale))}{digits}" if digits else str(whole)


@lru_cache(maxsize=1_000)
def _rate(thousandths: int, locale: str) -> str:
    number = _thousandths(thousandths, locale)
    pattern = _locale(locale).percent_formats[None].pattern
    return pattern.replace("#,##0", number) if "#,##0" in pattern else f"{number} %"
