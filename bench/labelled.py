"""The labelled criteria: sentences, each judged testable or not before there was any rule; see docs/testability.md."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "criteria"
CATEGORIES = (
    "vague", "subjective", "open", "escape", "comparative", "time", "progress", "totality", "two", "decider", "tbd",
)  # fmt: skip
HELD_OF_256 = 102
_MARK = re.compile(r"\[([^\[\]|]+)\|(\w+)\]")


@dataclass(frozen=True)
class Labelled:
    """One judged criterion."""

    trade: str
    text: str
    marks: tuple[tuple[str, str], ...]
    """The words that make it untestable, each with the kind of fault; none if it is testable."""

    @property
    def testable(self) -> bool:
        """Two strangers would decide the same."""
        return not self.marks


def read(part: str, language: str = "en") -> list[Labelled]:
    """The sentences of "development" or "held"."""
    lines = (FOLDER / language / f"{part}.tsv").read_text("utf-8").splitlines()
    return [labelled(*line.split("\t")) for line in lines]


def labelled(trade: str, marked: str) -> Labelled:
    """A line of the files: the trade, and the sentence with its faults as [words|category]."""
    marks = tuple((words, category) for words, category in _MARK.findall(marked))
    return Labelled(trade, _MARK.sub(r"\1", marked), marks)


def is_held(text: str) -> bool:
    """Which part a sentence belongs to: chance, by the hash of its words, so that nobody chose it."""
    return hashlib.sha256(text.encode()).digest()[0] < HELD_OF_256
