"""In which language a client is spoken to: chosen on the client's page, or with a quote."""

from typing import Any

from flask import Response
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from milebill.catalogues import is_spoken, languages, own_name
from milebill.domain.client_language import choose_language
from milebill.errors import Invalid
from milebill.web.access import for_suppliers, supplier
from milebill.web.forms import SupplierForm
from milebill.web.responses import see_other
from milebill.web.supplier.blueprint import say, supplier_pages
from milebill.web.supplier.settings_form import LOCALES


class LanguageForm(SupplierForm):
    """One select."""

    locale = SelectField(_l("Language"), choices=lambda: [SelectChoice("", _l("As in my settings")), *_spoken()],
                         validate_choice=False)  # fmt: skip


def for_a_quote() -> list[Any]:
    """The choices beside a quote, whose client may be known."""
    return [SelectChoice("", _l("As before, or as in my settings")), *_spoken()]


def _spoken() -> list[Any]:
    """What has a catalogue, with the regions that differ in dates and sums, each in its own words."""
    known = sorted({*filter(is_spoken, LOCALES), *languages()}, key=lambda name: own_name(name).casefold())
    return [SelectChoice(name, own_name(name)) for name in known]


@supplier_pages.post("/clients/<id:client_id>/language")
@for_suppliers
def client_language(client_id: int) -> Response:
    """Choose it. What is not offered changes nothing: the page shows what holds."""
    who = supplier()
    form: Any = LanguageForm()
    try:
        choose_language(who.workspace_id, who.actor(), client_id, form.locale.data or "")
    except Invalid:
        say(_l("We do not know this language. Nothing was changed."), "bad")
    else:
        say(_l("Chosen, for their pages, mails and papers from now on."))
    return see_other(f"/clients/{client_id}")
