"""What happens to money besides whole sign-offs, told by the people of tests/actors.py."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from milebill import clock, links
from milebill.bank_file import read
from milebill.config import Settings
from milebill.domain.bank import Imported, import_statement
from milebill.domain.credits import Snapped, credit_invoice
from milebill.domain.issuing import IssuedInvoice
from milebill.domain.milestones import submit_milestone
from milebill.domain.parting import Part
from milebill.domain.payments import record_payment, refund_payment, reverse_payment
from milebill.domain.reissue import correct_invoice
from milebill.domain.reopening import reopen_milestone
from milebill.models import Invoice, Payment
from milebill.money import plain
from tests.actors import BUYER, PAYABLE, ClientPerson, Deal, Supplier
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


def submit_part(deal: Deal, position: int = 2, share: int = 60_000, **changes: Any) -> None:
    """The supplier puts a part of a milestone before the client: 60 % of it, with its first criterion."""
    part = Part(**{"finished": frozenset({1}), "title": "The rest of it", "share": share} | changes)
    submit_milestone(deal.workspace_id, deal.supplier.actor, deal.quote_id, position, "Half of it.", part=part)


def reopen(deal: Deal, position: int = 2) -> None:
    """The supplier opens a milestone again."""
    reopen_milestone(deal.workspace_id, deal.supplier.actor, deal.quote_id, position)


def invoice_of(deal: Deal, position: int) -> int:
    """The id of a milestone's last invoice; 0 if it has none."""
    found = rows(Invoice, Invoice.kind != "credit_note", Invoice.id.in_(deal.invoice_ids()))
    return next((row.id for row in reversed(found) if row.content["proof"]["milestone_position"] == position), 0)


def credit_milestone(deal: Deal, position: int = 2) -> IssuedInvoice:
    """The supplier credits all that is left of a milestone's last invoice."""
    invoice_id = invoice_of(deal, position)
    return credit(deal.supplier, invoice_id, None, f"whole-{invoice_id}")


def credit_part(deal: Deal, position: int = 2) -> IssuedInvoice:
    """The supplier credits about a third of what a milestone's last invoice asked for, as near as it can be exact."""
    invoice_id = invoice_of(deal, position)
    nets = {0: max(the_invoice(invoice_id).net // 3, 1)} if invoice_id else {0: 1}
    once = f"part-{len(deal.invoice_ids())}"
    try:
        return credit(deal.supplier, invoice_id, nets, once)
    except Snapped as nearest:
        return credit(deal.supplier, invoice_id, nearest.nets, once)


def correct(supplier: Supplier, invoice_id: int, once: str = "correct", **party: Any) -> IssuedInvoice:
    """The supplier corrects the buyer of an invoice: its fields in `party`, else another name."""
    buyer = {**BUYER, **(party or {"legal_name": "Łoś Verlag AG"})}
    return correct_invoice(supplier.workspace_id, supplier.actor, invoice_id, buyer, "Wrong company.", once)


def pay(supplier: Supplier, invoice_id: int, amount: int, once: str) -> None:
    """The supplier books money for an invoice."""
    today = clock.now().date()
    record_payment(supplier.workspace_id, supplier.actor, invoice_id, amount, today, "Bank", once)


def refund(supplier: Supplier, invoice_id: int, amount: int, once: str = "refund") -> None:
    """The supplier notes what was given back."""
    today = clock.now().date()
    refund_payment(supplier.workspace_id, supplier.actor, invoice_id, amount, today, "Bank", once)


def undo(supplier: Supplier, payment_id: int) -> None:
    """The supplier undoes an entry."""
    (payment,) = rows(Payment, Payment.id == payment_id)
    reverse_payment(supplier.workspace_id, supplier.actor, payment.invoice_id, payment_id)


def bank_csv(*lines: tuple[str, int, str], day: str = "") -> bytes:
    """A bank's file with lines of (payer, minor units, reference), all of one day."""
    day = day or clock.now().date().isoformat()
    rows = [f'{day};"{payer}";"{reference}";{plain(minor, "EUR")};EUR' for payer, minor, reference in lines]
    return "\n".join(["Date;Name;Reference;Amount;Currency", *rows]).encode()


def bring_in(supplier: Supplier, invoice_id: int, amount: int = 0) -> Imported:
    """The supplier brings in a statement with one line that names the invoice, over what is open of it."""
    invoice = the_invoice(invoice_id)
    minor = amount or invoice.gross - invoice.credited - invoice.paid
    content = bank_csv(("Łoś Verlag", minor, f"Invoice {invoice.number}"))
    file = read(content, "EUR", "en")
    return import_statement(supplier.workspace_id, supplier.actor, file, content, "statement.csv")
