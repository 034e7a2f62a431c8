"""The clauses of a draft: what is agreed besides milestones and prices, each as a field of its own."""

from milebill.domain.draft_fields import Fields
from milebill.models.review import MAX_DAYS, Review

_LONG_ENOUGH = 40


def read_review(reader: Fields) -> Review | None:
    """How long the client may review a milestone; nothing typed means that nothing is agreed on that."""
    typed = reader.text("review_days", _LONG_ENOUGH)
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal()) or not 1 <= int(typed) <= MAX_DAYS:
        reader.fail("review_days", "review_days")
        return None
    return Review(int(typed))
