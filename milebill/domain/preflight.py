"""The five reasons for which accounts departments send an invoice back, each looked at before there is one; and what
could not be printed."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from milebill import glyphs
from milebill.categories import BETWEEN_TAX_IDS, EU
from milebill.electronic_address import is_leitweg_id
from milebill.models.party import Snapshot

ENTITY = ("legal_name", "address_line_1", "city", "country_code")


class Reason(StrEnum):
    """Why an invoice comes back."""

    PURCHASE_ORDER = "purchase_order"
    ENTITY = "entity"
    TAX_ID = "tax_id"
    FORMAT = "format"
    DUPLICATE = "duplicate"


@dataclass(frozen=True)
class Check:
    """One reason, and whether it is out of the way; nothing is refused over one that is not."""

    reason: Reason
    ok: bool


@dataclass(frozen=True)
class Situation:
    """What an invoice would be issued with."""

    buyer: Snapshot
    purchase_order_number: str
    po_required: bool
    invoice_format: str
    categories: frozenset[str]
    """Tax categories (BT-151) of the contract."""
    tax_id_is_right: bool
    """Whether the check digits are, as far as they are known; an empty one is right."""
    has_twin: bool
    """Whether something alike was billed not long ago."""
    buyer_reference: str = ""

    @property
    def needs_tax_id(self) -> bool:
        """Within the EU a buyer's accounts expect theirs; without it nothing moves untaxed (BR-AE-02, BR-IC-02)."""
        return self.buyer.get("country_code") in EU or bool(self.categories & BETWEEN_TAX_IDS)


def checks(found: Situation) -> tuple[Check, ...]:
    """All five, in the order in which they are read."""
    tax_id = str(found.buyer.get("tax_id", "")).strip()
    return (
        Check(Reason.PURCHASE_ORDER, bool(found.purchase_order_number.strip()) or not found.po_required),
        Check(Reason.ENTITY, all(str(found.buyer.get(name, "")).strip() for name in ENTITY)),
        Check(Reason.TAX_ID, found.tax_id_is_right and (bool(tax_id) or not found.needs_tax_id)),
        Check(Reason.FORMAT, found.invoice_format != "xrechnung" or is_leitweg_id(found.buyer_reference)),
        Check(Reason.DUPLICATE, not found.has_twin),
    )


Place = tuple[str | int, ...]
"""Where a text stands in frozen content: ("milestones", 2, "title"), counted from 1."""


@dataclass(frozen=True)
class Unprintable:
    """Characters that no typeface of the documents has, at one place of what is about to be sent."""

    place: Place
    characters: str


def unprintable(content: Any, fonts: tuple[Path, ...], place: Place = ()) -> Iterator[Unprintable]:
    """What documents would print as numbers ([U+4E2D]), place by place; nothing is refused over it.

    `content` is an offer as `offer.freeze` makes it, or a part of one; `fonts` are the installation's own.
    """
    if isinstance(content, str):
        if characters := glyphs.missing(content, fonts):
            yield Unprintable(place, characters)
    elif isinstance(content, dict):
        for name, part in content.items():
            yield from unprintable(part, fonts, (*place, name))
    elif isinstance(content, list):
        for number, part in enumerate(content, 1):
            yield from unprintable(part, fonts, (*place, number))
