"""Sending a quote and taking it back: each with a page that says first what it causes."""

from datetime import date
from typing import Any

from flask import Response, current_app, request
from flask_babel import lazy_gettext as _l

from milebill import clock
from milebill.config import Settings
from milebill.db import reading
from milebill.domain.draft import read_draft
from milebill.domain.draft_places import Place
from milebill.domain.offer import freeze, shown_hash
from milebill.domain.preflight import unprintable
from milebill.domain.quotes import send_quote, withdraw_quote
from milebill.errors import Invalid, Refused, Stale
from milebill.models import Workspace
from milebill.outbound.clause_words import clause_sentences
from milebill.queries.client_offer import Offer, offer_of
from milebill.queries.client_page import Supplier as LetterHead
from milebill.queries.quote import DraftQuote, SentQuote, load_quote_page, load_seller
from milebill.web.access import Supplier, for_suppliers, supplier
from milebill.web.client.standing import what_follows
from milebill.web.client.view import brand_of
from milebill.web.difference_words import changes_since
from milebill.web.preflight import unprintable_in_words
from milebill.web.responses import page, private, see_other
from milebill.web.supplier.blueprint import say, show, supplier_pages
from milebill.web.supplier.law import law_of

SETTINGS_LABELS = {
    "name": _l("Name of your business"),
    "legal_name": _l("Legal name"),
    "address_line_1": _l("Street and number"),
    "city": _l("City"),
    "country_code": _l("Country"),
    "tax_id": _l("Tax id"),
}


@supplier_pages.get("/quotes/<id:quote_id>/send")
@for_suppliers
def confirm_sending(quote_id: int) -> Response:
    """What the client will get, and what is still missing."""
    who = supplier()
    with reading() as connection:
        found = load_quote_page(connection, who.workspace_id, quote_id)
    return confirmation(who, found) if isinstance(found, DraftQuote) else see_other(f"/quotes/{quote_id}")


def confirmation(who: Supplier, found: DraftQuote) -> Response:
    """Whom a draft would go to, and what is missing for it; an unfinished one goes back to the builder."""
    seller = _seller(who)
    read = read_draft(found.draft, who.locale, clock.today(who.time_zone))
    if read.errors:
        return to_finish(found)
    missing = seller.missing_for_an_invoice(needs_tax_id=read.needs_tax_ids())
    content = freeze(read, seller, "", found.revision)
    printed = {**content, "seller": {**content["seller"], **seller.payment_details()}}
    settings: Settings = current_app.extensions["settings"]
    return show(
        "send.html",
        quote=found,
        offer=offer_of(content),
        shown=shown_hash(content),
        changes=changes_since(content, *found.before) if found.before else None,
        unprintable=unprintable_in_words(unprintable(printed, settings.fonts)),
        read=read,
        law=law_of(read, seller, Place(*found.client_at)),
        missing=[(name, SETTINGS_LABELS[name]) for name in missing],
        payable=bool(seller.iban or seller.payment_text),
        sender=seller.sender() if seller.name else None,
    )


@supplier_pages.post("/quotes/<id:quote_id>/send")
@for_suppliers
def send(quote_id: int) -> Response:
    """Freeze it and queue the client's mail; a second click changes nothing."""
    who = supplier()
    try:
        number = send_quote(who.workspace_id, who.actor(), quote_id, request.form.get("shown", ""))
    except Invalid:
        return see_other(f"/quotes/{quote_id}?check=send")
    except Stale:
        return changed_since(f"/quotes/{quote_id}")
    except Refused as refusal:
        if refusal.reason == "seller_incomplete":
            return see_other(f"/quotes/{quote_id}/send")
        return too_late(quote_id)
    say(_l("Quote %(number)s is on its way. This page shows what becomes of it.", number=number))
    return see_other(f"/quotes/{quote_id}")


def changed_since(address: str) -> Response:
    """The page once more, with what would be sent now."""
    say(_l("The quote was changed since this page was opened. Please look at it again; nothing was sent yet."), "wait")
    return see_other(f"{address}/send")


@supplier_pages.get("/quotes/<id:quote_id>/withdrawal")
@for_suppliers
def confirm_withdrawal(quote_id: int) -> Response:
    """What the client will see afterwards."""
    with reading() as connection:
        found = load_quote_page(connection, supplier().workspace_id, quote_id)
    if not isinstance(found, SentQuote) or not found.can_withdraw:
        return too_late(quote_id)
    return show("withdraw.html", quote=found)


@supplier_pages.post("/quotes/<id:quote_id>/withdrawal")
@for_suppliers
def withdraw(quote_id: int) -> Response:
    """Take the offer back; a second click changes nothing."""
    who = supplier()
    try:
        withdraw_quote(who.workspace_id, who.actor(), quote_id)
    except Refused:
        return too_late(quote_id)
    say(_l("The quote is withdrawn. Your client is told by mail, and nobody can accept it any more."))
    return see_other(f"/quotes/{quote_id}")


@supplier_pages.get("/quotes/<id:quote_id>/preview")
@for_suppliers
def preview(quote_id: int) -> Response:
    """The client's page as the client will see it. Nobody can sign here: it is no link."""
    who = supplier()
    with reading() as connection:
        found = load_quote_page(connection, who.workspace_id, quote_id)
    return preview_of(who, found)


def preview_of(who: Supplier, found: DraftQuote | SentQuote) -> Response:
    """The page for a draft as it would be, or for what was sent."""
    seller, today = _seller(who), clock.today(who.time_zone)
    if isinstance(found, SentQuote):
        content = found.content
    else:
        read = read_draft(found.draft, who.locale, today)
        if read.errors:
            return to_finish(found, "preview")
        content = freeze(read, seller, "", found.revision)
    offer = offer_of(content)
    back = found.address if isinstance(found, DraftQuote) else f"/quotes/{found.id}"
    changes = changes_since(content, *found.before) if found.before else None
    return preview_page(offer, seller, today, back, is_draft=isinstance(found, DraftQuote), changes=changes)


def preview_page(
    offer: Offer, seller: Workspace, today: date, back: str, *, is_draft: bool, changes: Any = None
) -> Response:
    """The client's page, without its forms; `back` is where the writer came from."""
    shown = as_the_client_sees_it(offer, seller, today)
    return private(page("supplier/preview.html", is_draft=is_draft, back=back, changes=changes, **shown))


def as_the_client_sees_it(offer: Offer, seller: Workspace, today: date) -> dict[str, Any]:
    """What the client's page prints of an offer that nobody decided yet."""
    head = LetterHead(seller.name, seller.logo_sha256, seller.brand_colour, seller.country_code)
    return {
        "offer": offer,
        "follows": what_follows(offer, today),
        "clauses": clause_sentences(offer.review),
        "brand": brand_of(head),
    }


def _seller(who: Supplier) -> Workspace:
    with reading() as connection:
        return load_seller(connection, who.workspace_id)


def to_finish(draft: DraftQuote, act: str = "send") -> Response:
    """Back to the builder, with what is missing beside the fields; `act` is the button that could not do it."""
    return see_other(f"{draft.address}?check={act}")


def too_late(quote_id: int) -> Response:
    """The quote's page: somebody was faster."""
    say(_l("That is not possible any more: the quote has moved on. Here is how it stands."), "wait")
    return see_other(f"/quotes/{quote_id}")
