"""A newer revision of a quote that was sent, told by the people of tests/actors.py."""

from datetime import timedelta
from typing import Any

from milebill import clock
from milebill.domain.extending import extend_quote
from milebill.domain.revising import begin_revision, revise_quote, save_revision
from tests.actors import Deal, a_draft


def write_revision(deal: Deal, **changes: Any) -> None:
    """The supplier writes the next revision; `changes` are fields of the draft."""
    begin_revision(deal.workspace_id, deal.quote_id)
    save_revision(deal.workspace_id, deal.quote_id, a_draft(**changes))


def send_revision(deal: Deal) -> int:
    """The supplier sends the revision that was written; returns its number."""
    return revise_quote(deal.workspace_id, deal.supplier.actor, deal.quote_id)


def revise(deal: Deal, title: str = "A smaller web site", **changes: Any) -> int:
    """Both at once."""
    write_revision(deal, title=title, **changes)
    return send_revision(deal)


def extend(deal: Deal, days: int = 60) -> bool:
    """The supplier lets the quote be valid until so many days from now."""
    until = clock.now().date() + timedelta(days=days)
    return extend_quote(deal.workspace_id, deal.supplier.actor, deal.quote_id, until.isoformat())
