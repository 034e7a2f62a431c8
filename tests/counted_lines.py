"""Which lines coverage counts: those that tests of this process run, from the import of milebill on.

Counting costs a third of a test's time again, so it rests while tests are collected and where lines were counted
already.
"""

import importlib
import pkgutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager

import pytest
from coverage import Coverage

import milebill

ENTRIES = frozenset({"__main__"})
"""Modules that do something when they are imported."""


@contextmanager
def uncounted() -> Iterator[None]:
    """Nothing inside is counted."""
    coverage = Coverage.current()
    if coverage is None:
        yield
        return
    coverage.stop()
    try:
        yield
    finally:
        coverage.start()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """A module's own lines run when it is first imported, so all of milebill is, before counting rests."""
    if Coverage.current() is None:
        return (yield)
    for module in pkgutil.walk_packages(milebill.__path__, "milebill."):
        if module.name.rpartition(".")[2] not in ENTRIES:
            importlib.import_module(module.name)
    with uncounted():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Processes that a test starts count their lines only where they are what is tested: it costs them seconds."""
    again = item.get_closest_marker("counted_elsewhere") is not None
    with pytest.MonkeyPatch.context() as patch:
        if again or not item.get_closest_marker("processes"):
            patch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
        if not again:
            return (yield)
        with uncounted():
            return (yield)
