"""The pre-flight beside an acceptance: from what is known when the form opens, from what was typed when it returns."""

from typing import Any

from milebill.db import reading
from milebill.domain.preflight import Situation
from milebill.models.party import PARTY_FIELDS
from milebill.queries.preflight import KnownNeeds, has_twin, load_needs
from milebill.web.client.visit import Visit
from milebill.web.preflight import CheckRow, check_rows, tax_id_is_right


def needs_of(here: Visit) -> KnownNeeds:
    """What the client's accounts department needed before."""
    with reading() as connection:
        return load_needs(connection, here.who.workspace_id, here.page.client_id)


def checks_of(here: Visit, form: Any, needs: KnownNeeds) -> tuple[CheckRow, ...]:
    """The five checks of what the form holds now."""
    page, offer = here.page, here.page.offer
    buyer = {name: str(form[name].data or "").strip() if name in form else "" for name in PARTY_FIELDS}
    number = str(form.purchase_order_number.data or "").strip()
    sums = [step.gross for step in offer.milestones]
    with reading() as connection:
        twin = has_twin(connection, page.client_id, page.quote_id, number, offer.currency, sums, page.today)
    return check_rows(
        Situation(
            buyer=buyer,
            purchase_order_number=number,
            po_required=bool(form.po_required.data),
            invoice_format=needs.invoice_format,
            categories=offer.categories,
            tax_id_is_right=tax_id_is_right(buyer),
            has_twin=twin,
            buyer_reference=str(form.buyer_reference.data or ""),
        )
    )
