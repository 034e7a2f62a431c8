"""What most tests begin with is made once, and a copy of it stands in the database of each test that asks for it."""

import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar

from flask import Flask

from milebill import clock

Made = TypeVar("Made")

Residents = dict[str, Any]
"""Who is there, by the fixtures that they are."""

FURNISHED: dict[str, Callable[[Flask], Residents]] = {}
"""What makes them, by the fixture whose tests find them."""

FRESH = 300
"""Seconds. What is older is made anew: links and leases run out."""


class Copies(Protocol):
    """A database whose rows can be kept under a name, and be brought back into the same tables when those are empty."""

    def keep(self, name: str) -> None:
        """Keep the rows that are there now."""

    def bring_back(self, name: str) -> None:
        """The rows as they were kept."""

    def is_untouched(self) -> bool:
        """Whether nobody has written since the rows were brought back; False where nobody can tell."""

    def go_on(self, name: str) -> None:
        """The rows as they were kept, in an untouched database that an application is using."""


@dataclass(frozen=True)
class _Kept:
    made: Any
    at: float

    def is_fresh(self) -> bool:
        return time.monotonic() - self.at < FRESH


@dataclass(frozen=True)
class _Here:
    database_url: str
    copies: Copies
    residents: Residents


_kept: dict[tuple[str, str], _Kept] = {}
_here: list[_Here] = []


def furnish(
    database_url: str, copies: Copies, fixtures: Iterable[str], application: AbstractContextManager[Flask]
) -> Residents:
    """Fill an empty database with what the fixtures of a test are furnished with, and say who that is.

    `application` is only entered where it has to be made. What is asked for first holds most.
    """
    _here.clear()
    asked = set(fixtures)
    name = next((name for name in reversed(FURNISHED) if name in asked), None)
    if name is None:
        return {}
    kept = _kept.get((database_url, name))
    if kept is not None and kept.is_fresh():
        copies.bring_back(name)
    else:
        with application as app:
            kept = _kept[database_url, name] = _Kept(FURNISHED[name](app), time.monotonic())
        copies.keep(name)
    _here.append(_Here(database_url, copies, kept.made))
    return dict(kept.made)


def made_once(name: str, database_url: str, owner: object, make: Callable[[], Made]) -> Made:
    """What `make` makes for the owner of a database that holds nothing but its residents: once, then it is copied."""
    here = next((here for here in _here if here.database_url == database_url), None)
    if here is None or here.residents["owner"] != owner or not here.copies.is_untouched() or _is_another_time():
        return make()
    kept = _kept.get((database_url, name))
    if kept is not None and kept.is_fresh():
        here.copies.go_on(name)
    else:
        kept = _kept[database_url, name] = _Kept(make(), time.monotonic())
        here.copies.keep(name)
    _here.clear()  # it holds more than its residents from now on
    made: Made = deepcopy(kept.made)
    return made


def _is_another_time() -> bool:
    return abs(clock.now() - datetime.now(UTC)) > timedelta(minutes=1)
