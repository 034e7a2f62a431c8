"""The criteria of a draft: which of them say themselves that they are not agreed yet."""

from collections.abc import Mapping, Sequence
from typing import Any

from milebill.catalogues import is_spoken, language_of
from milebill.testability.reading import read
from milebill.testability.rules import has_rules


def criterion_of(line: str) -> str:
    """A line of the builder's field, without a bullet that was pasted with it; "" if there is nothing on it."""
    return line.strip(" \t•-*")


def language_of_draft(draft: Mapping[str, Any], locale: str) -> str:
    """In which the client reads it ("en"): the language that was chosen for them, else that of `locale`."""
    chosen = str(draft.get("client_locale") or "")
    return language_of(chosen if is_spoken(chosen) else locale).partition("_")[0]


def unsettled(criteria: Sequence[Sequence[str]], language: str) -> list[int]:
    """The milestones, counted from 0, that hold a "TBD" or a gap; none in a language without rules."""
    if not has_rules(language):
        return []
    return [place for place, texts in enumerate(criteria) if any(read(text, language).blocks for text in texts)]
