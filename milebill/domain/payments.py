"""Payments: recorded by the supplier, never edited; a wrong entry is undone by a reversing one."""

from datetime import date

from sqlalchemy import select

from milebill.domain.billed import load_invoice
from milebill.domain.work import Actor, Work, verb
from milebill.errors import Invalid, NotFound
from milebill.models import EventKind, Invoice, Payment, PaymentKind
from milebill.money import MAX_MINOR

MAX_ONCE = 40


@verb
def record_payment(
    work: Work, actor: Actor, invoice_id: int, amount: int, received_on: date, reference: str, once: str
) -> None:
    """Book `amount` minor units for the invoice. `once` is the form's key: a double click books once.

    More than is open is booked too, and shown as an overpayment. Raises NotFound; Invalid for "amount" and
    "received_on".
    """
    billed = load_invoice(work, invoice_id)
    invoice, quote = billed.invoice, billed.quote
    errors = {}
    if not 0 < amount <= MAX_MINOR:
        errors["amount"] = "positive"
    if received_on > work.today:
        errors["received_on"] = "future"
    if errors:
        raise Invalid(errors)
    once = once[:MAX_ONCE]
    if not once or _is_known(work, invoice, once):
        return
    _book(work, actor, invoice, amount, received_on, reference.strip()[:140], once)
    work.record(
        EventKind.PAYMENT_RECORDED,
        actor,
        quote,
        invoice=invoice.id,
        number=invoice.number,
        amount=amount,
        currency=invoice.currency,
        open=invoice.open_amount,
    )


@verb
def reverse_payment(work: Work, actor: Actor, invoice_id: int, payment_id: int) -> None:
    """Undo a wrong entry by an equal and opposite one; a second time changes nothing. Raises NotFound."""
    billed = load_invoice(work, invoice_id)
    invoice, quote = billed.invoice, billed.quote
    payment = work.session.scalar(
        select(Payment).where(
            Payment.id == payment_id,
            Payment.invoice_id == invoice.id,
            Payment.kind.in_((PaymentKind.PAYMENT, PaymentKind.REFUND)),
        )
    )
    if payment is None:
        raise NotFound
    once = f"reverses:{payment.id}"
    if _is_known(work, invoice, once):
        return
    _book(work, actor, invoice, -payment.amount, work.today, payment.reference, once, payment.id)
    work.record(
        EventKind.PAYMENT_REVERSED,
        actor,
        quote,
        invoice=invoice.id,
        number=invoice.number,
        amount=payment.amount,
        currency=invoice.currency,
        open=invoice.open_amount,
    )


def _is_known(work: Work, invoice: Invoice, once: str) -> bool:
    query = select(Payment.id).where(Payment.invoice_id == invoice.id, Payment.once == once)
    return work.session.scalar(query) is not None


def _book(
    work: Work,
    actor: Actor,
    invoice: Invoice,
    amount: int,
    received_on: date,
    reference: str,
    once: str,
    reverses_id: int | None = None,
) -> None:
    work.session.add(
        Payment(
            workspace_id=work.workspace.id,
            invoice_id=invoice.id,
            kind=PaymentKind.PAYMENT if reverses_id is None else PaymentKind.REVERSAL,
            amount=amount,
            received_on=received_on,
            reference=reference,
            once=once,
            reverses_id=reverses_id,
            recorded_by=actor.user_id,
            recorded_at=work.now,
        )
    )
    invoice.receive(amount, received_on)
