"""Quotes: the list, and the builder with totals that the server computes while somebody types."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Response, request
from flask_babel import lazy_gettext as _l

from milebill import clock
from milebill.db import reading
from milebill.domain.draft_places import NOWHERE, Place
from milebill.domain.plans import begun_with
from milebill.domain.quotes import begin_quote, save_draft
from milebill.errors import NotFound, Refused
from milebill.models import QuoteState, Workspace
from milebill.models.revision import Draft
from milebill.queries.client_papers import known_buyer
from milebill.queries.clients import client_names
from milebill.queries.quote import DraftQuote, last_draft, load_quote_page, load_seller
from milebill.queries.quotes import quote_list
from milebill.web.access import Supplier, for_suppliers, supplier
from milebill.web.difference_words import changes_since
from milebill.web.guide_start import begun_from_guide
from milebill.web.responses import see_other, wants_partial
from milebill.web.security import once_key
from milebill.web.supplier.answers import AnswerForm
from milebill.web.supplier.blueprint import key_from_request, say, show, supplier_pages
from milebill.web.supplier.builder import BuilderForm, draft_of, first_draft
from milebill.web.supplier.client_book import UNKNOWN, Known, known_client
from milebill.web.supplier.desk import BESIDE_ONLY, Desk
from milebill.web.supplier.draft_paper import print_again
from milebill.web.supplier.overtaken import Overtaken, overtaken, posted_act, posted_page, sent_meanwhile
from milebill.web.supplier.plan_list import PlanList, chosen_plan, plan_list
from milebill.web.supplier.rearranging import Rearranged, rearranged
from milebill.web.supplier.wording import standing_of_quote


@supplier_pages.get("/quotes")
@for_suppliers
def quotes() -> Response:
    """Every quote, newest first, or those in one state."""
    state = request.args.get("state")
    state = state if state in set(QuoteState) else None
    with reading() as connection:
        shown = quote_list(
            connection, supplier().workspace_id, state, key_from_request("before"), key_from_request("after")
        )
    return show("quotes.html", page=shown, state=state, states=list(QuoteState))


@supplier_pages.route("/quotes/new", methods=["GET", "POST"])
@for_suppliers
def new_quote() -> Response:
    """A new quote, prefilled; the first save makes the draft."""
    who = supplier()
    if request.method != "POST":  # Werkzeug answers HEAD here too
        return _new_page(who)
    draft, act = draft_of(BuilderForm()), request.form.get("act", "")
    if act == "client":
        return _with_client(who, draft)
    if moved := rearranged(draft, act, request.form.get("removed", "")):
        return builder_page(who, moved.draft, moved=moved)
    if errors := in_the_way(who, draft, act):
        return builder_page(who, draft, errors=errors)
    return _kept(who, begin_quote(who.workspace_id, who.actor(), draft), act)


@supplier_pages.get("/quotes/<id:quote_id>")
@for_suppliers
def quote(quote_id: int) -> Response:
    """A draft in the builder; a quote that was sent, as it was sent, with what became of it."""
    who = supplier()
    with reading() as connection:
        found = load_quote_page(connection, who.workspace_id, quote_id)
    if not isinstance(found, DraftQuote):
        form = AnswerForm(data={"once": once_key()})
        changes = changes_since(found.content, *found.before) if found.before else None
        return show("quote.html", quote=found, form=form, standing=standing_of_quote(found), changes=changes)
    errors = in_the_way(who, found.draft, "send") if "check" in request.args else None
    return builder_page(who, found.draft, found, errors=errors, status=200)


@supplier_pages.post("/quotes/<id:quote_id>")
@for_suppliers
def save_quote(quote_id: int) -> Response:
    """Keep the draft as it was typed, and say what is wrong with it; or only move its milestones about."""
    who = supplier()
    with reading() as connection:
        found = load_quote_page(connection, who.workspace_id, quote_id)
    if not isinstance(found, DraftQuote):
        return _frozen(quote_id)
    draft, act = draft_of(BuilderForm()), posted_act()
    if act == "client":
        return _with_client(who, draft, found)
    if moved := rearranged(draft, act, request.form.get("removed", "")):
        return builder_page(who, moved.draft, found, moved=moved)
    try:
        save_draft(who.workspace_id, quote_id, draft, posted_page())
    except Refused:
        return _not_saved(who, draft, quote_id)
    if errors := in_the_way(who, draft, act):
        return builder_page(who, draft, found, errors=errors)
    return _kept(who, quote_id, act)


@supplier_pages.post("/quotes/new/totals")
@for_suppliers
def new_totals() -> Response:
    """The sums of what is typed so far."""
    return totals_of(supplier())


@supplier_pages.post("/quotes/<id:quote_id>/totals")
@for_suppliers
def draft_totals(quote_id: int) -> Response:
    """The sums of what is typed so far, in a draft that was saved before. Keeps nothing."""
    who = supplier()
    with reading() as connection:
        found = load_quote_page(connection, who.workspace_id, quote_id)
    return totals_of(who, found if isinstance(found, DraftQuote) else None, f"/quotes/{quote_id}")


def totals_of(who: Supplier, saved: DraftQuote | None = None, sent: str = "") -> Response:
    """The sums of what the builder's form holds; `sent` is the address of the quote, if it is a draft no more."""
    desk, draft = _desk(who, saved.address if saved else "/quotes/new", saved), draft_of(BuilderForm())
    if request.form.get("beside") == BESIDE_ONLY:
        return desk.preview(draft)
    if sent and saved is None:
        return desk.totals(draft, 409, overtaken=sent_meanwhile(sent))
    return desk.totals(draft, overtaken=_by_others(saved, draft))


def _desk(who: Supplier, address: str, saved: DraftQuote | None = None, seller: Workspace | None = None) -> Desk:
    seller = seller or _seller(who)
    return Desk(
        who.locale,
        clock.today(who.time_zone),
        seller.currency,
        address,
        seller,
        Place(*saved.client_at) if saved else NOWHERE,
        saved.known_to if saved else "",
        saved.draft if saved else None,
    )


def _by_others(saved: DraftQuote | None, draft: Draft) -> Overtaken | None:
    return overtaken(saved.known_to, saved.changed_at, saved.address, saved.draft, draft) if saved else None


def _not_saved(who: Supplier, draft: Draft, quote_id: int) -> Response:
    """What was typed, and what was saved from another tab; or the quote, if it was sent from there just now."""
    with reading() as connection:
        found = load_quote_page(connection, who.workspace_id, quote_id)
    return builder_page(who, draft, found) if isinstance(found, DraftQuote) else _frozen(quote_id)


def _new_page(who: Supplier) -> Response:
    """The builder as the address asks for it: for a client, from a plan, with the figures of the guide."""
    client_id, key = key_from_request("client"), request.args.get("plan", "")
    seller = _seller(who)
    draft = _first_draft(who, client_id, seller)
    with reading() as connection:
        chosen = chosen_plan(connection, who, key) if key else None
        plans = plan_list(connection, who, chosen, client_id)
    if chosen is not None:
        draft = begun_with(chosen.draft, draft, clock.today(who.time_zone))
    elif begun := begun_from_guide(request.args, draft, who.locale, clock.today(who.time_zone)):
        draft, plans = begun, replace(plans, from_guide=True)
    return builder_page(who, draft, plans=plans, seller=seller)


def _seller(who: Supplier) -> Workspace:
    with reading() as connection:
        return load_seller(connection, who.workspace_id)


def _first_draft(who: Supplier, client_id: int | None, seller: Workspace) -> Draft:
    with reading() as connection:
        last = last_draft(connection, who.workspace_id, client_id)
    if client_id is not None and last is None:
        raise NotFound
    buyer = {} if client_id is None else known_buyer(client_id)
    return first_draft(seller, last, client_id is not None, clock.today(who.time_zone), buyer)


def in_the_way(who: Supplier, draft: Draft, act: str) -> Mapping[str, str]:
    """The errors that this button can't live with: a draft may be kept unfinished, but not with wrong values."""
    return Desk(who.locale, clock.today(who.time_zone), "", "").errors(draft, act)


def _kept(who: Supplier, quote_id: int, act: str) -> Response:
    if act == "pdf":
        return print_again(who, quote_id)
    if act in ("send", "plan", "preview", "import"):
        return see_other(f"/quotes/{quote_id}/{act}")
    say(_l("Saved. Nobody but you can see it yet."))
    return see_other(f"/quotes/{quote_id}")


def _with_client(who: Supplier, draft: Draft, saved: DraftQuote | None = None) -> Response:
    """The builder for the client whose name was typed, filled in but not saved."""
    known = known_client(who, str(draft["client_name"]))
    if known is None:
        return builder_page(who, draft, saved, errors={"client_name": UNKNOWN})
    return builder_page(who, known.into(draft), saved, known=known)


def _frozen(quote_id: int) -> Response:
    say(_l("This quote was sent meanwhile, so it cannot be changed any more. Nothing was saved."), "bad")
    return see_other(f"/quotes/{quote_id}")


def builder_page(
    who: Supplier,
    draft: Draft,
    saved: DraftQuote | None = None,
    errors: Mapping[str, str] | None = None,
    moved: Rearranged | None = None,
    status: int = 422,
    plans: PlanList | None = None,
    known: Known | None = None,
    seller: Workspace | None = None,
) -> Response:
    """The builder with `draft` in it; `status` is that of `errors`. For a moved row, htmx gets rows and sums only.

    409 if the draft was changed elsewhere since the page was made that the form came from.
    """
    desk, others = _desk(who, saved.address if saved else "/quotes/new", saved, seller), _by_others(saved, draft)
    context = {**desk.shows(draft, errors, moved, others), "quote": saved, "plans": plans, "known": known}
    if wants_partial() and not errors:
        return desk.moved(draft, context)
    with reading() as connection:
        first = saved is None or saved.revision == 1  # a later revision stays with its client
        clients = client_names(connection, who.workspace_id) if first else []
    return show("builder.html", 409 if others else status if errors else 200, clients=clients, **context)
