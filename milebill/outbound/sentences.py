"""What a receipt and an invoice say in words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from milebill.models.approval import ApprovalKind
from milebill.models.invoice import InvoiceKind
from milebill.models.payment import PaymentKind


def receipt_statement(receipt: Mapping[str, Any]) -> list[str]:
    """The sentences of a receipt: what was done, and what has to be said about the link."""
    subject, who = receipt["subject"], receipt["who"]
    if receipt["kind"] == ApprovalKind.ACCEPTANCE:
        first = _(
            "%(name)s accepted quote %(number)s, “%(title)s”.",
            name=who["name"],
            number=receipt["quote"],
            title=subject["title"],
        )
    else:
        first = _(
            "%(name)s signed off milestone %(position)s, “%(title)s”, of %(project)s.",
            name=who["name"],
            position=subject["milestone"],
            title=subject["title"],
            project=subject["project"],
        )
    if behalf := receipt.get("on_behalf"):
        words = _("%(name)s recorded it on the client’s behalf, from the file “%(file)s”.",
                  name=behalf["recorded_by"], file=behalf["file"]["name"])  # fmt: skip
        return [str(first), str(words)]
    sentences = [str(first), str(_("It was done with a personal link, sent to %(email)s.", email=who["email"]))]
    if receipt.get("held"):
        sentences.append(str(_("The supplier held this link as well.")))
    return sentences


def nameless() -> str:
    """Where the name of a house stands that has not said it yet."""
    return str(_("Your business"))


def draft_title() -> str:
    """What a quote is called while it is written."""
    return str(_("Draft of a quote"))


def quote_title(quote: Mapping[str, Any]) -> str:
    """What a quote is called; a draft has no number yet."""
    if not quote["number"]:
        return str(_("Quote"))
    if quote["revision"] > 1:
        return str(_("Quote %(number)s, revision %(revision)s", number=quote["number"], revision=quote["revision"]))
    return str(_("Quote %(number)s", number=quote["number"]))


def agreement_title(quote: Mapping[str, Any]) -> str:
    """What a signed quote is called."""
    return str(_("Agreement on quote %(number)s", number=quote["number"]))


def receipt_titles(receipt: Mapping[str, Any]) -> tuple[str, str]:
    """What a receipt is called, and what it is about."""
    title = str(_("Receipt %(number)s", number=receipt["number"]))
    if receipt["kind"] == ApprovalKind.ACCEPTANCE:
        return title, str(_("Acceptance of %(title)s", title=receipt["title"]))
    return title, str(_("Sign-off of %(title)s", title=receipt["title"]))


def invoice_title(invoice: Mapping[str, Any]) -> str:
    """What an invoice is called: its kind and its number."""
    named = {
        InvoiceKind.DEPOSIT: _("Deposit invoice"),
        InvoiceKind.FINAL: _("Final invoice"),
        InvoiceKind.CREDIT_NOTE: _("Credit note"),
        InvoiceKind.CORRECTED: _("Corrected invoice"),
    }
    return f"{named.get(invoice['kind'], _('Invoice'))} {invoice['number']}"


def statement_title(statement: Mapping[str, Any]) -> str:
    """What the statement of a project is called."""
    return str(_("Statement on quote %(number)s", number=statement["quote"]))


def statement_line(entry: Mapping[str, Any]) -> str:
    """What an entry of a statement is: "Invoice 2027-0001", "Payment for 2027-0001"."""
    number = entry["number"]
    if entry["kind"] == PaymentKind.PAYMENT:
        return str(_("Payment for %(number)s", number=number))
    if entry["kind"] == PaymentKind.REFUND:
        return str(_("Refund for %(number)s", number=number))
    if entry["kind"] == PaymentKind.REVERSAL:
        return str(_("Undone, for %(number)s", number=number))
    return invoice_title(entry)
