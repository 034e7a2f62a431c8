"""The log of link openings: written in the background, no event, and no proof of a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from milebill.db import transaction
from milebill.models import LinkOpening


@dataclass(frozen=True)
class Opening:
    """One address fetched one link, `fetches` times since the last line."""

    link_id: int
    first_at: datetime
    last_at: datetime
    fetches: int
    address: str
    user_agent: str


def log_openings(openings: Iterable[Opening]) -> None:
    """Write the lines of one moment in one transaction."""
    with transaction() as session:
        session.add_all(LinkOpening(**vars(opening)) for opening in openings)
