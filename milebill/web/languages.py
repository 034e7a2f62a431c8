"""In which language a page speaks: the supplier chose one for the client, and a page's address can ask for another.

A client's addresses say it behind the link, "/q/<token>~fr/…", so that every form and link that begins with the page's
own address carries it on, with JavaScript or without, and nothing has to be stored: no cookie, and a GET changes
nothing. Links never contain a "~" (links.py). To strangers we speak what their browser asks for.
"""

from functools import lru_cache
from typing import NamedTuple

from flask import Flask, request
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from milebill.catalogues import direction, in_region_of, language_of, languages, own_name, tag
from milebill.errors import LinkUnknown
from milebill.reader import FALLBACK_LOCALE, read_in, reader_locale

MARK = "~"
_ASKED = "milebill.language"
_LONGEST_HEADER = 200


class Choice(NamedTuple):
    """A language that the page can be read in."""

    tag: str
    name: str
    """In its own words."""
    href: str
    current: bool


def init_languages(app: Flask) -> None:
    """Let strangers be spoken to in their language, and templates ask which one it is."""
    app.before_request(_guess)
    app.add_template_global(lambda: tag(reader_locale()), "html_language")
    app.add_template_global(lambda: direction(reader_locale()), "html_direction")
    app.add_template_global(choices, "languages")


def asked_in(address: str) -> tuple[str, str]:
    """The token in an address, and the language that it asks for, "" for the client's own.

    Raises LinkUnknown for a language that has no catalogue.
    """
    token, mark, language = address.partition(MARK)
    if mark and language not in languages():
        raise LinkUnknown
    request.environ[_ASKED] = language
    return token, language


def carried() -> str:
    """What every address of the client's pages ends its token with, so that the language stays."""
    language = request.environ.get(_ASKED)
    return f"{MARK}{language}" if language else ""


def speak(own: str, time_zone: str) -> None:
    """Speak the language that the address asks for, or that of the locale which was chosen for the client."""
    asked = request.environ.get(_ASKED)
    read_in(in_region_of(asked, own) if asked and asked != language_of(own) else own, time_zone)


def choices() -> tuple[Choice, ...]:
    """The present page in every language; nothing where there is no client's link in the address."""
    address = (request.view_args or {}).get("token", "") if request.blueprint == "client" else ""
    if not address or len(languages()) < 2:
        return ()
    token, now = address.partition(MARK)[0], language_of(reader_locale())
    before, after = request.full_path.rstrip("?").split(address, 1)
    return tuple(
        Choice(tag(name), own_name(name), f"{before}{token}{MARK}{name}{after}", name == now) for name in languages()
    )


def _guess() -> None:
    """Until somebody is known: a thread that begins a new request must not remember the last one's reader."""
    read_in(_preferred(request.environ.get("HTTP_ACCEPT_LANGUAGE", "")[:_LONGEST_HEADER]), "UTC")


@lru_cache(maxsize=512)
def _preferred(header: str) -> str:
    for wanted in parse_accept_header(header, LanguageAccept).values():
        language, _dash, region = wanted.replace("-", "_").partition("_")
        for name in (f"{language.lower()}_{region.upper()}", language.lower()):
            if language_of(name) != FALLBACK_LOCALE or language.lower() == FALLBACK_LOCALE:
                return in_region_of(language_of(name), name)
    return FALLBACK_LOCALE
