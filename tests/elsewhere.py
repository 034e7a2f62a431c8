"""An acceptance that came on paper, recorded by the supplier of tests/actors.py."""

from typing import Any

from milebill import clock
from milebill.domain.buyer import Buyer
from milebill.domain.decision import Decided
from milebill.domain.on_behalf import Elsewhere, accept_on_behalf
from milebill.domain.stored_files import Attached
from tests.actors import APPROVER, BUYER, Deal, signed

PROOF = Attached("signed.pdf", "application/pdf", "ab" * 32, 1234)
DECLARED = "I declare that the client accepted."


def record(deal: Deal, **changes: Any) -> Decided:
    """The supplier records that the approver accepted today; `changes` are fields of any of its three parts."""
    known = {"person_link_id": 0, "accepted_on": clock.now().date().isoformat(), "file": PROOF, "note": "By post."}
    elsewhere = {name: changes.pop(name, value) for name, value in known.items()}
    elsewhere["person_link_id"] = elsewhere["person_link_id"] or deal.link()
    party = BUYER | changes.pop("party", {})
    shown = changes.pop("content_hash", None) or deal.offer_hash()
    signature = signed(shown, DECLARED, **{"name": APPROVER.name, "address": "192.0.2.1", **changes})
    return accept_on_behalf(
        deal.workspace_id, deal.supplier.actor, deal.quote_id, signature, Elsewhere(**elsewhere), Buyer(party, "PO-7")
    )
