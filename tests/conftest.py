"""Infrastructure of the tests. The people of the stories, and what they have, are in tests/actors.py."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings

pytest_plugins = [
    "tests.servers.run",
    "tests.servers.postgres",
    "tests.servers.database",
    "tests.servers.smtp",
    "tests.servers.browser",
    "tests.servers.web",
    "tests.actors",
]

# A busy machine is no bug, and a test that fails has to fail again.
hypothesis_settings.register_profile("milebill", deadline=None, derandomize=True)
hypothesis_settings.load_profile("milebill")


@pytest.fixture
def client_factory(app: Flask) -> Callable[[], FlaskClient]:
    """Another person's browser, with cookies of its own."""
    return app.test_client


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs on both databases runs through the same lines: they are counted once, on SQLite."""
    for item in items:
        if "[postgresql" in item.name:
            item.add_marker("no_cover")
