"""What an invoice must say about its seller, asked where a quote is sent for the first time."""

from typing import Any

from flask_babel import get_locale
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from milebill.countries import is_country
from milebill.models import Workspace
from milebill.web import identifiers
from milebill.web.countries import country_choices
from milebill.web.forms import SupplierForm
from milebill.web.supplier.settings_form import BAD_TAX_ID, LIMITS, SettingsForm

TEXTS = ("name", "legal_name", "address_line_1", "post_code", "city")


class SellerForm(SupplierForm):
    """The part of the settings that a first quote can't do without."""

    name = SettingsForm.name
    legal_name = SettingsForm.legal_name
    address_line_1 = SettingsForm.address_line_1
    post_code = SettingsForm.post_code
    city = SettingsForm.city
    country_code = SettingsForm.country_code
    tax_registered = SettingsForm.tax_registered
    tax_id = SettingsForm.tax_id

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        chosen = [SelectChoice(code, name) for code, name in country_choices(get_locale())]
        self["country_code"].choices = chosen

    def read(self, *, needs_tax_id: bool) -> tuple[dict[str, Any], dict[str, Any]]:
        """The checked values of models/workspace.py's SETTINGS, and what is wrong by field.

        Who gives no name of the business goes by the legal one.
        """
        values: dict[str, Any] = {name: " ".join((self[name].data or "").split()) for name in TEXTS}
        errors: dict[str, Any] = {name: "too_long" for name in TEXTS if len(values[name]) > LIMITS[name]}
        values["name"] = values["name"] or values["legal_name"]
        values["tax_registered"] = bool(self["tax_registered"].data)
        country = values["country_code"] = self["country_code"].data or ""
        if country and not is_country(country):
            errors["country_code"] = "unknown"
            values["country_code"] = country = ""
        try:
            values["tax_id"] = identifiers.tax_id(self["tax_id"].data or "", country)
        except identifiers.BadIdentifier:
            values["tax_id"], errors["tax_id"] = "", BAD_TAX_ID
        for name in Workspace(**values).missing_for_an_invoice(needs_tax_id=needs_tax_id):
            if name != "name":
                errors.setdefault(name, "required")
        return values, errors
