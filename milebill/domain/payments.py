"""Payments: recorded by the supplier, never edited; a wrong entry is undone by a reversing one."""

from datetime import date

from sqlalchemy import select

from milebill.domain.billed import Billed, load_invoice
from milebill.domain.carrying import carry_over
from milebill.domain.work import Actor, Work, verb
from milebill.errors import Invalid, NotFound, Refused
from milebill.models import BankBooking, BankLine, EventKind, Invoice, Payment, PaymentKind
from milebill.money import MAX_MINOR

MAX_ONCE = 40
MAX_REFERENCE = 140


@verb
def record_payment(
    work: Work, actor: Actor, invoice_id: int, amount: int, received_on: date, reference: str, once: str
) -> None:
    """Book `amount` minor units for the invoice. `once` is the form's key: a double click books once.

    More than is open is booked too, and shown as an overpayment. Raises NotFound; Invalid for "amount" and
    "received_on".
    """
    billed = load_invoice(work, invoice_id)
    errors = _errors(work, amount, received_on)
    if errors:
        raise Invalid(errors)
    once = once[:MAX_ONCE]
    if once and not _is_known(work, billed.invoice, once):
        book_payment(work, actor, billed, amount, received_on, reference, once)


def book_payment(
    work: Work, actor: Actor, billed: Billed, amount: int, received_on: date, reference: str, once: str
) -> Payment:
    """Book money that came in, and tell the history; the caller has checked it, and that `once` is new."""
    payment = _book(work, actor, billed, PaymentKind.PAYMENT, amount, received_on, reference, once)
    _tell(work, actor, billed, EventKind.PAYMENT_RECORDED, amount, open=billed.invoice.open_amount)
    carry_over(work, actor, billed.quote, billed.invoice, str(payment.id))
    return payment


@verb
def refund_payment(
    work: Work, actor: Actor, invoice_id: int, amount: int, paid_on: date, reference: str, once: str
) -> None:
    """Book what was given back of an overpayment, in minor units; `once` is the form's key.

    Raises NotFound; Refused("nothing") when nothing is overpaid; Invalid for "amount" (also "over_rest") and
    "received_on".
    """
    billed = load_invoice(work, invoice_id)
    once = once[:MAX_ONCE]
    if once and _is_known(work, billed.invoice, once):
        return
    overpaid = -billed.invoice.open_amount
    if overpaid <= 0:
        raise Refused("nothing")
    errors = _errors(work, amount, paid_on)
    if amount > overpaid:
        errors["amount"] = "over_rest"
    if not once:
        errors["once"] = "required"
    if errors:
        raise Invalid(errors)
    _book(work, actor, billed, PaymentKind.REFUND, -amount, paid_on, reference, once)
    _tell(work, actor, billed, EventKind.REFUND_RECORDED, amount)


@verb
def reverse_payment(work: Work, actor: Actor, invoice_id: int, payment_id: int) -> None:
    """Undo a wrong entry, of money that came in or was given back, by an equal and opposite one.

    A second time changes nothing. What a correction moved, and a reversal, can't be undone. Raises NotFound.
    """
    billed = load_invoice(work, invoice_id)
    payment = work.session.scalar(
        select(Payment).where(
            Payment.id == payment_id,
            Payment.invoice_id == billed.invoice.id,
            Payment.kind.in_((PaymentKind.PAYMENT, PaymentKind.REFUND)),
        )
    )
    if payment is None:
        raise NotFound
    once = f"reverses:{payment.id}"
    if _is_known(work, billed.invoice, once):
        return
    kind, reference = PaymentKind.REVERSAL, payment.reference
    reversal = _book(work, actor, billed, kind, -payment.amount, work.today, reference, once, payment.id)
    _give_back(work, payment)
    still_open = billed.invoice.open_amount
    _tell(work, actor, billed, EventKind.PAYMENT_REVERSED, abs(payment.amount), open=still_open, undone=payment.kind)
    carry_over(work, actor, billed.quote, billed.invoice, str(reversal.id))


def _give_back(work: Work, payment: Payment) -> None:
    """What was booked of a bank statement's line can be booked again."""
    query = (
        select(BankLine, BankBooking.amount)
        .join(BankBooking, BankBooking.bank_line_id == BankLine.id)
        .where(BankBooking.payment_id == payment.id)
    )
    row = work.session.execute(query).one_or_none()
    if row is not None:
        row[0].booked -= row[1]


def _errors(work: Work, amount: int, day: date) -> dict[str, str]:
    errors = {}
    if not 0 < amount <= MAX_MINOR:
        errors["amount"] = "positive"
    if day > work.today:
        errors["received_on"] = "future"
    return errors


def _is_known(work: Work, invoice: Invoice, once: str) -> bool:
    query = select(Payment.id).where(Payment.invoice_id == invoice.id, Payment.once == once)
    return work.session.scalar(query) is not None


def _book(
    work: Work,
    actor: Actor,
    billed: Billed,
    kind: PaymentKind,
    amount: int,
    day: date,
    reference: str,
    once: str,
    reverses_id: int | None = None,
) -> Payment:
    payment = Payment(
        workspace_id=work.workspace.id,
        invoice_id=billed.invoice.id,
        kind=kind,
        amount=amount,
        received_on=day,
        reference=reference.strip()[:MAX_REFERENCE],
        once=once,
        reverses_id=reverses_id,
        recorded_by=actor.user_id,
        recorded_at=work.now,
    )
    work.session.add(payment)
    work.session.flush()
    billed.invoice.receive(amount, day)
    return payment


def _tell(work: Work, actor: Actor, billed: Billed, event: EventKind, amount: int, **more: str | int) -> None:
    invoice = billed.invoice
    named = {"invoice": invoice.id, "number": invoice.number, "amount": amount, "currency": invoice.currency}
    work.record(event, actor, billed.quote, None, **named, **more)
