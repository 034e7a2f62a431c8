"""/guide: three questions that everybody asks before a fixed price, and a calculator for one's own figures.

A form that is sent by GET: nothing is kept, and every answer has an address that can be shared.
"""

from flask import Blueprint, Response, request

from milebill.web.access import signed_in
from milebill.web.guide_form import FIELDS, address_with, builder_address, form_with
from milebill.web.guide_view import compared
from milebill.web.responses import page, partial, private, replacing, wants_partial
from milebill.web.visitor.blueprint import speak_as_guessed

guide_pages = Blueprint("guide", __name__)


@guide_pages.get("/guide")
def guide() -> Response:
    """The answers, and the figures that the address brings, or some to begin with."""
    who = signed_in()
    locale = who.locale if who else speak_as_guessed()
    form, figures = form_with(request.args, locale)
    context = {
        "form": form,
        "compared": compared(figures) if figures else None,
        "begin": builder_address(form, "/quotes/new" if who else "/"),
        "own": any(name in request.args for name in FIELDS),
        "home": "/dashboard" if who else "/",
    }
    status = 200 if figures else 422
    if wants_partial():
        return replacing(private(partial("public/guide_live.html", status, **context)), address_with(form))
    return private(page("public/guide.html", status, **context))
