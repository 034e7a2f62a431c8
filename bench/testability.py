"""Reading criteria: precision and recall for "untestable" against two baselines, and what one reading costs."""

import re
import time
from collections.abc import Callable, Sequence

from bench.labelled import Labelled, read
from milebill.testability.proposing import proposals
from milebill.testability.reading import read as read_criterion
from milebill.testability.rules import WORD, rules_of

ROUNDS = 5
PARTS = ("development", "held", "after")
Judge = Callable[[str], bool]
"""True for a sentence that it thinks untestable."""


def measure() -> dict[str, float]:
    """Percent; milliseconds of processor time."""
    values: dict[str, float] = {}
    for part in PARTS:
        sentences = read(part)
        for name, judge in (("rules", by_rules), ("words", by_words), ("digit", by_digit)):
            precision, recall, f1 = figures(sentences, judge)
            values |= {
                f"{part}_{name}_precision": 100 * precision,
                f"{part}_{name}_recall": 100 * recall,
                f"{part}_{name}_f1": 100 * f1,
            }
    return {**values, "milliseconds": milliseconds(read("development"))}


def figures(sentences: Sequence[Labelled], judge: Judge) -> tuple[float, float, float]:
    """Precision, recall and F1 for "untestable"."""
    said = [judge(one.text) for one in sentences]
    hits = sum(guess and not one.testable for guess, one in zip(said, sentences, strict=True))
    precision = hits / max(sum(said), 1)
    recall = hits / sum(not one.testable for one in sentences)
    return precision, recall, 2 * hits / (sum(said) + sum(not one.testable for one in sentences))


def by_rules(text: str) -> bool:
    """Ours."""
    return not read_criterion(text, "en").testable


def by_words(text: str) -> bool:
    """Baseline: any word of the lists, whatever stands beside it."""
    words = [word.lower() for word in WORD.findall(text)]
    phrases = rules_of("en").phrases
    return any(
        tuple(words[place : place + len(phrase)]) == phrase
        for place, word in enumerate(words)
        for phrase, _rule in phrases.get(word, ())
    )


def by_digit(text: str) -> bool:
    """Baseline: without a digit it is untestable."""
    return not re.search(r"\d", text)


def milliseconds(sentences: Sequence[Labelled]) -> float:
    """For one criterion, with what is proposed as its evidence; the least of some rounds."""
    taken = []
    for _round in range(ROUNDS):
        read_criterion.cache_clear()
        proposals.cache_clear()
        start = time.process_time()
        for one in sentences:
            proposals(one.text, "en")
        taken.append(time.process_time() - start)
    return 1000 * min(taken) / len(sentences)
