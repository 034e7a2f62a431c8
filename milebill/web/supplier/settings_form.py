"""The settings as a form: what can be chosen, and what was typed as checked values."""

import re
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, ColorField, EmailField, SelectField, StringField, TelField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from milebill.countries import is_country
from milebill.domain.profile import MAX_NAME
from milebill.money import currency_codes
from milebill.web import identifiers
from milebill.web.countries import country_choices
from milebill.web.electronic_addresses import ElectronicAddressFields, read_electronic_address
from milebill.web.forms import SupplierForm, is_email

LOCALES = (
    "en", "en_GB", "en_AU", "en_CA", "en_IE", "en_IN", "en_NZ", "en_ZA", "bg", "cs", "da", "de",
    "de_AT", "de_CH", "el", "es", "es_MX", "et", "fi", "fr", "fr_BE", "fr_CA", "fr_CH", "hr",
    "hu", "it", "it_CH", "ja", "lt", "lv", "nb", "nl", "nl_BE", "pl", "pt", "pt_BR",
    "ro", "sk", "sl", "sv", "tr", "uk",
)  # fmt: skip

LIMITS = {
    "name": 200,
    "sender_name": 100,
    "phone": 40,
    "legal_name": 200,
    "address_line_1": 200,
    "address_line_2": 200,
    "post_code": 40,
    "city": 120,
    "country_subdivision": 120,
    "registration_id": 40,
    "account_name": 70,
}
MAX_PAYMENT_TEXT, MAX_TERMS_DAYS = 2000, 365

_BAD_IBAN = _l("This is no IBAN: a sign is wrong or missing.")
_BAD_BIC = _l("This is no BIC. It has 8 or 11 signs.")
BAD_TAX_ID = _l("This is no tax id of this country: a sign is wrong or missing.")
_BAD_COLOUR = _l("Please give a colour such as #0b6a4b.")


class SettingsForm(SupplierForm, ElectronicAddressFields):
    """Everything that the supplier says of itself."""

    own_name = StringField(_l("Your own name"), description=_l("Under what you write to clients, and in the history."))
    name = StringField(_l("Name of your business"), description=_l("As your clients know you."))
    email = EmailField(_l("E-mail address"), description=_l("Answers and notices come here."))
    sender_name = StringField(
        _l("Name of the sender"), description=_l("In whose name clients get mail, such as Ana at Studio North.")
    )
    reply_to = EmailField(
        _l("Address for answers"), description=_l("Where clients’ answers to mails go, if not to the address above.")
    )
    phone = TelField(_l("Telephone"), description=_l("For questions about an invoice. An XRechnung must show it."))
    locale = SelectField(
        _l("Language and region"), description=_l("How dates and amounts are written."), validate_choice=False
    )
    time_zone = SelectField(_l("Time zone"), description=_l("When a day begins and ends."), validate_choice=False)
    legal_name = StringField(_l("Legal name"))
    address_line_1 = StringField(_l("Street and number"))
    address_line_2 = StringField(_l("Second line"))
    post_code = StringField(_l("Post code"))
    city = StringField(_l("City"))
    country_subdivision = StringField(_l("State or region"))
    country_code = SelectField(_l("Country"), validate_choice=False)
    tax_registered = BooleanField(_l("I charge tax"), description=_l("Then every invoice must show your tax id."))
    tax_id = StringField(_l("Tax id"), description=_l("Your VAT number, or what your country calls it."))
    registration_id = StringField(_l("Company registration"))
    currency = SelectField(_l("Currency"), description=_l("What a new quote begins with."), validate_choice=False)
    payment_terms_days = StringField(_l("Payment terms"), description=_l("Days from the invoice until it is due."))
    account_name = StringField(_l("Account holder"), description=_l("If it is not the legal name."))
    iban = StringField(_l("IBAN"))
    bic = StringField(_l("BIC"))
    payment_text = TextAreaField(_l("Other ways to pay"), description=_l("Printed on every invoice as you write it."))
    logo = FileField(_l("Logo"), description=_l("PNG, JPEG or SVG, up to 4 MB. It is shown 44 pixels high."))
    brand_colour = ColorField(
        _l("Colour"),
        description=_l(
            "Buttons and lines on your clients’ pages. What stands on it is black or white, as it reads best."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        locale = get_locale()
        self.country_code.choices = [SelectChoice(code, name) for code, name in country_choices(locale)]
        self.currency.choices = [
            SelectChoice(code, f"{code} – {locale.currencies.get(code, code)}") for code in currency_codes()
        ]
        self.locale.choices = [SelectChoice(code, name) for code, name in locale_choices()]
        self.offer_schemes()
        self.time_zone.choices = [SelectChoice(name, name.replace("_", " ")) for name in time_zones()]

    def read(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The checked values of models/workspace.py's SETTINGS, and what is wrong by field."""
        values: dict[str, Any] = {"tax_registered": bool(self.tax_registered.data)}
        errors: dict[str, Any] = {}
        for name, limit in LIMITS.items():
            values[name] = " ".join((self[name].data or "").split())
            if len(values[name]) > limit:
                errors[name] = "too_long"
        if len(self.own_name.data or "") > MAX_NAME:
            errors["own_name"] = "too_long"
        values["payment_text"] = (self.payment_text.data or "").strip()
        if len(values["payment_text"]) > MAX_PAYMENT_TEXT:
            errors["payment_text"] = "too_long"
        self._read_choices(values, errors)
        self._read_numbers(values, errors)
        self._read_identifiers(values, errors)
        return values, errors

    def _read_choices(self, values: dict[str, Any], errors: dict[str, Any]) -> None:
        for name, known in (
            ("currency", currency_codes()),
            ("locale", LOCALES),
            ("time_zone", time_zones()),
        ):
            values[name] = self[name].data or ""
            if values[name] not in known:
                errors[name] = "currency" if name == "currency" else "unknown"
        values["country_code"] = self.country_code.data or ""
        if values["country_code"] and not is_country(values["country_code"]):
            errors["country_code"] = "unknown"

    def _read_numbers(self, values: dict[str, Any], errors: dict[str, Any]) -> None:
        days = (self.payment_terms_days.data or "").strip()
        if days.isascii() and days.isdecimal() and len(days) < 6 and int(days) <= MAX_TERMS_DAYS:
            values["payment_terms_days"] = int(days)
        else:
            errors["payment_terms_days"] = "whole_number"
        values["email"] = (self.email.data or "").strip()
        if not is_email(values["email"]):
            errors["email"] = "email" if values["email"] else "required"
        values["reply_to"] = (self.reply_to.data or "").strip()
        if values["reply_to"] and not is_email(values["reply_to"]):
            errors["reply_to"] = "email"
        values["brand_colour"] = (self.brand_colour.data or "").strip().lower()
        if not is_colour(values["brand_colour"]):
            errors["brand_colour"] = _BAD_COLOUR

    def _read_identifiers(self, values: dict[str, Any], errors: dict[str, Any]) -> None:
        try:
            values["iban"] = identifiers.iban(self.iban.data or "")
        except identifiers.BadIdentifier:
            errors["iban"] = _BAD_IBAN
        try:
            values["bic"] = identifiers.bic(self.bic.data or "")
        except identifiers.BadIdentifier:
            errors["bic"] = _BAD_BIC
        try:
            values["tax_id"] = identifiers.tax_id(self.tax_id.data or "", values["country_code"])
        except identifiers.BadIdentifier:
            errors["tax_id"] = BAD_TAX_ID
        delivered, wrong = read_electronic_address(self)
        values.update(delivered)
        errors.update(wrong)


def is_colour(text: str) -> bool:
    """Whether it is written "#rrggbb"."""
    return re.fullmatch("#[0-9a-fA-F]{6}", text) is not None


@lru_cache(maxsize=1)
def time_zones() -> tuple[str, ...]:
    """The zones that people live in, as IANA names them."""
    regions = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    return ("UTC", *sorted(name for name in available_timezones() if name.startswith(regions)))


@lru_cache(maxsize=1)
def locale_choices() -> list[tuple[str, str]]:
    """Each locale in its own words."""
    names = ((name, str(Locale.parse(name).get_display_name())) for name in LOCALES)
    return [(name, own[:1].upper() + own[1:]) for name, own in names]
