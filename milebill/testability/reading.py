"""One criterion, read: which words are at fault and why, and what makes it testable."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from milebill.testability.rules import WORD, Rule, Rules, rules_of

MAX_READ = 400
"""Characters of a criterion that are read; what is longer was pasted, and isn't one criterion."""
GAP = "[…]"
"""Stands in a rewrite where the writer has to say something. Until then it is like "TBD"."""
UNSETTLED = "tbd"
_LABEL = re.compile(r"(?<=[\w)])(?::| –| —|, meaning|, i\.e\.|, that is,?)\s+(?=\S)|\s\((?=[^()]*\)\W*$)")
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|`[^`]*`")
_FREE = frozenset({"tbd", "open", "two"})
"""Kinds that no explanation behind them makes good."""


@dataclass(frozen=True)
class Finding:
    """Words of a criterion that make it untestable."""

    start: int
    end: int
    """Of the words, in characters of the criterion."""
    category: str
    rule: Rule | None
    """None for a gap that a rewrite has left."""


@dataclass(frozen=True)
class Reading:
    """What could be said of a criterion."""

    text: str
    findings: tuple[Finding, ...]
    """In the order of the words; empty if two strangers would decide the same, as far as the rules can tell."""
    evidence: frozenset[str]
    """Which kinds of evidence stand in it: "measure", "amount", "date", "count", "name", "person", "record", …"""

    @property
    def testable(self) -> bool:
        """Nothing was found against it."""
        return not self.findings

    @property
    def blocks(self) -> bool:
        """It says itself that it is not agreed yet."""
        return bool(self.unsettled)

    @property
    def unsettled(self) -> tuple[Finding, ...]:
        """Where it says so."""
        return tuple(finding for finding in self.findings if finding.rule is None or finding.rule.blocks)


@lru_cache(maxsize=2048)
def read(text: str, language: str) -> Reading:
    """Read one criterion by the rules of "en". What was read before is known. Raises KeyError for a language without
    rules."""
    rules = rules_of(language)
    known = _evidence(text[:MAX_READ], rules)
    found = [*_gaps(text), *_findings(text[:MAX_READ], rules, known)]
    return Reading(text, tuple(sorted(found, key=lambda finding: finding.start)), known)


def _gaps(text: str) -> Iterator[Finding]:
    start = text.find(GAP)
    while start >= 0:
        yield Finding(start, start + len(GAP), UNSETTLED, None)
        start = text.find(GAP, start + 1)


def _evidence(text: str, rules: Rules) -> frozenset[str]:
    return frozenset(name for name, pattern in rules.evidence.items() if pattern.search(text))


def _findings(text: str, rules: Rules, known: frozenset[str]) -> list[Finding]:
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    found: list[Finding] = []
    for start, end, number in sorted(_candidates(text, rules), key=lambda one: (one[2], one[0])):
        rule = rules.rules[number]
        if any(start < other_end and other_start < end for other_start, other_end in quoted):
            continue
        if any(start < other.end and other.start < end for other in found):
            continue
        if rule.unless & known or (rule.unless_after and _is_behind(text[end:], rules, rule.unless_after)):
            continue
        found.append(Finding(start, end, rule.category, rule))
    return _without_labels(text, found, rules) if found else found


def _candidates(text: str, rules: Rules) -> Iterator[tuple[int, int, int]]:
    words = [(match.group().lower(), match) for match in WORD.finditer(text)]
    for place, (word, match) in enumerate(words):
        for phrase, number in rules.phrases.get(word, ()):
            last = place + len(phrase) - 1
            if last < len(words) and all(words[place + n][0] == phrase[n] for n in range(1, len(phrase))):
                if not _is_a_name(match, text):
                    yield match.start(), words[last][1].end(), number
                break
    for number, rule in enumerate(rules.rules):
        if rule.pattern:
            group = "words" if "words" in rule.pattern.groupindex else 0
            for found in rule.pattern.finditer(text):
                start, end = found.span(group)
                yield start + len(found[group]) - len(found[group].lstrip(" ,")), end, number


def _is_a_name(match: re.Match[str], text: str) -> bool:
    """A capital in the middle of a sentence, as in "the Tate Modern", or a part of a file's or column's name."""
    around = text[max(match.start() - 1, 0) : match.start()] + text[match.end() : match.end() + 1]
    if "_" in around or "/" in around:
        return True
    before = text[: match.start()].rstrip()
    return bool(before) and before[-1] not in ".:!?" and match.group().istitle()


def _is_behind(rest: str, rules: Rules, kinds: frozenset[str]) -> bool:
    return GAP in rest or any(rules.evidence[kind].search(rest) for kind in kinds)


def _without_labels(text: str, found: list[Finding], rules: Rules) -> list[Finding]:
    """ "Fast: at most 2 s" says what it means by the word, and so do brackets at the end."""
    for label in _LABEL.finditer(text):
        rest = [finding for finding in found if finding.start >= label.end()]
        if not rest and _evidence(text[label.end() :], rules):
            return [finding for finding in found if finding.category in _FREE]
    return found
