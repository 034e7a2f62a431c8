"""Where two people have to sign: whose turn it is, and what the page says until both have."""

from collections.abc import Mapping
from dataclasses import dataclass

from milebill.models import Role
from milebill.queries.client_page import ClientPage
from milebill.queries.client_signatures import FirstSignature
from milebill.web.access import LinkHolder
from milebill.web.filters import day
from milebill.web.translations import gettext as _


@dataclass(frozen=True, slots=True)
class Turn:
    """How far the two have come, for one reader."""

    first: FirstSignature | None
    others: str
    """Whose signature is awaited besides, or instead of, the reader's."""
    mine: bool
    """Whether the reader's signature is the next that counts."""
    signed: bool
    """Whether the reader was the first."""

    @property
    def headline(self) -> str:
        """Who signed, and who is awaited; "" before anybody has."""
        if self.first is None:
            return "" if self.mine else _("Waiting for %(names)s", names=self.others)
        named = {"name": self.first.name, "day": day(self.first.at), "other": self.others}
        if self.signed:
            return _("You signed on %(day)s. It is waiting for %(other)s", **named)
        if self.mine:
            return _("%(name)s signed on %(day)s. It is waiting for you", **named)
        return _("%(name)s signed on %(day)s. It is waiting for %(other)s", **named)

    @property
    def follows(self) -> str:
        """What the reader's signature sets off, or the other's; "" where it is the last and sets off everything."""
        if self.mine and self.first is None:
            return _("Two people have to sign. Nothing happens before %(other)s has signed too.", other=self.others)
        return "" if self.mine else _("It takes effect with that signature. Nothing is owed before.")


def turn_of(page: ClientPage, who: LinkHolder, gross: int, milestone_id: int | None = None) -> Turn | None:
    """Whose turn it is to sign for so much (minor units); None where one signature is enough."""
    pair = page.pair_for(gross)
    if pair is None:
        return None
    first = page.first_signature(milestone_id)
    signed = first is not None and first.person_id == who.person_id
    mine = who.may(Role.APPROVE) and pair.names(who.email) and not signed
    if first is not None:
        others = pair.other_than(first.email).name
    elif mine:
        others = pair.other_than(who.email).name
    else:
        others = _("%(one)s and %(other)s", one=pair.people[0].name, other=pair.people[1].name)
    return Turn(first, others, mine, signed)


def turns_of(page: ClientPage, who: LinkHolder) -> Mapping[int, Turn]:
    """The same by milestone's id, for those that two people sign off; nothing for most projects."""
    if page.offer.two_approvers is None or page.schedule is None:
        return {}
    turns = {step.id: turn_of(page, who, step.gross, step.id) for step in page.schedule.steps}
    return {milestone_id: turn for milestone_id, turn in turns.items() if turn is not None}
