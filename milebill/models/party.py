"""The columns and the snapshot of a party to a document: EN 16931's seller (BG-4) and buyer (BG-7)."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

PARTY_FIELDS = (
    "legal_name",
    "address_line_1",
    "address_line_2",
    "post_code",
    "city",
    "country_subdivision",
    "country_code",
    "tax_id",
    "registration_id",
)
"""BT-27/44 name, BT-35…40/50…55 address, BT-31/48 VAT identifier, BT-30/47 legal registration."""

Snapshot = dict[str, Any]


class PartyColumns:
    """Mixed into the records that can stand on an invoice."""

    legal_name: Mapped[str] = mapped_column(String(200), default="")
    address_line_1: Mapped[str] = mapped_column(String(200), default="")
    address_line_2: Mapped[str] = mapped_column(String(200), default="")
    post_code: Mapped[str] = mapped_column(String(40), default="")
    city: Mapped[str] = mapped_column(String(120), default="")
    country_subdivision: Mapped[str] = mapped_column(String(120), default="")
    country_code: Mapped[str] = mapped_column(String(2), default="")
    tax_id: Mapped[str] = mapped_column(String(40), default="")
    registration_id: Mapped[str] = mapped_column(String(40), default="")

    def party(self) -> Snapshot:
        """The party as it is now; what is issued keeps this copy, whatever changes later."""
        return {name: getattr(self, name) or "" for name in PARTY_FIELDS}
