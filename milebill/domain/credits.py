"""Credit notes: an invoice is taken back, whole or in part, and what is left of it stays right to the cent."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from sqlalchemy import select

from milebill.domain.billed import Billed, as_amended, client_of, load_invoice
from milebill.domain.contacts import accounts_payable
from milebill.domain.issuing import Content, IssuedInvoice, issue
from milebill.domain.numbering import next_number
from milebill.domain.work import Actor, Work, verb
from milebill.errors import Invalid, Refused
from milebill.models import Credit, Invoice, InvoiceKind
from milebill.models.credit import LEFT_OF_INVOICE
from milebill.split import snap
from milebill.tax import tax_on

MAX_ONCE = 30
MAX_REASON = 1_000

Entry = dict[str, Any]
"""A tax of a group, as the `taxes` of a content have it."""
Groups = dict[int, list[Entry]]
"""TaxGroup.position → its one or two taxes, which state the same net."""


class Snapped(Invalid):
    """A typed net has no tax that leaves the rest its own; `nets` are the nearest that do, by group."""

    def __init__(self, nets: Mapping[int, int]):
        super().__init__({f"amount-{group}": "snapped" for group in nets})
        self.nets = dict(nets)


@verb
def credit_invoice(
    work: Work, actor: Actor, invoice_id: int, nets: Mapping[int, int] | None, reason: str, once: str
) -> IssuedInvoice:
    """Issue a credit note over all that is left of an invoice, or over a part: nets (minor units) by tax group.

    `reason` is printed; `once` is the form's key: a double click credits once. The tax of a part is exactly its own,
    and so is that of the rest (see `split.snap`), so that the last part takes exactly what remains. Raises NotFound;
    Refused("credited") when nothing is left; Invalid for "reason", "parts" and "amount-<group>", also as Snapped.
    """
    billed = load_invoice(work, invoice_id)
    known = _known(work, billed.invoice, once[:MAX_ONCE])
    if known is not None:
        return known
    left = left_of(work, billed.invoice)
    if not left:
        raise Refused("credited")
    chosen, errors = _chosen(left, nets)
    reason = reason.strip()
    errors |= reason_errors(reason)
    if not once:
        errors["once"] = "required"
    if errors:
        raise Invalid(errors)
    _require_exact(left, chosen)
    cause = _cause(billed.invoice, once[:MAX_ONCE])
    parts = _parts(left, chosen)
    note = issue_credit_note(work, actor, billed, parts, reason, cause)
    work.append(Credit, **credit_row(work, note, billed.invoice, reason))
    work.change(billed.project, **billed.project.credited_with(*_sums(parts)))
    return note


def reason_errors(reason: str) -> dict[str, str]:
    """What is wrong with the reason that a credit note prints."""
    if not reason:
        return {"reason": "required"}
    return {"reason": "too_long"} if len(reason) > MAX_REASON else {}


def left_of(work: Work, invoice: Invoice) -> Groups:
    """What earlier credit notes have left of an invoice."""
    rows = work.session.execute(LEFT_OF_INVOICE, {"invoice_id": invoice.id}).mappings()
    entries = [{**row, "group": row["tax_group"], "net": int(row["net"]), "tax": int(row["tax"])} for row in rows]
    for entry in entries:
        del entry["tax_group"]
        if entry["tax"] != tax_on(entry["net"], entry["rate"]):
            raise AssertionError("what is left of the invoice has a tax that is not its net's")
    return {group: list(found) for group, found in groupby(entries, key=lambda entry: int(entry["group"]))}


def issue_credit_note(
    work: Work, actor: Actor, billed: Billed, taxes: list[Entry], reason: str, cause: str
) -> IssuedInvoice:
    """Issue a credit note over `taxes`, and leave so much less of the invoice to pay.

    The caller writes its row of `credit`, and counts it in the project's sums unless it is billed again at once.
    """
    invoice = billed.invoice
    amended = as_amended(work, invoice)
    content = _content(work, billed, taxes, reason) | {"buyer": client_of(work, billed).addressed(amended.buyer)}
    note = issue(
        work,
        actor,
        billed.quote,
        billed.project,
        accounts_payable(work, billed.quote),
        content,
        milestone_id=invoice.milestone_id,
        receipt_id=invoice.receipt_id,
        cause=cause,
        amendable=amended.fields,
    )
    invoice.credit(content["gross"], work.today)
    return note


def credit_row(
    work: Work, note: IssuedInvoice, credited: Invoice, reason: str, corrected: IssuedInvoice | None = None
) -> dict[str, Any]:
    """The columns that tell what a credit note takes back."""
    return {
        "workspace_id": work.workspace.id,
        "invoice_id": note.id,
        "credited_id": credited.id,
        "corrected_id": corrected.id if corrected else None,
        "reason": reason,
        "created_at": work.now,
    }


def kind_of(invoice: Invoice) -> str:
    """What was billed, whatever became of the document: "deposit", "milestone" or "final"."""
    return str(invoice.content.get("of_kind") or invoice.kind)


def line_of(invoice: Invoice, entries: list[Entry]) -> Content:
    """The line of one tax group: a milestone's invoice has one of its own for each."""
    first, *second = entries
    proof = invoice.content["proof"]
    line = {
        "kind": "share",
        "description": proof["milestone_title"],
        "position": proof["milestone_position"],
        "group": first["group"],
        "net": first["net"],
        "tax_label": first["label"],
        "tax_category": first["category"],
        "tax_rate": first["rate"],
    }
    return line | ({"second_label": second[0]["label"], "second_rate": second[0]["rate"]} if second else {})


def reference_to(kind: str, invoice: Invoice) -> Content:
    """How another document names this one (BG-3)."""
    return {"kind": kind, "number": invoice.number, "issued_on": invoice.issued_on.isoformat()}


def _known(work: Work, invoice: Invoice, once: str) -> IssuedInvoice | None:
    same = (Invoice.workspace_id == work.workspace.id, Invoice.cause == _cause(invoice, once))
    row = work.session.execute(select(Invoice.id, Invoice.number).where(*same)).one_or_none()
    return None if row is None else IssuedInvoice(row.id, row.number)


def _cause(invoice: Invoice, once: str) -> str:
    return f"credit:{invoice.id}:{once}"


def _chosen(left: Groups, nets: Mapping[int, int] | None) -> tuple[dict[int, int], dict[str, str]]:
    """The net to be credited of each group, and what is wrong with it."""
    whole = {group: entries[0]["net"] for group, entries in left.items()}
    if nets is None:
        return whole, {}
    errors = {} if nets else {"parts": "required"}
    for group, net in nets.items():
        if net <= 0:
            errors[f"amount-{group}"] = "positive"
        elif net > whole.get(group, 0):
            errors[f"amount-{group}"] = "over_rest"
    return dict(nets), errors


def _require_exact(left: Groups, chosen: Mapping[int, int]) -> None:
    """Nothing is moved silently: a person confirms the nearest amount whose taxes also sum."""
    snapped = {}
    for group, net in chosen.items():
        whole, rates = left[group][0]["net"], [entry["rate"] for entry in left[group]]
        nearest = snap(whole, net, rates) or whole  # a part of nothing would be no part
        if nearest != net:
            snapped[group] = nearest
    if snapped:
        raise Snapped(snapped)


def _parts(left: Groups, chosen: Mapping[int, int]) -> list[Entry]:
    return [
        {**entry, "net": chosen[group], "tax": tax_on(chosen[group], entry["rate"])}
        for group, entries in left.items()
        if group in chosen
        for entry in entries
    ]


def _sums(taxes: list[Entry]) -> tuple[int, int]:
    """Net and tax; two taxes of a group share one net."""
    return sum(entry["net"] for entry in taxes if entry["nth"] == 1), sum(entry["tax"] for entry in taxes)


def _content(work: Work, billed: Billed, taxes: list[Entry], reason: str) -> Content:
    invoice, project, old = billed.invoice, billed.project, billed.invoice.content
    net, tax = _sums(taxes)
    return {
        **{name: old[name] for name in _COPIED if name in old},
        "number": next_number(work, "credit_note", project.client_id),
        "kind": str(InvoiceKind.CREDIT_NOTE),
        "of_kind": kind_of(invoice),
        "reason": reason,
        "issued_on": work.today.isoformat(),
        "due_on": work.today.isoformat(),
        "seller": work.workspace.seller(),
        "references": [reference_to("credits", invoice)],
        "lines": [line_of(invoice, list(group)) for _, group in groupby(taxes, key=lambda entry: entry["group"])],
        "taxes": taxes,
        "net": net,
        "tax": tax,
        "gross": net + tax,
        "contract": {
            "gross": project.gross,
            "billed_before": project.billed_gross,
            "this": net + tax,
            "credited": project.credited_gross + net + tax,
            "remaining": project.gross - project.billed_gross,
        },
        "payment": work.workspace.payment_details(),
    }


_COPIED = (
    "version", "currency", "payment_terms_days", "delivered_on", "buyer", "title", "quote", "proof", "vendor_number",
)  # fmt: skip
"""What a credit note says of the work as its invoice said it."""
