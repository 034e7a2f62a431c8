"""A criterion as it is agreed: what is to be reached, and how that is checked; read from contents of any version."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

ARROW = "→ "


class AgreedCriterion(NamedTuple):
    """One acceptance criterion."""

    text: str
    checked_by: str = ""
    """How it is checked and by what evidence; "" if nothing was agreed about that."""


def agreed_criteria(frozen: Iterable[str | Mapping[str, Any]]) -> tuple[AgreedCriterion, ...]:
    """The criteria of a milestone in a frozen content (domain/offer.py): plain texts before version 4."""
    return tuple(
        AgreedCriterion(one) if isinstance(one, str) else AgreedCriterion(one["text"], one.get("checked_by", ""))
        for one in frozen
    )


def written_criteria(criteria: Iterable[AgreedCriterion]) -> str:
    """The builder's field that says these: one a line, and under it, behind an arrow, how it is checked."""
    return "\n".join(f"{one.text}\n{ARROW}{one.checked_by}" if one.checked_by else one.text for one in criteria)
