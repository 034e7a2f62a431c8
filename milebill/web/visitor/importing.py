"""Milestones from a spreadsheet in a visitor's draft."""

from typing import Any

from flask import Response, request

from milebill.domain.draft_pages import state_of
from milebill.domain.open_drafts import keep_open_draft
from milebill.errors import Invalid, Refused, Stale
from milebill.web.responses import see_other
from milebill.web.supplier.importing import (
    ImportForm,
    brought_in,
    changed_meanwhile,
    is_to_be_used,
    sheet_page,
    understood,
    with_a_way_back,
    wrong,
)
from milebill.web.visitor.blueprint import address_of, draft_pages, opened, show
from milebill.web.visitor.drafts import PROBLEMS, STATUS, rearranged_page


@draft_pages.route("/d/<token>/import", methods=["GET", "POST"])
def import_milestones(token: str) -> Response:
    """Show what a sheet says; by its second button, use it in the draft."""
    draft = opened(token)
    address = address_of(draft.link_id)
    form = ImportForm()
    context: dict[str, Any] = {"title": draft.title, "address": address, "visitor": True}
    context["state"] = state_of(draft.known_to)
    if request.method != "POST":  # Werkzeug answers HEAD here too
        return show("import.html", form=form, found=None, **context)
    try:
        found = understood(form, draft.draft, draft.currency, draft.locale)
        if not is_to_be_used(found):
            return show("import.html", 422 if found.wrong else 200, form=form, found=found, **context)
        new = brought_in(form, draft.draft, found)
        keep_open_draft(draft.link_id, new, sheet_page())
    except Stale:
        draft = opened(token)
        context["state"] = state_of(draft.known_to)
        return show("import.html", 409, **wrong(form, changed_meanwhile(draft.changed_at)), **context)
    except Invalid as error:
        return show("import.html", 422, **wrong(form, error), **context)
    except Refused as refusal:
        problem, status = PROBLEMS[refusal.reason], STATUS.get(refusal.reason, 429)
        return show("import.html", status, **wrong(form, Invalid({"cells": problem})), **context)
    moved = with_a_way_back(form, draft.draft, new)
    return rearranged_page(draft.link_id, moved) if moved else see_other(address)
