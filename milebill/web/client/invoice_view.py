"""What the page of an invoice says, from the content that was frozen when it was issued (domain/invoicing.py)."""

from dataclasses import dataclass

from milebill.queries.client_offer import TaxLine
from milebill.queries.invoice_page import InvoicePage
from milebill.web.client.invoice_sums import invoice_lines, invoice_taxes
from milebill.web.client.wording import address_lines
from milebill.web.filters import day, money
from milebill.web.translations import gettext as _

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """Sentences, named values and sums, ready to print. Amounts are minor units."""

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
    ready: bool


def invoice_view(invoice: InvoicePage) -> InvoiceView:
    """The invoice in words."""
    content = invoice.content
    settled = invoice.state == "paid"
    return InvoiceView(
        dates=((_("Issued"), day(invoice.issued_on)), (_("Due"), day(invoice.due_on))),
        seller=address_lines(content["seller"]),
        buyer=address_lines(content["buyer"]),
        references=(
            (_("Purchase order number"), invoice.purchase_order_number),
            (_("Your reference"), invoice.buyer_reference),
            (_("Quote"), content["quote"]),
            (_("Delivered"), day(content["delivered_on"])),
        ),
        lines=invoice_lines(content),
        tax_lines=invoice_taxes(content),
        after=((_("Paid so far"), invoice.paid), (_("Still to pay"), invoice.open_amount)) if invoice.paid else (),
        proof=proof_in_words(invoice),
        contract=_contract(invoice),
        pay=() if settled else _how_to_pay(invoice),
        label=_("Paid") if settled else _("To pay"),
        minor=invoice.paid if settled else invoice.open_amount,
        about=_about(invoice),
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
        return str(
            _("Milestone %(position)s of %(count)s, %(title)s, due with the acceptance by %(name)s on %(day)s, "
              "receipt %(receipt)s.", **named)
        )  # fmt: skip
    return str(
        _("Milestone %(position)s of %(count)s, %(title)s, signed off by %(name)s on %(day)s, receipt %(receipt)s.",
          **named)
    )  # fmt: skip


def _contract(invoice: InvoicePage) -> str:
    contract = invoice.content["contract"]
    amounts = {name: money(minor, invoice.currency) for name, minor in contract.items()}
    return str(
        _("Of %(gross)s agreed in all, %(billed_before)s had been billed before. "
          "After this invoice, %(remaining)s remain.",
          **amounts)
    )  # fmt: skip


def _how_to_pay(invoice: InvoicePage) -> Pairs:
    payment = invoice.content["payment"]
    return (
        (_("Amount"), money(invoice.open_amount, invoice.currency)),
        (_("Account holder"), payment["account_name"] if payment["iban"] else ""),
        (_("IBAN"), _in_fours(payment["iban"])),
        (_("BIC"), payment["bic"]),
        (_("Reference"), invoice.number),
        (_("Note"), payment["text"]),
    )


def _in_fours(iban: str) -> str:
    return " ".join(iban[i : i + 4] for i in range(0, len(iban), 4))


def _about(invoice: InvoicePage) -> str:
    if invoice.state == "paid":
        return str(_("Paid on %(day)s. Thank you.", day=day(invoice.settled_on)))
    if invoice.state == "overdue":
        return str(_("It was due on %(day)s.", day=day(invoice.due_on)))
    return str(_("Please pay by %(day)s and quote %(number)s.", day=day(invoice.due_on), number=invoice.number))
