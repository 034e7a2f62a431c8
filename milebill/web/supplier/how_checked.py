"""Beside each criterion: how it is checked and by what evidence, or what one click could say of that."""

from dataclasses import dataclass

from milebill.agreed_criteria import ARROW, AgreedCriterion
from milebill.domain.draft_criteria import TypedCriterion
from milebill.testability.proposing import proposals
from milebill.web.supplier.criterion_acts import Meant, address_of


@dataclass(frozen=True)
class Offer:
    """A button that says how a criterion is checked."""

    act: str
    line: str
    """What it writes below the criterion."""


@dataclass(frozen=True)
class ProofView:
    """One criterion, and how it is checked; with no word about that there are offers."""

    text: str
    checked_by: str
    offers: tuple[Offer, ...]


def proof_of(place: int, typed: TypedCriterion, language: str) -> ProofView:
    """Of a criterion of the milestone at `place`."""
    agreed = typed.agreed
    ways = () if agreed.checked_by else proposals(typed.text, language)
    offers = (Offer(address_of("prove", language, place, typed, n), f"{ARROW}{way}") for n, way in enumerate(ways))
    return ProofView(agreed.text, agreed.checked_by, tuple(offers))


def proved(meant: Meant) -> list[AgreedCriterion]:
    """The criterion with what was offered; nothing if that no longer fits."""
    typed = meant.typed
    ways = proposals(typed.text, meant.language) if typed and not typed.checks else ()
    return [AgreedCriterion(typed.text, ways[meant.which])] if typed and meant.which < len(ways) else []
