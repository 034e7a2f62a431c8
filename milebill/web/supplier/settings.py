"""The settings: what stands on every document that is issued from now on."""

from typing import Any

from flask import Response, current_app, request
from flask_babel import lazy_gettext as _l

from milebill.brand import by_day, by_night
from milebill.config import Settings
from milebill.db import reading
from milebill.domain.preflight import unprintable
from milebill.domain.profile import change_own_name
from milebill.domain.settings import change_settings, remove_logo
from milebill.errors import NotFound
from milebill.files import FileStore
from milebill.queries.settings import load_settings
from milebill.web.access import for_suppliers, supplier
from milebill.web.forms import add_errors, focus_first_error
from milebill.web.preflight import unprintable_in_words
from milebill.web.responses import partial, private, see_other, wants_partial
from milebill.web.supplier.blueprint import key_from_request, say, show, supplier_pages
from milebill.web.supplier.logos import MAX_BYTES, WHAT_IS_WRONG, BadLogo, safe_logo
from milebill.web.supplier.settings_form import SettingsForm, is_colour


@supplier_pages.route("/settings", methods=["GET", "POST"])
@for_suppliers
def settings() -> Response:
    """Look at the settings, or change them. `for` is the quote that waits for them."""
    who = supplier()
    with reading() as connection:
        present = load_settings(connection, who.workspace_id)
    texts = {"payment_terms_days": str(present["payment_terms_days"]), "own_name": who.name}
    form = SettingsForm(data={**present, **texts})
    if request.method != "POST":  # Werkzeug answers HEAD here too
        return _form(form, present)
    values, errors = form.read()
    logo = _logo(errors)
    if errors:
        add_errors(form, errors)
        focus_first_error(form)
        return _form(form, present, 422)
    change_settings(who.workspace_id, who.actor(), values, logo=_stored(logo))
    change_own_name(who.workspace_id, who.actor(), form.own_name.data or "")
    say(_l("Saved. What was issued before stays as it was."))
    if values["reply_to"] not in {"", present["reply_to"]}:
        say(_l("Clients who answer a mail now write to %(address)s.", address=values["reply_to"]))
    app_settings: Settings = current_app.extensions["settings"]
    for _, characters in unprintable_in_words(unprintable({"seller": values}, app_settings.fonts)):
        say(_l("PDFs show numbers instead of %(characters)s: no font here has them.", characters=characters), "wait")
    quote_id = key_from_request("for")
    return see_other(f"/quotes/{quote_id}/send" if quote_id else "/settings")


@supplier_pages.post("/settings/logo/removal")
@for_suppliers
def logo_removal() -> Response:
    """Go back to the name in letters."""
    who = supplier()
    remove_logo(who.workspace_id, who.actor())
    say(_l("The logo is gone. Your name stands in its place."))
    return see_other("/settings")


@supplier_pages.get("/settings/colour")
@for_suppliers
def colour_look() -> Response:
    """How `brand_colour` looks, while it is being chosen."""
    chosen = request.args.get("brand_colour", "")
    if not is_colour(chosen):
        raise NotFound
    if not wants_partial():
        return see_other("/settings")
    return private(partial("supplier/settings_colour.html", **_looks(chosen)))


def _form(form: SettingsForm, present: Any, status: int = 200) -> Response:
    typed = form.brand_colour.data or ""
    looks = _looks(typed if is_colour(typed) else present["brand_colour"])
    waiting = key_from_request("for")
    return show("settings.html", status, form=form, logo=present["logo_sha256"], waiting=waiting, **looks)


def _looks(colour: str) -> dict[str, Any]:
    colour = colour.lower()
    return {"colour": colour, "day": by_day(colour), "night": by_night(colour)}


def _logo(errors: dict[str, Any]) -> bytes | None:
    """The uploaded logo as a safe PNG; None when none was chosen or it is wrong."""
    file = request.files.get("logo")
    if file is None or not file.filename:
        return None
    try:
        return safe_logo(file.stream.read(MAX_BYTES + 1))
    except BadLogo as bad:
        errors["logo"] = WHAT_IS_WRONG[bad.code]
        return None


def _stored(logo: bytes | None) -> tuple[str, int] | None:
    if logo is None:
        return None
    store: FileStore = current_app.extensions["files"]
    return store.put(logo), len(logo)
