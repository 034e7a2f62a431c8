"""The list of invoices as the client's page prints it."""

from typing import NamedTuple

from milebill.models import InvoiceKind, Role
from milebill.queries.client_page import Schedule
from milebill.queries.client_schedule import IssuedInvoice
from milebill.web.access import LinkHolder, invoice_token
from milebill.web.client.invoice_standing import name_of
from milebill.web.filters import day, money
from milebill.web.translations import gettext as _

_STATES = {  # the words are translated with templates/shared/states.html
    "open": ("Open", "out"),
    "part_paid": ("Part-paid", "out"),
    "part_credited": ("Part-credited", "out"),
    "paid": ("Paid", "good"),
    "overdue": ("Overdue", "bad"),
    "credited": ("Credited", "ended"),
    "credit_note": ("Credit note", "ended"),
}


class InvoiceRow(NamedTuple):
    """One invoice, every value as it is printed; without an address it is not this reader's to open."""

    number: str
    name: str
    title: str
    gross: str
    state_in_words: str
    tone: str
    dates: str
    href: str
    paper: str
    preparing: bool


def invoice_rows(schedule: Schedule, who: LinkHolder, base: str) -> tuple[InvoiceRow, ...]:
    """The invoices for one reader, oldest first."""
    may_open = who.may(Role.APPROVE) or who.may(Role.ACCOUNTS_PAYABLE)
    return tuple(_row(issued, who, base, may_open=may_open) for issued in schedule.invoices)


def _row(issued: IssuedInvoice, who: LinkHolder, base: str, *, may_open: bool) -> InvoiceRow:
    words, tone = _STATES[issued.state]
    return InvoiceRow(
        number=issued.number,
        name=name_of(issued.kind, issued.number),
        title=_("Milestone %(n)s, %(title)s", n=issued.position, title=issued.title),
        gross=money(issued.gross, issued.currency),
        state_in_words=_(words),
        tone=tone,
        dates=_dates(issued),
        href=f"/i/{invoice_token(who.link_id, issued.id)}" if may_open else "",
        paper=f"{base}/documents/{issued.paper.id}" if issued.paper and issued.paper.ready else "",
        preparing=bool(issued.paper and not issued.paper.ready),
    )


def _dates(issued: IssuedInvoice) -> str:
    if issued.kind == InvoiceKind.CREDIT_NOTE:
        return str(_("Issued %(issued)s", issued=day(issued.issued_on)))
    return str(_("Issued %(issued)s, due %(due)s", issued=day(issued.issued_on), due=day(issued.due_on)))
