"""What is paid for an invoice that a corrected one has replaced counts for that one, whenever it comes in."""

from sqlalchemy import select

from milebill.domain.work import Actor, Work
from milebill.models import Credit, EventKind, Invoice, Payment, PaymentKind, Quote


def carry_over(work: Work, actor: Actor, quote: Quote, invoice: Invoice, once: str) -> None:
    """Move what is booked for a replaced invoice to the one in its place: two entries that cancel each other.

    `once` tells this move from others of the same invoice. Nothing happens where nothing was replaced, or paid.
    """
    new = _replacement(work, invoice)
    if new is None or not invoice.paid:
        return
    amount = invoice.paid
    for owed, moved in ((invoice, -amount), (new, amount)):
        work.append(
            Payment,
            workspace_id=work.workspace.id,
            invoice_id=owed.id,
            kind=str(PaymentKind.MOVED),
            amount=moved,
            received_on=work.today,
            once=f"moved:{new.id}:{once}",
            recorded_by=actor.user_id,
            recorded_at=work.now,
        )
        owed.receive(moved, work.today)
    if amount > 0:  # a reversal tells of itself
        work.record(
            EventKind.PAYMENT_MOVED,
            actor,
            quote,
            invoice=new.id,
            number=new.number,
            moved_from=invoice.number,
            amount=amount,
            currency=new.currency,
        )
    carry_over(work, actor, quote, new, once)


def _replacement(work: Work, invoice: Invoice) -> Invoice | None:
    query = select(Invoice).join(Credit, Credit.corrected_id == Invoice.id).where(Credit.credited_id == invoice.id)
    return work.session.scalar(query)
