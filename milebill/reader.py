"""For whose eyes a page, a mail or a document is being written: their locale and time zone."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, g

FALLBACK_LOCALE = "en"


def read_in(locale: str, time_zone: str) -> None:
    """Set both for the rest of the request, or of the mail or document that is being written."""
    g.locale, g.time_zone = locale, time_zone


def reader_locale() -> str:
    """The reader's locale."""
    return getattr(g, "locale", None) or FALLBACK_LOCALE


def reader_time_zone() -> str:
    """The time zone that times are told in: the supplier's, also for the client, and it is named there."""
    return getattr(g, "time_zone", None) or "UTC"


@contextmanager
def writing_for(app: Flask, base_url: str, locale: str, time_zone: str) -> Iterator[None]:
    """A context for rendering templates outside of a request.

    A request context, not an application context: Flask-Babel would keep the first locale for the whole application.
    """
    with app.test_request_context(base_url=base_url):
        read_in(locale, time_zone)
        yield
