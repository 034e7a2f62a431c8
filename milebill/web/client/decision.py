"""Accepting and declining: a GET that shows the form on the page, a POST to the same address that decides."""

from typing import Any

from flask import Response, request

from milebill.domain.billing_needs import Needs
from milebill.domain.buyer import Buyer
from milebill.domain.decision import Decided, accept_quote, decline_quote
from milebill.errors import NotFound
from milebill.models import QuoteState, Role
from milebill.models.party import PARTY_FIELDS
from milebill.models.person import shares_a_word
from milebill.queries.client_papers import known_buyer
from milebill.queries.preflight import KnownNeeds
from milebill.web.client import consent
from milebill.web.client.blueprint import client_pages
from milebill.web.client.forms import AcceptForm, CountersignForm, DeclineForm
from milebill.web.client.preflight_view import checks_of, needs_of
from milebill.web.client.seen import EVERYTHING
from milebill.web.client.turns import turn_of
from milebill.web.client.visit import Opened, Visit, visit
from milebill.web.forms import posted
from milebill.web.openings import note_opening
from milebill.web.translations import gettext as _

ADDRESS = "/q/<token>/decision"

_OVER = {QuoteState.WITHDRAWN, QuoteState.EXPIRED}


@client_pages.get(ADDRESS)
def ask_decision(token: str) -> Response:
    """The page with the form open that a mail's Accept or Decline leads to."""
    here = visit(token)
    note_opening(here.who.link_id)
    opened = _opened(here)
    if opened is None or here.page.state != QuoteState.SENT or not _may(here, opened.kind):
        return here.show()
    return here.open(opened)


def _may(here: Visit, kind: str) -> bool:
    """Whether a form is the reader's to fill in: where two have to accept, it is in turn."""
    turn = turn_of(here.page, here.who, here.page.offer.gross)
    return here.who.may(Role.APPROVE) and (kind == "decline" or turn is None or turn.mine)


@client_pages.post(ADDRESS)
def decide(token: str) -> Response:
    """Accept or decline."""
    here = visit(token)
    if not here.who.may(Role.APPROVE):
        return here.not_yours()
    opened = _opened(here)
    if opened is None:
        raise NotFound
    if here.page.state in _OVER:  # said before anything that is wrong with a form which nobody can use any more
        return here.conflict_with(here.page.state)
    return _decline(here, opened) if opened.kind == "decline" else _accept(here, opened)


def _opened(here: Visit) -> Opened | None:
    choice = request.args.get("choice", "")
    shown = {"content_hash": here.page.content_hash}
    first = here.page.first_signature() if choice == "accept" else None
    if first is not None and here.page.state == QuoteState.SENT:
        form = posted(CountersignForm, content_hash=first.hash_of(here.page.content_hash))
        words = consent.to_accept_too(here.page.offer, first)
        return _with_consent(Opened("countersign", form, "decision", consent=words))
    if choice == "accept":
        needs = needs_of(here)
        form = posted(AcceptForm, **shown, **_buyer_so_far(here), **_needs_so_far(here, needs))
        return _with_consent(
            Opened(
                choice,
                form,
                "decision",
                consent=consent.to_accept(here.page.offer),
                checks=checks_of(here, form, needs),
            )
        )
    if choice == "decline":
        form = posted(DeclineForm, **shown)
        return _with_consent(Opened(choice, form, "decision", consent=consent.to_decline(here.page.offer)))
    return None


def _with_consent(opened: Opened) -> Opened:
    opened.form.consent.label.text = opened.consent
    return opened


def _buyer_so_far(here: Visit) -> dict[str, str]:
    """What the client gave last time, or the little that is known.

    Never the name that a signature needs: whatever fills forms in could copy it from here.
    """
    known = known_buyer(here.page.client_id)
    known["legal_name"] = known["legal_name"] or known["name"]
    known["country_code"] = known["country_code"] or here.page.supplier.country_code
    return {name: known[name] for name in PARTY_FIELDS if not shares_a_word(known[name], here.who.name)}


def _needs_so_far(here: Visit, known: KnownNeeds) -> dict[str, Any]:
    """What their accounts needed last time; not whom it named, for the same reason."""
    words = {"vendor_number": known.vendor_number, "cost_centre": known.cost_centre}
    return {
        "po_required": known.po_required,
        **{name: value for name, value in words.items() if not shares_a_word(value, here.who.name)},
    }


def _buyer(opened: Opened) -> Buyer:
    """Who is invoiced, as it was typed; nobody in the form of the second of two, who signs what the first one gave."""
    data = opened.form.data
    if opened.kind == "countersign":
        return Buyer({})
    return Buyer(
        {name: (data.get(name) or "").strip() for name in PARTY_FIELDS},
        (data["purchase_order_number"] or "").strip(),
        (data["buyer_reference"] or "").strip(),
        Needs(
            po_required=bool(data["po_required"]),
            **{name: data[name] or "" for name in ("vendor_number", "cost_centre", "invoice_name", "invoice_email")},
        ),
    )


def _accept(here: Visit, opened: Opened) -> Response:
    decided: list[Decided] = []

    def accept() -> None:
        signature, buyer = opened.form.signature(opened.consent), _buyer(opened)
        decided.append(accept_quote(here.who.workspace_id, here.who.quote_id, here.who.link_id, signature, buyer))

    # Who filled in the form of the first one has not seen what is there now, so theirs can't become the second.
    answer = here.attempt(opened, accept, lambda: _shown(here, opened.kind))
    if answer is not None:
        return answer
    if decided[0].waits_for:
        thanks = _("Signed. It takes effect once %(name)s has signed too; they have been asked by mail.",
                   name=decided[0].waits_for)  # fmt: skip
    elif decided[0].first:
        thanks = _("Accepted. Thank you. Your receipt is number %(number)s, and a copy comes to you by mail.",
                   number=decided[0].receipt_number)  # fmt: skip
    else:
        thanks = _("This quote had been accepted already. The receipt is number %(number)s.",
                   number=decided[0].receipt_number)  # fmt: skip
    return here.done(EVERYTHING, "head", thanks)


def _shown(here: Visit, kind: str) -> str:
    first = here.page.first_signature() if kind == "countersign" else None
    return here.page.content_hash if first is None else first.hash_of(here.page.content_hash)


def _decline(here: Visit, opened: Opened) -> Response:
    def decline() -> None:
        reason = opened.form.reason.data or ""
        signature = opened.form.signature(opened.consent)
        decline_quote(here.who.workspace_id, here.who.quote_id, here.who.link_id, signature, reason)

    answer = here.attempt(opened, decline, lambda: here.page.content_hash)
    if answer is not None:
        return answer
    supplier = here.page.supplier.name
    return here.done(EVERYTHING, "head", _("Declined. %(supplier)s gets your reason by mail.", supplier=supplier))
