"""What the page of an invoice says, from the content that was frozen when it was issued (domain/invoicing.py)."""

from dataclasses import dataclass

from milebill.models import InvoiceKind
from milebill.queries.client_offer import TaxLine
from milebill.queries.invoice_page import InvoicePage
from milebill.web.client.invoice_standing import Pairs, name_of, standing_of_invoice
from milebill.web.client.invoice_sums import invoice_lines, invoice_taxes
from milebill.web.client.wording import address_lines
from milebill.web.filters import day, money
from milebill.web.translations import gettext as _


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """Sentences, named values and sums, ready to print. Amounts are minor units."""

    name: str
    dates: Pairs
    seller: str
    buyer: str
    references: Pairs
    lines: tuple[tuple[str, str, int], ...]
    tax_lines: tuple[TaxLine, ...]
    after: tuple[tuple[str, int], ...]
    proof: str
    contract: str
    pay: Pairs
    label: str
    minor: int
    about: str
    because: Pairs
    """Which documents it refers to, and the reason that it prints."""
    ready: bool


def invoice_view(invoice: InvoicePage) -> InvoiceView:
    """The invoice in words."""
    content = invoice.content
    standing = standing_of_invoice(invoice)
    return InvoiceView(
        name=name_of(invoice.kind, invoice.number),
        dates=((_("Issued"), day(invoice.issued_on)), (_("Due"), day(invoice.due_on) if invoice.gross > 0 else "")),
        seller=address_lines(content["seller"]),
        buyer=address_lines(invoice.version.buyer),
        references=(
            (_("Purchase order number"), invoice.version.fields["purchase_order_number"]),
            (_("Your reference"), invoice.version.fields["buyer_reference"]),
            (_("Cost centre"), invoice.version.fields["cost_centre"]),
            (_("Quote"), content["quote"]),
            (_("Delivered"), day(content["delivered_on"])),
        ),
        lines=invoice_lines(content),
        tax_lines=invoice_taxes(content),
        after=standing.after,
        proof=proof_in_words(invoice),
        contract=_contract(invoice),
        pay=standing.pay,
        label=standing.label,
        minor=standing.minor,
        about=standing.about,
        because=_because(invoice),
        ready=invoice.paper is not None and invoice.paper.ready,
    )


def proof_in_words(invoice: InvoicePage) -> str:
    """What the invoice rests on: "Milestone 2 of 4, Beta launch, signed off by … on 3 March 2027, receipt …"."""
    proof = invoice.content["proof"]
    named = {
        "position": proof["milestone_position"],
        "count": proof["milestone_count"],
        "title": proof["milestone_title"],
        "name": f"{proof['name']}, {proof['job_title']}," if proof["job_title"] else proof["name"],
        "day": day(proof["at"]),
        "receipt": proof["receipt"],
    }
    if proof["kind"] == "acceptance":
        words = str(
            _("Milestone %(position)s of %(count)s, %(title)s, due with the acceptance by %(name)s on %(day)s, "
              "receipt %(receipt)s.", **named)
        )  # fmt: skip
        if behalf := proof.get("on_behalf"):
            words += " " + _("It was accepted elsewhere on %(day)s; the supplier recorded it on the client’s behalf.",
                             day=day(behalf["accepted_on"]))  # fmt: skip
        return words
    return str(
        _("Milestone %(position)s of %(count)s, %(title)s, signed off by %(name)s on %(day)s, receipt %(receipt)s.",
          **named)
    )  # fmt: skip


def _because(invoice: InvoicePage) -> Pairs:
    words = {
        "credits": _("Credits invoice"),
        "corrects": _("Takes the place of invoice"),
        "cancelled_by": _("Which was cancelled by"),
    }
    named = [
        (words[entry["kind"]], _("%(number)s of %(day)s", number=entry["number"], day=day(entry["issued_on"])))
        for entry in invoice.content.get("references", ())
        if entry["kind"] in words
    ]
    return (*named, (_("Reason"), invoice.content.get("reason", "")))


def _contract(invoice: InvoicePage) -> str:
    contract = invoice.content["contract"]
    amounts = {name: money(minor, invoice.currency) for name, minor in contract.items()}
    if invoice.kind == InvoiceKind.CREDIT_NOTE:
        return str(
            _("Of %(gross)s agreed in all, %(billed_before)s have been billed, and %(credited)s of that credited.",
              **amounts)
        )  # fmt: skip
    return str(
        _("Of %(gross)s agreed in all, %(billed_before)s had been billed before. "
          "After this invoice, %(remaining)s remain.",
          **amounts)
    )  # fmt: skip
