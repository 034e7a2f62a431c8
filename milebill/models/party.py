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

    electronic_scheme: Mapped[str] = mapped_column(String(4), default="")
    electronic_id: Mapped[str] = mapped_column(String(50), default="")
    """Where e-invoices are delivered (BT-34, BT-49), see electronic_address.py; "" for nowhere."""

    def party(self) -> Snapshot:
        """The party as it is now; what is issued keeps this copy, whatever changes later."""
        return {name: getattr(self, name) or "" for name in PARTY_FIELDS}

    def addressed(self, party: Snapshot) -> Snapshot:
        """The party with this record's electronic address, which contents from before it have not; without one, as is.

        It belongs to the company, not to what can be typed on a form: whoever types a party anew leaves it as it was.
        """
        if not self.electronic_id:
            return party
        return {**party, "electronic_address": {"scheme": self.electronic_scheme, "id": self.electronic_id}}
