from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from milebill.clock import now
from milebill.db import Id, Model, Moment
from milebill.models.party import PartyColumns


class Client(PartyColumns, Model):
    """A company that buys, in one supplier's book; its legal data are what it gave with its last acceptance.

    Before the first one, country and state are what the supplier proposes.
    """

    __tablename__ = "client"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(16), default="")
    code: Mapped[str] = mapped_column(String(12), default="")
    """Stands for {client} in numbers; "" until a number needs it."""
    po_required: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether they pay nothing without a purchase order number (BT-13)."""
    vendor_number: Mapped[str] = mapped_column(String(80), default="")
    """What their books call the supplier."""
    cost_centre: Mapped[str] = mapped_column(String(80), default="")
    invoice_name: Mapped[str] = mapped_column(String(200), default="")
    invoice_email: Mapped[str] = mapped_column(String(254), default="")
    """Who gets their invoices, unless an acceptance names somebody else."""
    invoice_format: Mapped[str] = mapped_column(String(12), default="pdf")
    """"pdf", "facturx", "ubl" or "xrechnung"."""
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)

    def has_given_its_data(self) -> bool:
        """Whether an acceptance said who is invoiced: none goes without the legal name."""
        return bool(self.legal_name)

    def propose_place(self, country: str, region: str) -> None:
        """Keep where the supplier says they are, for the form of an acceptance; what the client gave is not touched."""
        if country and not self.has_given_its_data():
            self.country_code, self.country_subdivision = country, region
