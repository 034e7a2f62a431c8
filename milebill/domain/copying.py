"""A quote once more, as a new draft of its own: for the same client, or for nobody yet."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from milebill.domain.draft import read_draft
from milebill.domain.draft_people import FIELDS as SECOND
from milebill.domain.draft_places import OF_CLIENT as PLACE
from milebill.domain.quotes import create_quote, current_revision, load_quote
from milebill.domain.work import Actor, Work, verb
from milebill.models import Quote, QuoteState, Revision
from milebill.models.revision import Draft

OF_THE_CLIENT = frozenset(
    {"client_name", "client_locale", "approver_name", "approver_email", "ap_name", "ap_email", *PLACE, *SECOND}
)
TWO_CLICKS = timedelta(seconds=5)
"""Whoever asks for the same copy twice within so little time has clicked twice."""
VALID_DAYS = 30
"""Where the quote does not say for how long it was valid."""


@verb
def duplicate_quote(work: Work, actor: Actor, quote_id: int, keep_client: bool) -> int:
    """Begin a draft with what the quote says, whatever became of it; returns the new quote's id. Raises NotFound.

    It is valid for as many days as the quote was; days that are over are left empty. A revision that was begun but not
    sent is not what the quote says. A second click gets the first one's copy.
    """
    source = load_quote(work, quote_id)
    revision = current_revision(work, source)
    draft = _anew(revision, work.workspace.locale, work.today, keep_client)
    if twice := _just_made(work, quote_id, draft):
        return twice
    about = {"copy_of": source.number} if source.number else {}
    return create_quote(work, actor, draft, **about).id


def _just_made(work: Work, quote_id: int, draft: Draft) -> int | None:
    """The copy that the first of two clicks has made: the newest quote besides the source, and nobody wrote on it."""
    newest = (
        select(Quote.id, Revision.draft)
        .join(Revision, Revision.quote_id == Quote.id)
        .where(
            Quote.workspace_id == work.workspace.id,
            Quote.id != quote_id,
            Quote.state == QuoteState.DRAFT,
            Quote.created_at > work.now - TWO_CLICKS,
        )
        .order_by(Quote.id.desc())
        .limit(1)
    )
    row = work.session.execute(newest).first()
    return row.id if row is not None and row.draft == draft else None


def _anew(revision: Revision, locale: str, today: date, keep_client: bool) -> Draft:
    draft = {name: value for name, value in revision.draft.items() if keep_client or name not in OF_THE_CLIENT}
    until = read_draft(revision.draft, locale, today).valid_until
    begun = (revision.sent_at or revision.created_at).date()
    days = max((until - begun).days, 1) if until else VALID_DAYS
    draft["valid_until"] = (today + timedelta(days=days)).isoformat()
    draft["milestones"] = [_later(row, today) for row in draft.get("milestones") or () if isinstance(row, dict)]
    return draft


def _later(row: dict[str, Any], today: date) -> dict[str, Any]:
    """The milestone without a day that is over, which no quote can be sent with."""
    planned = str(row.get("planned_on") or "")
    return {**row, "planned_on": ""} if planned < today.isoformat() else row
