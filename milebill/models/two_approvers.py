"""An optional rule of a quote: above an amount two named people must approve, the quote and each of its milestones."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from milebill.canonical import digest


class Named(NamedTuple):
    """One of the two."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class TwoApprovers:
    """The rule, as it was offered and accepted."""

    people: tuple[Named, Named]
    above: int
    """Minor units with tax: what costs more needs both; 0 for whatever costs anything."""

    def needed_for(self, gross: int) -> bool:
        """Whether so much needs both."""
        return gross > self.above

    def names(self, email: str) -> bool:
        """Whether the rule means this person: their address, as people come by the links that went there."""
        return any(named.email == email for named in self.people)

    def other_than(self, email: str) -> Named:
        """Whose signature is still needed once this person has signed."""
        first, second = self.people
        return second if first.email == email else first


def shown_to_second(shown: str, approval_id: int, terms: Mapping[str, Any]) -> str:
    """The hash of what the second one is shown: the content whose hash is `shown`, and what the first one gave."""
    return digest({"shown": shown, "first": approval_id, "terms": terms})


def two_approvers(content: Mapping[str, Any]) -> TwoApprovers | None:
    """The rule in a revision's frozen content, or in what a project keeps of it; None for most quotes."""
    second = content.get("second_approval")
    if not second:
        return None
    people = [Named(person["name"], person["email"].lower()) for person in (content["approver"], second)]
    return TwoApprovers((people[0], people[1]), second["above"])


def pair_for(pair: TwoApprovers | None, gross: int) -> TwoApprovers | None:
    """The two who must approve so much (minor units); None where one signature is enough."""
    return pair if pair is not None and pair.needed_for(gross) else None
