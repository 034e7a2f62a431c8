"""The client's page beside the builder, from what is typed: nothing is kept by it, and no client's link is in it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from milebill.domain.draft import read_draft
from milebill.domain.offer import freeze
from milebill.models import Workspace
from milebill.models.revision import Draft
from milebill.queries.client_offer import Offer, offer_of
from milebill.templating import render
from milebill.web.supplier.sending import as_the_client_sees_it

_STAND_INS: Mapping[str, Any] = {
    "title": _l("New quote"),
    "client_name": _l("Your client"),
    "approver_name": _l("Who decides"),
    "approver_email": "client@example.com",
    "ap_email": "",
    "review_days": "",
    "total": "1000000",
}
"""For what is not typed yet, or only half of it, and is not what the preview is looked at for."""


def preview_beside(draft: Draft, seller: Workspace, locale: str, today: date) -> str:
    """A whole HTML page without scripts and links; "" while the draft's sums can't be known.

    Without a total it is the page all the same, and every amount on it is nothing yet.
    """
    read = read_draft(draft, locale, today)
    unpriced = read.errors.get("total") == "required"
    if read.errors:
        read = read_draft(_completed(draft, read.errors), locale, today)
    if set(read.errors.values()) - {"tbd"}:  # that is shown as it was typed
        return ""
    offer = offer_of(freeze(read, seller, "", 1))
    shown = as_the_client_sees_it(_for_nothing(offer) if unpriced else offer, seller, today)
    return render("supplier/preview_beside.html", shown)


def _for_nothing(offer: Offer) -> Offer:
    return replace(
        offer,
        net=0,
        tax=0,
        gross=0,
        deposit=0,
        milestones=tuple(milestone._replace(net=0, tax=0, gross=0) for milestone in offer.milestones),
        tax_lines=tuple(line._replace(tax=0) for line in offer.tax_lines),
    )


def _completed(draft: Draft, errors: Mapping[str, str]) -> Draft:
    rows = [
        {**row, "title": _("Milestone %(n)s", n=place + 1)} if f"milestones-{place}-title" in errors else row
        for place, row in enumerate(draft["milestones"])
    ]
    missing = {name for name, code in errors.items() if name != "total" or code == "required"}
    return {**draft, **{name: str(text) for name, text in _STAND_INS.items() if name in missing}, "milestones": rows}
