"""Events about invoices after their issue, and about the bank, as sentences; part of web/sentences.py."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from milebill.models import EventKind
from milebill.web.filters import excerpt, money

Data = Mapping[str, Any]


def _sum(data: Data, key: str = "amount") -> str:
    return money(data[key], data["currency"])


def _imported(name: str, data: Data) -> str:
    return str(
        ngettext(
            "%(name)s brought in %(num)s line of a bank statement.",
            "%(name)s brought in %(num)s lines of a bank statement.",
            data.get("lines", 0),
            name=name,
        )
    )


MONEY_SENTENCES: Mapping[str, Callable[[str, Data], str]] = {
    EventKind.INVOICE_AMENDED: lambda name, data: _(
        "%(name)s amended the details of invoice %(number)s.", name=name, number=data["number"]
    ),
    EventKind.CORRECTION_REQUESTED: lambda name, data: _(
        "%(name)s asks for a correction of invoice %(number)s: “%(text)s”",
        name=name,
        number=data["number"],
        text=excerpt(data["text"]),
    ),
    EventKind.CORRECTION_REFUSED: lambda name, data: _(
        "%(name)s did not correct invoice %(number)s: “%(reason)s”",
        name=name,
        number=data["number"],
        reason=excerpt(data["reason"]),
    ),
    EventKind.CLIENT_CHANGED: lambda name, data: (
        _("%(name)s chose the language for %(client)s.", name=name, client=data["client"])
        if data.get("fields") == ["locale"]
        else _("%(name)s changed the billing details of %(client)s.", name=name, client=data["client"])
    ),
    EventKind.CREDIT_NOTE_ISSUED: lambda _name, data: _(
        "Credit note %(number)s over %(sum)s was issued.", number=data["number"], sum=_sum(data, "gross")
    ),
    EventKind.MILESTONE_REOPENED: lambda name, data: _(
        "%(name)s opened milestone %(n)s, %(title)s, again.", name=name, n=data["milestone"], title=data["title"]
    ),
    EventKind.REFUND_RECORDED: lambda name, data: _(
        "%(name)s gave %(amount)s back that was paid too much for invoice %(number)s.",
        name=name,
        amount=_sum(data),
        number=data["number"],
    ),
    EventKind.PAYMENT_MOVED: lambda _name, data: _(
        "%(amount)s that had been paid now count for invoice %(number)s.", amount=_sum(data), number=data["number"]
    ),
    EventKind.STATEMENT_MADE: lambda name, data: _(
        "%(name)s asked for the statement of %(title)s.", name=name, title=data["title"]
    ),
    EventKind.PEPPOL_QUEUED: lambda name, data: _(
        "%(name)s has %(number)s sent through Peppol.", name=name, number=data["number"]
    ),
    EventKind.PEPPOL_SENT: lambda _name, data: _("%(number)s was sent through Peppol.", number=data["number"]),
    EventKind.PEPPOL_REFUSED: lambda _name, data: _(
        "%(number)s was not sent through Peppol: %(reason)s", number=data["number"], reason=excerpt(data["reason"])
    ),
    EventKind.PEPPOL_UNKNOWN: lambda _name, data: _(
        "For days nobody could say whether %(number)s arrived through Peppol: %(reason)s",
        number=data["number"],
        reason=excerpt(data["reason"]),
    ),
    EventKind.BANK_IMPORTED: _imported,
    EventKind.BANK_LINE_SET_ASIDE: lambda name, data: (
        _("%(name)s took %(amount)s of a bank statement up again.", name=name, amount=_sum(data))
        if data.get("back")
        else _("%(name)s set %(amount)s from a bank statement aside.", name=name, amount=_sum(data))
    ),
}
"""Event → its sentence, of the actor's name and the event's data. PAYMENT_MOVED names the invoice that it moved to."""
