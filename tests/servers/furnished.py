"""What most tests begin with is made once, and a copy of it stands in the database of each test that asks for it."""

import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from flask import Flask

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


@dataclass(frozen=True)
class _Kept:
    residents: Residents
    at: float


_kept: dict[tuple[str, str], _Kept] = {}


def furnish(
    database_url: str, copies: Copies, fixtures: Iterable[str], application: AbstractContextManager[Flask]
) -> Residents:
    """Fill an empty database with what the fixtures of a test are furnished with, and say who that is.

    `application` is only entered where it has to be made. What is asked for first holds most.
    """
    asked = set(fixtures)
    name = next((name for name in reversed(FURNISHED) if name in asked), None)
    if name is None:
        return {}
    kept = _kept.get((database_url, name))
    if kept is not None and time.monotonic() - kept.at < FRESH:
        copies.bring_back(name)
    else:
        with application as app:
            kept = _kept[database_url, name] = _Kept(FURNISHED[name](app), time.monotonic())
        copies.keep(name)
    return dict(kept.residents)
