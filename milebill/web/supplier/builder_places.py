"""Where the parties are, in the quote builder: it tells the notes of the law, and proposes the client's address."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from babel import Locale
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape
from wtforms import StringField
from wtforms.widgets import html_params

from milebill.domain.draft_places import OF_CLIENT
from milebill.law import divided
from milebill.models.revision import Draft
from milebill.web.countries import country_choices

_PARTY = dict(zip(OF_CLIENT, ("country_code", "country_subdivision"), strict=True))


class CountrySelect:
    """As WTForms' own, with the options of each language made only once: 255 of them cost a page 5 ms.

    Those of whose states the notes of the law tell are marked "divided", so that the page can ask for the state.
    """

    def __call__(self, field: Any, **attributes: Any) -> Markup:
        before, chosen, after = _options(str(get_locale())).partition(f' value="{field.data or ""}"')
        options = f"{before} selected{chosen}{after}" if chosen else before
        return Markup(f"<select {html_params(name=field.name, id=field.id, **attributes)}>{options}</select>")  # noqa: S704


@lru_cache(maxsize=64)
def _options(locale: str) -> str:
    """Of a select, with nothing chosen."""
    choices = country_choices(Locale.parse(locale))
    classes = [' class="divided"' if code in divided() else "" for code, _name in choices]
    return "".join(
        f'<option{kind} value="{escape(code)}">{escape(name)}</option>'
        for kind, (code, name) in zip(classes, choices, strict=True)
    )


def country_field(label: Any) -> Any:
    """Where a party is; a code that is no country's is the domain's to name."""
    return StringField(label, description=_l("For what the law there says."), widget=CountrySelect())


def region_field(label: Any) -> Any:
    """In view where the notes of the law know the states of a country from each other."""
    return StringField(label, description=_l("Such as California or CA."))


def first_place(party: Mapping[str, Any], last: Draft) -> dict[str, str]:
    """The builder's fields of where a known client is: as their party says, else as their last quote did."""
    given = {name: str(party.get(column) or "") for name, column in _PARTY.items()}
    found = given if given["client_country"] else {name: str(last.get(name) or "") for name in OF_CLIENT}
    return {name: value for name, value in found.items() if value}
