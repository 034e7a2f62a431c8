"""Plans to start a quote from: a folder of files for each language, see docs/plans.md.

The English file is the plan, with its shares and weeks. Another language's file of the same name has its texts only,
so that the shares can't differ; a plan that has none there is shown in English.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from milebill import working_days
from milebill.agreed_criteria import AgreedCriterion, written_criteria
from milebill.catalogues import SOURCE, language_of

FOLDER = Path(__file__).resolve().parent.parent / "plans"
GROUPS = ("design", "software", "advice", "building", "media")
"""Trades that go together, in the order in which they are shown."""


@dataclass(frozen=True)
class Step:
    """A milestone of a plan. The deposit is the one without a week: it falls due on acceptance."""

    title: str
    description: str
    criteria: tuple[AgreedCriterion, ...]
    share: int
    """Percent of the whole price."""
    week: int | None
    """In which it is planned to be done, counted in working weeks from the start."""


@dataclass(frozen=True)
class Plan:
    """A trade's usual way from deposit to handover."""

    key: str
    """The file's name; its address."""
    group: str
    name: str
    title: str
    """What the project is called at first."""
    note: str
    """What the supplier should know, such as a limit that a law sets; it is no part of the quote."""
    steps: tuple[Step, ...]

    def draft(self) -> dict[str, Any]:
        """The builder's fields, with "after" (working days from the start) in place of dates."""
        return {"title": self.title, "milestones": [_row(step) for step in self.steps]}


def plans(locale: str) -> tuple[Plan, ...]:
    """Every plan, in the language of a reader of `locale`, by group and name."""
    return _plans(language_of(locale))


def plan(key: str, locale: str) -> Plan | None:
    """The plan of that name; None if there is none. `key` is never part of a path."""
    return next((found for found in plans(locale) if found.key == key), None)


def forget() -> None:
    """Look at the folder again."""
    _plans.cache_clear()


@lru_cache(maxsize=16)
def _plans(language: str) -> tuple[Plan, ...]:
    found = [_read(path, language) for path in sorted((FOLDER / SOURCE).glob("*.toml"))]
    return tuple(sorted(found, key=lambda one: (GROUPS.index(one.group), one.name.casefold())))


def _read(path: Path, language: str) -> Plan:
    source = tomllib.loads(path.read_text("utf-8"))
    own = FOLDER / language / path.name
    texts = tomllib.loads(own.read_text("utf-8")) if own.is_file() else source
    steps = [_step(*pair) for pair in zip(source["milestones"], texts["milestones"], strict=True)]
    note = texts.get("note", "")
    return Plan(path.stem, source["group"], texts["name"], texts["title"], note, tuple(steps))


def _step(source: Mapping[str, Any], texts: Mapping[str, Any]) -> Step:
    said = texts.get("criteria", ())
    pairs = zip(said, texts.get("checked_by") or [""] * len(said), strict=True)
    criteria = tuple(AgreedCriterion(*pair) for pair in pairs)
    return Step(texts["title"], texts["description"], criteria, source["share"], source.get("week"))


def _row(step: Step) -> dict[str, str]:
    return {
        "title": step.title,
        "description": step.description,
        "criteria": written_criteria(step.criteria),
        "basis": "percentage",
        "value": str(step.share),
        "trigger": "acceptance" if step.week is None else "sign_off",
        "after": "" if step.week is None else str(step.week * working_days.WEEK),
    }
