"""The words beside the boxes that decisions hang on: what is shown is what the receipt quotes."""

from hashlib import sha256
from typing import Any

from wtforms import BooleanField

from milebill.queries.client_offer import Offer
from milebill.queries.client_schedule import Step
from milebill.queries.client_signatures import FirstSignature
from milebill.web.filters import money
from milebill.web.translations import gettext as _


class ConsentBox(BooleanField):
    """A box whose value names the words beside it.

    The words are put together anew for each request, and may be others by the time that it comes back: in another
    language, say. Then what was ticked is not what would be kept.
    """

    def is_beside(self, words: str) -> bool:
        """Whether these were the words when it was ticked; a program that names none vouches for itself."""
        return not self.raw_data or self.raw_data[0] in ("y", _named(words))

    def _value(self) -> Any:
        return _named(self.label.text)


def _named(words: str) -> str:
    return sha256(words.encode()).hexdigest()[:20]


def to_accept(offer: Offer) -> str:
    """Beside the box of an acceptance."""
    return str(
        _(
            "I accept quote %(number)s over %(total)s, with the milestones and payment terms shown here, "
            "on behalf of the buyer named above.",
            number=offer.number,
            total=money(offer.gross, offer.currency),
        )
    )


def to_accept_too(offer: Offer, first: FirstSignature) -> str:
    """Beside the box of the second of two: for the buyer whom the first one named."""
    return str(
        _(
            "I accept quote %(number)s over %(total)s too, with the milestones and payment terms shown here, "
            "on behalf of %(buyer)s.",
            number=offer.number,
            total=money(offer.gross, offer.currency),
            buyer=(first.terms or {})["buyer"]["legal_name"],
        )
    )


def to_decline(offer: Offer) -> str:
    """Beside the box of a decline."""
    return str(
        _("I decline quote %(number)s over %(total)s.", number=offer.number, total=money(offer.gross, offer.currency))
    )


def to_sign_off(step: Step, currency: str) -> str:
    """Beside the box of a sign-off, which bills the milestone, or the part that is done, at once."""
    if step.part:
        return str(
            _(
                "Milestone %(n)s, %(title)s, is done in part, as shown here. I accept the split and sign the finished "
                "part off: its invoice over %(gross)s may be issued, and %(rest)s stay open for the rest.",
                n=step.position,
                title=step.title,
                gross=money(step.asked, currency),
                rest=money(step.gross - step.asked, currency),
            )
        )
    if not step.gross:
        return str(
            _("Milestone %(n)s, %(title)s, is done as agreed, and I sign it off.", n=step.position, title=step.title)
        )
    return str(
        _(
            "Milestone %(n)s, %(title)s, is done as agreed. I sign it off, and "
            "its invoice over %(gross)s may be issued.",
            n=step.position,
            title=step.title,
            gross=money(step.gross, currency),
        )
    )
