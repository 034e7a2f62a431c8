"""What was amended of an invoice, in words that both sides read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from milebill.models.invoice_version import Change
from milebill.queries.invoice_page import InvoicePage
from milebill.queries.invoice_versions import Version
from milebill.web.e_invoices import Address, Download, downloads
from milebill.web.filters import country, day, moment
from milebill.web.translations import gettext as _

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DetailsView:
    """The fields that accounts payable may amend, and what became of them last."""

    fields: Pairs
    amended: str
    """Who amended them last and when; "" for the first version."""
    differences: Pairs
    change: str
    """What the button that changes them says."""
    asked: tuple[str, str] | None
    """What became of the last request for a correction: its tone and a sentence; None if nobody asked."""
    wanted: Pairs
    """What that request asks for."""


class VersionRow(NamedTuple):
    """One version in the list, every value as it is printed."""

    number: int
    title: str
    about: str
    differences: Pairs
    paper_ready: bool
    paper_id: int
    is_present: bool
    downloads: tuple[Download, ...]
    """Its e-invoices."""


def details_view(invoice: InvoicePage) -> DetailsView:
    """The details as they are now."""
    version = invoice.version
    fields = version.fields
    contact, email = fields["contact_name"], fields["contact_email"]
    return DetailsView(
        fields=(
            (_("Purchase order number"), fields["purchase_order_number"] or _("not given")),
            (_("Your reference"), fields["buyer_reference"] or _("not given")),
            (_("Cost centre"), fields["cost_centre"] or _("not given")),
            (_("Contact for invoices"), contact if contact == email else f"{contact}\n{email}"),
        ),
        amended=_amended(version),
        differences=differences(version.changes),
        change=_("Change details") if fields["purchase_order_number"] else _("Add a PO number"),
        asked=_asked(invoice),
        wanted=_wanted(invoice),
    )


def _wanted(invoice: InvoicePage) -> Pairs:
    request = invoice.request
    return differences(request.changes(invoice.version.buyer)) if request is not None and request.is_open else ()


def _asked(invoice: InvoicePage) -> tuple[str, str] | None:
    request, supplier = invoice.request, invoice.supplier.name
    if request is None:
        return None
    named = {"name": request.name, "when": moment(request.at), "supplier": supplier, "answer": request.answer}
    if request.is_open:
        return "wait", str(_("%(name)s asked for a correction on %(when)s. %(supplier)s has it and will answer here.",
                             **named))  # fmt: skip
    if request.answer:
        return "bad", str(_("%(supplier)s did not correct it: “%(answer)s”", **named))
    return "good", str(_("%(supplier)s put right what %(name)s asked for on %(when)s.", **named))


def version_rows(invoice: InvoicePage, versions: Iterable[Version], address: Address) -> tuple[VersionRow, ...]:
    """The versions of an invoice, newest first. `address` is of an e-invoice."""
    found, issued_on = tuple(versions), day(invoice.issued_on)
    return tuple(
        VersionRow(
            version.number,
            _("Version %(number)s", number=version.number),
            _amended(version) or _("As issued on %(day)s", day=issued_on),
            differences(version.changes),
            version.paper is not None and version.paper.ready,
            version.paper.id if version.paper else 0,
            version is found[0],
            downloads(invoice.content, version, address),
        )
        for version in found
    )


def differences(changes: Iterable[Change]) -> Pairs:
    """Each field that differs: its name, and "old → new"."""
    labels = {
        "purchase_order_number": _("Purchase order number"),
        "buyer_reference": _("Client’s reference"),
        "cost_centre": _("Cost centre"),
        "contact_name": _("Contact"),
        "contact_email": _("Contact’s e-mail"),
        "legal_name": _("Legal name"),
        "address_line_1": _("Street and number"),
        "address_line_2": _("Addition"),
        "post_code": _("Post code"),
        "city": _("Town"),
        "country_subdivision": _("State or region"),
        "country_code": _("Country"),
        "tax_id": _("Tax id"),
        "registration_id": _("Registration number"),
    }
    return tuple((labels[name], _("%(old)s → %(new)s", **_in_words(name, old, new))) for name, old, new in changes)


def _in_words(name: str, old: str, new: str) -> dict[str, str]:
    if name == "country_code":
        old, new = country(old), country(new)
    return {"old": old or _("not given"), "new": new or _("not given")}


def _amended(version: Version) -> str:
    if version.number == 1:
        return ""
    named = {"name": version.name, "when": moment(version.at), "number": version.restored_from}
    if version.restored_from is not None:
        return str(_("%(name)s brought version %(number)s back on %(when)s.", **named))
    return str(_("%(name)s changed this on %(when)s.", **named))
