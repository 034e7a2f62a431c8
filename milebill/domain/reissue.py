"""Correct and reissue: a credit note over a whole invoice and, under a new number, the same money for the right buyer.

Both are issued in one transaction; what was paid is carried over, so that nobody is asked twice.
"""

from datetime import timedelta

from sqlalchemy import select

from milebill.domain.billed import Billed, as_amended, client_of, load_invoice
from milebill.domain.buyer import Buyer
from milebill.domain.carrying import carry_over
from milebill.domain.contacts import accounts_payable
from milebill.domain.credits import (
    MAX_ONCE,
    credit_row,
    issue_credit_note,
    kind_of,
    left_of,
    reason_errors,
    reference_to,
)
from milebill.domain.issuing import Content, IssuedInvoice, issue
from milebill.domain.numbering import next_number
from milebill.domain.work import Actor, Work, verb
from milebill.errors import Invalid, NotFound, Refused
from milebill.models import (
    CorrectionRequest,
    CorrectionState,
    Credit,
    Invoice,
    InvoiceKind,
)
from milebill.models.party import PARTY_FIELDS, Snapshot


@verb
def correct_invoice(
    work: Work,
    actor: Actor,
    invoice_id: int,
    buyer: Snapshot,
    reason: str,
    once: str,
    request_id: int | None = None,
) -> IssuedInvoice:
    """Cancel an invoice by a credit note and issue a corrected one: the same lines and amounts, made out to `buyer`.

    Later invoices of the project, and the client's book, have the new buyer too. `reason` is printed on the credit
    note; `once` is the form's key: a double click corrects once. `request_id` is the client's request that is answered
    by it. Raises NotFound; Refused("credited") once anything of it was credited: then what is left is another sum than
    the milestone's, so it has to be credited and the milestone opened again; Invalid by field.
    """
    billed = load_invoice(work, invoice_id)
    invoice = billed.invoice
    cause = f"corrects:{invoice.id}:{once[:MAX_ONCE]}"
    known = _known(work, cause)
    if known is not None:
        return known
    if invoice.credited:
        raise Refused("credited")
    _check(Buyer(buyer), billed, reason.strip(), once)
    right = client_of(work, billed).addressed(Buyer(buyer).snapshot())
    taxes = [entry for entries in left_of(work, invoice).values() for entry in entries]
    note = issue_credit_note(work, actor, billed, taxes, reason.strip(), f"cancels:{invoice.id}:{once[:MAX_ONCE]}")
    corrected = _issue_corrected(work, actor, billed, right, note, cause)
    work.append(Credit, **credit_row(work, note, invoice, reason.strip(), corrected))
    carry_over(work, actor, billed.quote, invoice, f"by-{note.id}")  # a payment's own move is named by its id alone
    learn_buyer(work, billed, right)
    if request_id is not None:
        _answer(work, invoice, request_id)
    return corrected


def _known(work: Work, cause: str) -> IssuedInvoice | None:
    same = (Invoice.workspace_id == work.workspace.id, Invoice.cause == cause)
    row = work.session.execute(select(Invoice.id, Invoice.number).where(*same)).one_or_none()
    return None if row is None else IssuedInvoice(row.id, row.number)


def _check(buyer: Buyer, billed: Billed, reason: str, once: str) -> None:
    errors = reason_errors(reason)
    if not once:
        errors["once"] = "required"
    try:
        buyer.check(billed.invoice.content)
    except Invalid as error:
        errors |= error.errors
    if errors:
        raise Invalid(errors)


def _issue_corrected(
    work: Work, actor: Actor, billed: Billed, buyer: Snapshot, note: IssuedInvoice, cause: str
) -> IssuedInvoice:
    invoice = billed.invoice
    return issue(
        work,
        actor,
        billed.quote,
        billed.project,
        accounts_payable(work, billed.quote),
        _content(work, billed, buyer, note),
        milestone_id=invoice.milestone_id,
        receipt_id=invoice.receipt_id,
        cause=cause,
        amendable=as_amended(work, invoice).fields,
    )


def _content(work: Work, billed: Billed, buyer: Snapshot, note: IssuedInvoice) -> Content:
    """The old content with what is new; its lines, taxes and sums are the ones that were agreed to."""
    invoice, project, old = billed.invoice, billed.project, billed.invoice.content
    cancelled_by = {"kind": "cancelled_by", "number": note.number, "issued_on": work.today.isoformat()}
    others = [entry for entry in old.get("references", ()) if entry["kind"] == "deducts"]
    return {
        **old,
        "number": next_number(work, "invoice", project.client_id),
        "kind": str(InvoiceKind.CORRECTED),
        "of_kind": kind_of(invoice),
        "issued_on": work.today.isoformat(),
        "due_on": (work.today + timedelta(days=project.payment_terms_days)).isoformat(),
        "seller": work.workspace.seller(),
        "buyer": buyer,
        "references": [reference_to("corrects", invoice), cancelled_by, *others],
        "prepaid": min(max(invoice.paid, 0), invoice.gross),  # carried over: asked for once only (BT-113)
        "contract": {
            "gross": project.gross,
            "billed_before": project.billed_gross - invoice.gross,
            "this": invoice.gross,
            "remaining": project.gross - project.billed_gross,
            "credited": project.credited_gross,
        },
        "payment": work.workspace.payment_details(),
    }


def learn_buyer(work: Work, billed: Billed, buyer: Snapshot) -> None:
    """The next invoice, and the next quote, start from what is right now."""
    work.change(billed.project, buyer=buyer)
    client = client_of(work, billed)
    for name in PARTY_FIELDS:
        setattr(client, name, buyer[name])


def _answer(work: Work, invoice: Invoice, request_id: int) -> None:
    request = work.session.get(CorrectionRequest, request_id)
    if request is None or request.invoice_id != invoice.id:
        raise NotFound
    if request.can_decide():
        request.state, request.decided_at = CorrectionState.DONE, work.now
