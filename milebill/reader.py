"""For whose eyes a page, a mail or a document is being written: their locale and time zone."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from flask import Flask

FALLBACK_LOCALE = "en"

_reader: ContextVar[tuple[str, str]] = ContextVar("milebill_reader", default=(FALLBACK_LOCALE, "UTC"))


def read_in(locale: str, time_zone: str) -> None:
    """Set both for the rest of the request, or of the mail or document that is being written."""
    _reader.set((_named(locale), time_zone or "UTC"))


def reader_locale() -> str:
    """The reader's locale as Babel writes it: "de_CH"."""
    return _reader.get()[0]


def reader_time_zone() -> str:
    """The time zone that times are told in: the supplier's, also for the client, and it is named there."""
    return _reader.get()[1]


@contextmanager
def writing_for(app: Flask, base_url: str, locale: str, time_zone: str) -> Iterator[None]:
    """A context for rendering templates outside of a request.

    A request context, not an application context: Flask-Babel would keep the first locale for the whole application.
    """
    with app.test_request_context(base_url=base_url):
        token = _reader.set((_named(locale), time_zone or "UTC"))
        try:
            yield
        finally:
            _reader.reset(token)


def _named(locale: str) -> str:
    return locale.replace("-", "_") or FALLBACK_LOCALE
