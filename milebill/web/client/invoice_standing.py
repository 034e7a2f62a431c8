"""What an invoice's page says of its state: the sum that counts, a sentence about it, and how to pay, if one has to."""

from typing import NamedTuple

from milebill.models import InvoiceKind
from milebill.queries.invoice_page import InvoicePage
from milebill.web.filters import day, money
from milebill.web.translations import gettext as _

Pairs = tuple[tuple[str, str], ...]


class InvoiceStanding(NamedTuple):
    """`label`, `minor` (minor units) and `about` stand together; `after` are sums below the total."""

    label: str
    minor: int
    about: str
    pay: Pairs
    after: tuple[tuple[str, int], ...]


def name_of(kind: str, number: str) -> str:
    """ "Invoice 2027-0001", "Credit note CN-2027-0001": what people call it."""
    if kind == InvoiceKind.CREDIT_NOTE:
        return str(_("Credit note %(number)s", number=number))
    if kind == InvoiceKind.CORRECTED:
        return str(_("Corrected invoice %(number)s", number=number))
    return str(_("Invoice %(number)s", number=number))


def standing_of_invoice(invoice: InvoicePage) -> InvoiceStanding:
    """Where an invoice stands for whoever pays it."""
    if invoice.state == "credit_note":
        credited = invoice.content["references"][0]["number"]
        about = _("It takes back what invoice %(number)s asked for. There is nothing to pay.", number=credited)
        return InvoiceStanding(_("Credited"), -invoice.gross, about, (), ())
    after = _after(invoice)
    if invoice.state == "credited":
        about = _too_much(invoice) or _("This invoice was credited in full. There is nothing to pay.")
        return InvoiceStanding(_("Credited"), invoice.credited, about, (), after)
    if invoice.state == "paid":
        thanks = _("Paid on %(day)s. Thank you.", day=day(invoice.settled_on))
        return InvoiceStanding(_("Paid"), invoice.paid, _too_much(invoice) or thanks, (), after)
    return InvoiceStanding(_("To pay"), invoice.open_amount, _when(invoice), _how_to_pay(invoice), after)


def _after(invoice: InvoicePage) -> tuple[tuple[str, int], ...]:
    credited = ((_("Credited"), invoice.credited),) if invoice.credited else ()
    paid = ((_("Paid so far"), invoice.paid),) if invoice.paid else ()
    too_much = ((_("Paid too much"), invoice.overpaid),) if invoice.overpaid else ()
    rest = too_much or ((_("Still to pay"), invoice.open_amount),)
    return (*credited, *paid, *rest) if credited or paid else ()


def _too_much(invoice: InvoicePage) -> str:
    if not invoice.overpaid:
        return ""
    amount = money(invoice.overpaid, invoice.currency)
    return str(
        _("%(amount)s more came in than is asked for. %(supplier)s owes you that.",
          amount=amount, supplier=invoice.supplier.name)
    )  # fmt: skip


def _when(invoice: InvoicePage) -> str:
    if invoice.state == "overdue":
        return str(_("It was due on %(day)s.", day=day(invoice.due_on)))
    return str(_("Please pay by %(day)s and quote %(number)s.", day=day(invoice.due_on), number=invoice.number))


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
