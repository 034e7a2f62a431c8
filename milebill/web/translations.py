"""Text in the reader's language for sentences that are made in Python, at the price of a look-up.

Flask-Babel finds domain, locale and catalogue anew for each text; here the catalogue is found once per locale.
Templates have their texts folded in when they are compiled, see milebill/templating.py.
"""

from typing import Any

from babel.support import NullTranslations
from flask_babel import Domain

from milebill.catalogues import catalogue
from milebill.reader import reader_locale


class Spoken(Domain):  # type: ignore[misc]
    """Where Flask-Babel finds its texts: forms, mails and whatever a template does not fold in."""

    def get_translations(self) -> NullTranslations:
        """Those of the present reader."""
        return catalogue(reader_locale())


def gettext(text: str, **variables: Any) -> str:
    """The text as the reader reads it, with its variables filled in; it is text, which a template escapes."""
    found = catalogue(reader_locale()).gettext(text)
    return found % variables if variables else found


def ngettext(singular: str, plural: str, num: int, **variables: Any) -> str:
    """The text for a number, which is the variable `num`."""
    return catalogue(reader_locale()).ngettext(singular, plural, num) % {"num": num, **variables}
