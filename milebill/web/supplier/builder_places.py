"""Where the parties are, in the quote builder: it tells the notes of the law, and proposes the client's address."""

from collections.abc import Mapping
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from milebill.domain.draft_places import OF_CLIENT
from milebill.law import divided
from milebill.models.revision import Draft
from milebill.web.countries import country_choices

_FOR_THE_LAW = _l("For what the law there says.")
_PARTY = dict(zip(OF_CLIENT, ("country_code", "country_subdivision"), strict=True))


def client_country_field() -> Any:
    """Chosen where the client's law has a word; whoever accepts gives the address."""
    return SelectField(
        _l("Their country"),
        choices=_choices,
        validate_choice=False,
        description=_FOR_THE_LAW,
    )


def client_region_field() -> Any:
    """In view where the notes know the states of a country from each other."""
    return StringField(_l("Their state"), description=_l("Such as California or CA."))


def seller_country_field() -> Any:
    """Of a visitor, who has no settings yet."""
    return SelectField(
        _l("Your country"),
        choices=_choices,
        validate_choice=False,
        description=_FOR_THE_LAW,
    )


def _choices() -> list[Any]:
    """The countries; those of whose states the law's notes tell are marked, so that the page can ask for the state."""
    marked = {"class": "divided"}
    return [
        SelectChoice(code, name, render_kw=marked if code in divided() else {})
        for code, name in country_choices(get_locale())
    ]


def first_place(party: Mapping[str, Any], last: Draft) -> dict[str, str]:
    """The builder's fields of where a known client is: as their party says, else as their last quote did."""
    given = {name: str(party.get(column) or "") for name, column in _PARTY.items()}
    found = given if given["client_country"] else {name: str(last.get(name) or "") for name in OF_CLIENT}
    return {name: value for name, value in found.items() if value}
