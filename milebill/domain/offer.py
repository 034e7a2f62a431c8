"""The frozen content of a sent revision: what the client is shown, what is hashed, what acceptance agrees to."""

from typing import Any

from milebill.domain.draft import DraftMilestone, ReadDraft
from milebill.models import Workspace
from milebill.tax import RATE_ONE

VERSION = 1

Offer = dict[str, Any]


def freeze(read: ReadDraft, workspace: Workspace, number: str, revision: int) -> Offer:
    """The content of a valid draft as plain JSON: integers for money (minor units) and rates, ISO dates."""
    priced = read.priced
    if read.errors or priced is None or read.tax_rate is None or read.valid_until is None:
        raise ValueError("only a valid draft can be frozen")
    tax = {
        "label": read.tax_label,
        "category": "S" if read.tax_rate else "Z",
        "rate": read.tax_rate,
        "net": priced.net,
        "tax": priced.tax,
    }
    return {
        "version": VERSION,
        "number": number,
        "revision": revision,
        "title": read.title,
        "introduction": read.introduction,
        "currency": read.currency,
        "valid_until": read.valid_until.isoformat(),
        "payment_terms_days": read.payment_terms_days,
        "seller": workspace.seller(),
        "client": {"name": read.client_name},
        "approver": {"name": read.approver_name, "email": read.approver_email},
        "accounts_payable": {"name": read.ap_name, "email": read.ap_email} if read.ap_email else None,
        "milestones": [
            _milestone(milestone, position, priced.net) for position, milestone in enumerate(read.milestones, 1)
        ],
        "taxes": [tax],
        "net": priced.net,
        "tax": priced.tax,
        "gross": priced.gross,
    }


def _milestone(milestone: DraftMilestone, position: int, total: int) -> Offer:
    net, tax = milestone.net or 0, milestone.tax or 0
    return {
        "position": position,
        "title": milestone.title,
        "description": milestone.description,
        "criteria": list(milestone.criteria),
        "planned_on": milestone.planned_on.isoformat() if milestone.planned_on else None,
        "trigger": str(milestone.trigger),
        "share": (2 * net * RATE_ONE + total) // (2 * total),
        "amounts": [{"group": 0, "net": net, "tax": tax}],
        "net": net,
        "tax": tax,
        "gross": net + tax,
    }
