"""Where e-invoices are delivered, as two fields of a form: the register, and the number that it gave."""

from typing import Any

from babel import Locale
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from milebill.electronic_address import SCHEMES, VAT, BadElectronicAddress, checked
from milebill.web.translations import gettext as _

FIELDS = ("electronic_scheme", "electronic_id")
_WRONG = {"identifier": _l("This is no number of this register: a sign is wrong or missing.")}


class ElectronicAddressFields:
    """Mixed into the forms that ask for it."""

    electronic_scheme = SelectField(_l("Registered for e-invoices as"), validate_choice=False)
    electronic_id = StringField(_l("With the number"))

    def offer_schemes(self) -> None:
        """Fill the select in the reader's language: those of the whole world, then by country."""
        choices = [SelectChoice(code, text) for code, text in scheme_choices(get_locale())]
        self.electronic_scheme.choices = [SelectChoice("", "–"), *choices]


def scheme_choices(locale: Locale) -> list[tuple[str, str]]:
    """The codes of electronic_address.SCHEMES with their names."""
    found = []
    for code, scheme in SCHEMES.items():
        country = locale.territories.get(scheme.country, "")
        name = str(_("VAT number")) if scheme.name == VAT else scheme.name
        found.append((code, f"{country} – {name} ({code})" if country else f"{name} ({code})"))
    return sorted(found, key=lambda pair: (bool(SCHEMES[pair[0]].country), pair[1].casefold()))


def read_electronic_address(form: Any) -> tuple[dict[str, str], dict[str, Any]]:
    """The two checked values by the fields' names, and what is wrong by field."""
    try:
        values = checked(form.electronic_scheme.data or "", form.electronic_id.data or "")
    except BadElectronicAddress as error:
        return {}, {f"electronic_{error.field}": wrong_in_words(error.code)}
    return dict(zip(FIELDS, values, strict=True)), {}


def wrong_in_words(code: str) -> Any:
    """A code of BadElectronicAddress as it stands beside the field; others are known to forms.MESSAGES."""
    return _WRONG.get(code, code)
