"""The clauses of a quote as plain sentences, the same on the page, on paper and in the builder's preview."""

from flask_babel import gettext as _
from flask_babel import ngettext

from milebill.models.review import Review


def review_days(review: Review) -> str:
    """How long the review is: "10 working days"."""
    return str(ngettext("%(num)s working day", "%(num)s working days", review.days))


def clause_sentences(review: Review | None) -> tuple[str, ...]:
    """What is agreed besides milestones and prices, one sentence after another; nothing where nothing is."""
    return () if review is None else (_time(review), _silence(review))


def _time(review: Review) -> str:
    return str(
        ngettext(
            "From the day after a milestone is put before you, you have %(num)s working day (Monday to Friday) to "
            "sign it off or to request changes.",
            "From the day after a milestone is put before you, you have %(num)s working days (Monday to Friday) to "
            "sign it off or to request changes.",
            review.days,
        )
    )


def _silence(review: Review) -> str:
    if len(review.reminders) > 2:
        words = _(
            "Silence accepts nothing. If you do not answer, you are reminded by mail %(apart)s working days before the "
            "end, on the last day, and once more %(apart)s working days later.",
            apart=review.apart,
        )
    else:
        words = _(
            "Silence accepts nothing. If you do not answer, you are reminded by mail on the last day, and once more "
            "%(apart)s working days later.",
            apart=review.apart,
        )
    return str(words)
