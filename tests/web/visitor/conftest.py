"""The cast."""

import pytest
from flask import Flask

from tests.web.visitor.people import Visitor


@pytest.fixture
def nora(in_app: Flask) -> Visitor:
    return Visitor(in_app)
