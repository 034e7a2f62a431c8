"""What happens to money after an invoice was issued, told by the people of tests/actors.py."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from milebill import links
from milebill.config import Settings
from milebill.domain.credits import credit_invoice
from milebill.domain.issuing import IssuedInvoice
from milebill.models import Invoice
from tests.actors import PAYABLE, ClientPerson, Deal, Supplier
from tests.rules import rows


def the_invoice(number_or_id: int | str) -> Any:
    """An invoice's row as it is now."""
    column = Invoice.id if isinstance(number_or_id, int) else Invoice.number
    (found,) = rows(Invoice, column == number_or_id)
    return found


def credit(
    supplier: Supplier,
    invoice_id: int,
    nets: Mapping[int, int] | None = None,
    once: str = "credit",
    reason: str = "Agreed by telephone.",
) -> IssuedInvoice:
    """The supplier credits what is left of an invoice, or a part: nets by tax group."""
    return credit_invoice(supplier.workspace_id, supplier.actor, invoice_id, nets, reason, once)


def last_invoice(deal: Deal) -> int:
    """The id of the deal's last document."""
    return deal.invoice_ids()[-1]


def token_of(app: Flask, deal: Deal, invoice_id: int, person: ClientPerson = PAYABLE) -> str:
    """Any document of the deal, for a person: /i/<token>."""
    settings: Settings = app.extensions["settings"]
    return links.sign(settings.secret_keys, links.Purpose.INVOICE, deal.link(person), invoice_id)
