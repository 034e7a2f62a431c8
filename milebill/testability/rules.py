"""The rules of a language, read from its file in testability/ once for each process."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "testability"
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
"""What counts as one word; "user-friendly" is two."""
METHODS = ("inspection", "analysis", "demonstration", "test")
"""In which a requirement is verified, by ISO/IEC/IEEE 29148."""


@dataclass(frozen=True)
class Rule:
    """One way of being untestable."""

    category: str
    source: str
    """A key of `Rules.sources`."""
    pattern: re.Pattern[str] | None
    """What is at fault is the group "words", else all that is found; None for a rule that is a list of words."""
    unless: frozenset[str]
    """Evidence anywhere in the sentence that takes it back."""
    unless_after: frozenset[str]
    """Evidence behind the words that takes it back."""
    replace: str | None
    """What a rewrite puts in the place of the words; None leaves them."""
    append: str
    """What a rewrite adds to the end of the sentence."""
    split: bool
    """Whether a rewrite makes two criteria of it."""
    blocks: bool
    """Whether a quote with it can't be sent."""


@dataclass(frozen=True)
class Proof:
    """One way of checking a criterion."""

    method: str
    """One of METHODS."""
    source: str
    """A key of `Rules.sources`."""
    when: frozenset[str]
    """The evidence that all has to stand in the criterion; nothing for a way that always serves."""
    pattern: re.Pattern[str] | None
    """What has to be found in it besides."""
    words: str
    """How it is said: what comes behind "Checked by"."""


@dataclass(frozen=True)
class Rules:
    """All rules of a language."""

    sources: dict[str, str]
    evidence: dict[str, re.Pattern[str]]
    """What makes a criterion testable."""
    rules: tuple[Rule, ...]
    """In the order of their right to the words."""
    phrases: dict[str, tuple[tuple[tuple[str, ...], int], ...]]
    """First word → whole phrases, longest first, each with the number of its rule."""
    proofs: tuple[Proof, ...]
    """Ways of checking a criterion, the closest fit first."""


def has_rules(language: str) -> bool:
    """Whether criteria in that language ("en", "de") can be read."""
    return language in _languages()


@lru_cache(maxsize=8)
def rules_of(language: str) -> Rules:
    """Raises KeyError for a language without rules."""
    if not has_rules(language):
        raise KeyError(language)
    source = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    evidence = {name: re.compile(pattern) for name, pattern in source["evidence"].items()}
    rules = tuple(_rule(one) for one in source["rules"])
    proofs = tuple(_proof(one) for one in source.get("proofs", ()))
    return Rules(source["sources"], evidence, rules, _phrases(source["rules"]), proofs)


@lru_cache(maxsize=1)
def _languages() -> frozenset[str]:
    return frozenset(path.stem for path in FOLDER.glob("*.toml"))


def _rule(source: dict[str, Any]) -> Rule:
    pattern = source.get("pattern")
    return Rule(
        category=source["category"],
        source=source["source"],
        pattern=re.compile(pattern) if pattern else None,
        unless=frozenset(source.get("unless", ())),
        unless_after=frozenset(source.get("unless_after", ())),
        replace=source.get("replace"),
        append=source.get("append", ""),
        split=source.get("split", False),
        blocks=source.get("blocks", False),
    )


def _proof(source: dict[str, Any]) -> Proof:
    pattern = source.get("pattern")
    return Proof(
        method=source["method"],
        source=source["source"],
        when=frozenset(source.get("when", ())),
        pattern=re.compile(pattern) if pattern else None,
        words=source["words"],
    )


def _phrases(sources: list[dict[str, Any]]) -> dict[str, tuple[tuple[tuple[str, ...], int], ...]]:
    found: dict[str, dict[tuple[str, ...], int]] = {}
    for words, number in _words(sources):
        found.setdefault(words[0], {}).setdefault(words, number)
    return {first: tuple(sorted(phrases.items(), key=lambda pair: -len(pair[0]))) for first, phrases in found.items()}


def _words(sources: list[dict[str, Any]]) -> Iterator[tuple[tuple[str, ...], int]]:
    for number, source in enumerate(sources):
        for phrase in source.get("words", ()):
            yield tuple(WORD.findall(phrase.lower())), number
