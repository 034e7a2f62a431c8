"""The frozen content of a sent revision: what the client is shown, what is hashed, what acceptance agrees to."""

from collections.abc import Mapping
from typing import Any

from milebill.agreed_criteria import agreed_criteria
from milebill.canonical import digest
from milebill.categories import OWN_SHARE, final_invoice_of
from milebill.domain.draft import DraftMilestone, ReadDraft
from milebill.domain.draft_taxes import tax_entries
from milebill.domain.items import Item
from milebill.domain.pricing import Priced
from milebill.models import Workspace
from milebill.tax import RATE_ONE

VERSION = 4
"""2 has several tax groups, each with one tax or two, and says how the final invoice is written; 3 may name two people
who must approve above an amount; 4 has clauses, and says of each criterion how it is checked."""

Offer = dict[str, Any]


def freeze(read: ReadDraft, workspace: Workspace, number: str, revision: int) -> Offer:
    """The content of a valid draft as plain JSON: integers for money (minor units) and rates, ISO dates."""
    priced = read.priced
    if read.errors or priced is None or read.valid_until is None:
        raise ValueError("only a valid draft can be frozen")
    places = {amount.group: place for place, amount in enumerate(priced.groups)}
    return {
        "version": VERSION,
        "number": number,
        "revision": revision,
        "title": read.title,
        "introduction": read.introduction,
        "currency": read.currency,
        "valid_until": read.valid_until.isoformat(),
        "payment_terms_days": read.payment_terms_days,
        "clauses": _clauses(read),
        "seller": workspace.seller(),
        "client": {"name": read.client_name},
        "approver": {"name": read.approver_name, "email": read.approver_email},
        "second_approval": _second(read),
        "accounts_payable": {"name": read.ap_name, "email": read.ap_email} if read.ap_email else None,
        "items": [_item(item, position, places) for position, item in enumerate(read.items or (), 1)],
        "final_invoice": (
            read.final_invoice or workspace.final_invoice or final_invoice_of(workspace.country_code or "")
        ),
        "milestones": [
            _milestone(milestone, position, priced.net, places) for position, milestone in enumerate(read.milestones, 1)
        ],
        "taxes": _taxes(read, priced, places),
        "net": priced.net,
        "tax": priced.tax,
        "gross": priced.gross,
    }


def _clauses(read: ReadDraft) -> Offer:
    """What is agreed besides, by its name; what is not agreed is not there."""
    return {"review": read.review.content()} if read.review else {}


def shown_hash(content: Mapping[str, Any]) -> str:
    """Of what is shown before it is sent, and has no number yet."""
    return digest({**content, "number": ""})


def _second(read: ReadDraft) -> Offer | None:
    second = read.second
    return {"name": second.name, "email": second.email, "above": second.above} if second else None


def _taxes(read: ReadDraft, priced: Priced, places: Mapping[int, int]) -> list[Offer]:
    """An entry for each tax; the groups that are used are counted from 0."""
    found = []
    for amount in priced.groups:
        group = read.groups[amount.group]
        if group is None:
            raise ValueError("only a group that can be read is priced")
        found += tax_entries(places[amount.group], group, amount.net, amount.taxes)
    return found


def _item(item: Item, position: int, places: Mapping[int, int]) -> Offer:
    """Quantities are thousandths; the group is null for what is free and so belongs to none."""
    return {
        "position": position,
        "description": item.description,
        "quantity": item.quantity,
        "unit": item.unit,
        "unit_price": item.unit_price,
        "discount": item.discount,
        "discount_of_whole": item.discount_of_whole,
        "net": item.net,
        "group": places.get(item.group),
    }


def _milestone(milestone: DraftMilestone, position: int, total: int, places: Mapping[int, int]) -> Offer:
    amounts = milestone.amounts or ()
    net, tax = sum(amount.net for amount in amounts), sum(amount.tax for amount in amounts)
    return {
        "position": position,
        "title": milestone.title,
        "description": milestone.description,
        "criteria": [criterion._asdict() for criterion in milestone.criteria],
        "planned_on": milestone.planned_on.isoformat() if milestone.planned_on else None,
        "trigger": str(milestone.trigger),
        "share": (2 * net * RATE_ONE + total) // (2 * total),
        "amounts": [
            {
                "group": places[amount.group],
                "net": amount.net,
                "tax": amount.taxes[0],
                "second_tax": sum(amount.taxes[1:]),
            }
            for amount in amounts
        ],
        "net": net,
        "tax": tax,
        "gross": net + tax,
    }


_SINCE_2: Offer = {"final_invoice": OWN_SHARE, "items": []}
_SINCE_3: Offer = {"second_approval": None}
_SINCE_4: Offer = {"clauses": {}}
_TAX_SINCE_2: Offer = {"group": 0, "nth": 1, "reason_code": "", "reason": ""}


def read(content: Mapping[str, Any]) -> Offer:
    """A frozen content of any version in the form of the present one; what was signed is not touched."""
    return {
        **_SINCE_2,
        **_SINCE_3,
        **_SINCE_4,
        **content,
        "taxes": [{**_TAX_SINCE_2, **tax} for tax in content["taxes"]],
        "milestones": [
            {
                **item,
                "amounts": [{"second_tax": 0, **amount} for amount in item["amounts"]],
                "criteria": [criterion._asdict() for criterion in agreed_criteria(item["criteria"])],
            }
            for item in content["milestones"]
        ],
    }
