"""Infrastructure of the tests. The people of the stories, and what they have, are in tests/actors.py."""

import gc
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings

pytest_plugins = [
    "tests.counted_lines",
    "tests.servers.run",
    "tests.servers.postgres",
    "tests.servers.database",
    "tests.servers.smtp",
    "tests.servers.access_point",
    "tests.servers.browser",
    "tests.servers.web",
    "tests.actors",
    "tests.world",
]

# A busy machine is no bug, and a test that fails has to fail again.
hypothesis_settings.register_profile("milebill", deadline=None, derandomize=True)
hypothesis_settings.load_profile("milebill")


_PAGES = Path(__file__).parent / "web"
COUNTED_ROWS = 3
"""Of each table of cases."""
CROWDS = ("test_a_hundred_", "test_four_processes_", "test_a_kill_in_the_middle_")


@pytest.fixture
def client_factory(app: Flask) -> Callable[[], FlaskClient]:
    """Another person's browser, with cookies of its own."""
    return app.test_client


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Lines are counted once: not again on the other database, by a crowd, by examples that nobody chose, or by the
    later rows of a table.

    Each rule of the domain is shown on both databases, and so are the races for a signature; that every row of a table,
    every page and every crowd of a hundred stands on both is for the long run.
    """
    rows: Counter[tuple[str, bool]] = Counter()
    for item in items:
        elsewhere = "[postgresql" in item.name
        table = item.nodeid.partition("[")[0], elsewhere
        rows[table] += 1
        again = item.path.is_relative_to(_PAGES)
        if item.path.stem != "test_races":
            again |= rows[table] > 1 or item.name.startswith(CROWDS)
        if elsewhere and again:
            item.add_marker("long")
        by_chance = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
        if by_chance or elsewhere or rows[table] > COUNTED_ROWS or item.name.startswith(CROWDS):
            item.add_marker("counted_elsewhere")


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end, so the garbage collector need not look at it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
