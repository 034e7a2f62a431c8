"""A newer revision of a quote. There is no verb yet that sends one, so it is written as sending it would leave it."""

from sqlalchemy import update

from milebill import clock
from milebill.canonical import digest
from milebill.db import transaction
from milebill.models import Quote, Revision
from tests.actors import Deal
from tests.rules import rows


def revise(deal: Deal, title: str) -> None:
    """A second revision is in force, as sending one would leave it."""
    (first,) = rows(Revision, Revision.quote_id == deal.quote_id)
    content = {**first.content, "revision": 2, "title": title}
    with transaction() as session:
        session.add(
            Revision(
                quote_id=deal.quote_id,
                number=2,
                title=title,
                content=content,
                content_hash=digest(content),
                valid_until=first.valid_until,
                sent_at=clock.now(),
            )
        )
        session.execute(update(Revision).where(Revision.id == first.id).values(superseded_at=clock.now()))
        session.execute(update(Quote).where(Quote.id == deal.quote_id).values(revision_number=2))
