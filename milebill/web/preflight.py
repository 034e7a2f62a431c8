"""The pre-flight in words that both sides read: each of the five reasons ticked or open."""

from collections.abc import Iterable
from typing import NamedTuple

from milebill.domain.preflight import Place, Reason, Situation, Unprintable, checks
from milebill.models.party import Snapshot
from milebill.queries.preflight import KnownNeeds
from milebill.web import identifiers
from milebill.web.translations import gettext as _

FORMATS = {"pdf": "PDF", "facturx": "Factur-X / ZUGFeRD", "ubl": "UBL (Peppol)", "xrechnung": "XRechnung"}


class CheckRow(NamedTuple):
    """One reason, as it is printed."""

    title: str
    about: str
    tone: str


def check_rows(found: Situation) -> tuple[CheckRow, ...]:
    """The five reasons for which accounts departments send an invoice back."""
    return tuple(
        CheckRow(*_words(found, check.reason, ok=check.ok), "good" if check.ok else "wait") for check in checks(found)
    )


def needs_in_words(known: KnownNeeds) -> tuple[tuple[str, str], ...]:
    """What a client's accounts department needs, as far as it is known."""
    return (
        (_("Purchase order"), _("required") if known.po_required else _("not required")),
        (_("Your number in their books"), known.vendor_number),
        (_("Cost centre"), known.cost_centre),
        (_("Invoices go to"), known.invoice_email),
        (_("Format"), FORMATS.get(known.invoice_format, known.invoice_format)),
        ("Peppol", f"{known.electronic_scheme}:{known.electronic_id}" if known.electronic_id else ""),
    )


MOST_CHARACTERS = 12
"""So many characters of a place are named: a whole text in another script needs no list."""


def unprintable_in_words(found: Iterable[Unprintable]) -> tuple[tuple[str, str], ...]:
    """Each place, as the forms call it, with the characters that documents can't print there."""
    places: dict[str, str] = {}
    for item in found:
        name = _place(item.place)
        places[name] = "".join(dict.fromkeys(places.get(name, "") + item.characters))
    return tuple(
        (name, " ".join(chars[:MOST_CHARACTERS]) + (" …" if len(chars) > MOST_CHARACTERS else ""))
        for name, chars in places.items()
    )


def _place(place: Place) -> str:
    first, number = str(place[0]), place[1] if len(place) > 1 else 0
    if first == "milestones":
        return _("Milestone %(n)s", n=number)
    if first == "items":
        return _("Line item %(n)s", n=number)
    named = {
        "title": _("Title"),
        "introduction": _("Introduction"),
        "client": _("Company"),
        "seller": _("Your details"),
        "taxes": _("Tax"),
    }
    return named.get(first) or _("People")


def tax_id_is_right(buyer: Snapshot) -> bool:
    """Whether the buyer's tax id can be one of its country's; an empty one is."""
    try:
        identifiers.tax_id(str(buyer.get("tax_id", "")), str(buyer.get("country_code", "")))
    except identifiers.BadIdentifier:
        return False
    return True


def _words(found: Situation, reason: Reason, *, ok: bool) -> tuple[str, str]:
    if reason is Reason.PURCHASE_ORDER:
        missing = _("is required, and not given yet")
        return _("Purchase order"), (found.purchase_order_number or _("not required")) if ok else missing
    if reason is Reason.ENTITY:
        return _("Legal name and address"), _("complete") if ok else _("not complete yet")
    if reason is Reason.TAX_ID:
        if not found.tax_id_is_right:
            return _("Tax id"), _("does not look right for this country")
        return _("Tax id"), (str(found.buyer.get("tax_id", "")) or _("not needed")) if ok else _("not given yet")
    if reason is Reason.FORMAT:
        named = FORMATS.get(found.invoice_format, found.invoice_format)
        return _("Format"), named if ok else _("%(format)s needs the Leitweg-ID as the buyer’s reference", format=named)
    alike = _("the same amount was billed for this purchase order within 30 days")
    return _("Billed only once"), _("nothing alike in the last 30 days") if ok else alike
