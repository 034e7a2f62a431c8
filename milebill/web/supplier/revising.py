"""The next revision of a quote that was sent: begun, written in the builder, and sent in place of the one before."""

from flask import Response, request
from flask_babel import lazy_gettext as _l

from milebill.db import reading
from milebill.domain.revising import begin_revision, discard_revision, revise_quote, save_revision
from milebill.errors import Invalid, Refused, Stale
from milebill.queries.quote import DraftQuote, load_next_revision
from milebill.web.access import Supplier, for_suppliers, supplier
from milebill.web.responses import see_other
from milebill.web.supplier.blueprint import say, show, supplier_pages
from milebill.web.supplier.builder import BuilderForm, draft_of
from milebill.web.supplier.draft_paper import print_again
from milebill.web.supplier.overtaken import posted_act, posted_page
from milebill.web.supplier.quotes import builder_page, in_the_way, totals_of
from milebill.web.supplier.rearranging import rearranged
from milebill.web.supplier.sending import changed_since, confirmation, preview_of, too_late

ADDRESS = "/quotes/<id:quote_id>/revision"


@supplier_pages.get(ADDRESS)
@for_suppliers
def revision(quote_id: int) -> Response:
    """The builder with the revision that is being written."""
    who = supplier()
    found = _load(who, quote_id)
    if found is None:
        return see_other(f"/quotes/{quote_id}")
    errors = in_the_way(who, found.draft, "send") if "check" in request.args else None
    return builder_page(who, found.draft, found, errors=errors, status=200)


@supplier_pages.post(ADDRESS)
@for_suppliers
def save_next(quote_id: int) -> Response:
    """Begin it, when no button of the builder was pressed; else keep what was typed, or only move milestones about."""
    who, act = supplier(), posted_act()
    found = _load(who, quote_id)
    draft = draft_of(BuilderForm())
    try:
        if not act:
            begin_revision(who.workspace_id, quote_id)
            return see_other(f"/quotes/{quote_id}/revision")
        if found is not None and (moved := rearranged(draft, act, request.form.get("removed", ""))):
            return builder_page(who, moved.draft, found, moved=moved)
        save_revision(who.workspace_id, quote_id, draft, posted_page())
    except Stale:
        found = _load(who, quote_id)
        return builder_page(who, draft, found) if found else too_late(quote_id)
    except Refused:  # accepted meanwhile, or sent from another tab
        return too_late(quote_id)
    if errors := in_the_way(who, draft, act):
        return builder_page(who, draft, found, errors=errors)
    return _kept(who, quote_id, act)


def _kept(who: Supplier, quote_id: int, act: str) -> Response:
    if act == "pdf":
        return print_again(who, quote_id, next_one=True)
    if act in ("send", "preview"):
        return see_other(f"/quotes/{quote_id}/revision/{act}")
    say(_l("Saved. Your client goes on to see what you sent before."))
    return see_other(f"/quotes/{quote_id}/revision")


@supplier_pages.post(f"{ADDRESS}/totals")
@for_suppliers
def revision_totals(quote_id: int) -> Response:
    """The sums of what is typed so far. Keeps nothing."""
    who = supplier()
    return totals_of(who, _load(who, quote_id))


@supplier_pages.get(f"{ADDRESS}/preview")
@for_suppliers
def preview_revision(quote_id: int) -> Response:
    """The client's page as it would be."""
    who = supplier()
    found = _load(who, quote_id)
    return see_other(f"/quotes/{quote_id}") if found is None else preview_of(who, found)


@supplier_pages.get(f"{ADDRESS}/send")
@for_suppliers
def confirm_revision(quote_id: int) -> Response:
    """What the client will get in place of what they have."""
    who = supplier()
    found = _load(who, quote_id)
    return see_other(f"/quotes/{quote_id}") if found is None else confirmation(who, found)


@supplier_pages.post(f"{ADDRESS}/send")
@for_suppliers
def send_next(quote_id: int) -> Response:
    """Put it in force and queue the client's mail; a second click changes nothing."""
    who = supplier()
    try:
        number = revise_quote(who.workspace_id, who.actor(), quote_id, request.form.get("shown", ""))
    except Invalid:
        return see_other(f"/quotes/{quote_id}/revision?check=send")
    except Stale:
        return changed_since(f"/quotes/{quote_id}/revision")
    except Refused as refusal:
        if refusal.reason == "seller_incomplete":
            return see_other(f"/quotes/{quote_id}/revision/send")
        return too_late(quote_id)
    say(_l("Revision %(n)s is on its way. Nobody can accept the one before any more.", n=number))
    return see_other(f"/quotes/{quote_id}")


@supplier_pages.get(f"{ADDRESS}/removal")
@for_suppliers
def confirm_removal(quote_id: int) -> Response:
    """What is lost then."""
    found = _load(supplier(), quote_id)
    return see_other(f"/quotes/{quote_id}") if found is None else show("discard.html", quote=found)


@supplier_pages.post(f"{ADDRESS}/removal")
@for_suppliers
def discard(quote_id: int) -> Response:
    """Drop what was begun; a second click changes nothing."""
    try:
        discard_revision(supplier().workspace_id, quote_id)
    except Refused:
        return too_late(quote_id)
    say(_l("The revision is gone. What you sent before stays as it is."))
    return see_other(f"/quotes/{quote_id}")


def _load(who: Supplier, quote_id: int) -> DraftQuote | None:
    with reading() as connection:
        return load_next_revision(connection, who.workspace_id, quote_id)
