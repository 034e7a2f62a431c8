"""What the client asked to be corrected of an invoice, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from milebill.models import CorrectionRequest, CorrectionState
from milebill.models.invoice_version import Change
from milebill.models.party import PARTY_FIELDS

_LAST = (
    select(
        CorrectionRequest.id,
        CorrectionRequest.name,
        CorrectionRequest.wanted,
        CorrectionRequest.text,
        CorrectionRequest.state,
        CorrectionRequest.answer,
        CorrectionRequest.created_at,
    )
    .where(CorrectionRequest.invoice_id == bindparam("invoice_id"))
    .order_by(CorrectionRequest.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Requested:
    """The last request about an invoice."""

    id: int
    name: str
    wanted: Mapping[str, str]
    text: str
    state: str
    answer: str
    at: datetime

    @property
    def is_open(self) -> bool:
        """Whether it waits for the supplier."""
        return self.state == CorrectionState.OPEN

    def changes(self, buyer: Mapping[str, str]) -> list[Change]:
        """What it asks for, against the buyer that stands there now."""
        return [(name, buyer.get(name, ""), self.wanted[name]) for name in PARTY_FIELDS if name in self.wanted]


def load_last_request(connection: Connection, invoice_id: int) -> Requested | None:
    """The last request about an invoice that was found before."""
    row = connection.execute(_LAST, {"invoice_id": invoice_id}).one_or_none()
    return None if row is None else Requested(*row)
