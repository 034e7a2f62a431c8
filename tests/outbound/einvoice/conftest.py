"""One world for all scenarios: they are told once."""

import shutil

import pytest

from milebill import clock
from tests.outbound.einvoice.matrix import SCENARIOS, Paper
from tests.outbound.mail_stories import MOMENT
from tests.servers.database import new_app, settings_for, sqlite_template


@pytest.fixture(scope="package")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Paper]:
    """What each scenario left on paper. Its application and its day end here: other tests have their own."""
    folder = tmp_path_factory.mktemp("matrix")
    path = folder / "matrix.db"
    shutil.copyfile(sqlite_template(), path)
    with new_app(settings_for(f"sqlite:///{path}", folder / "var")) as app, app.app_context(), clock.at(MOMENT):
        return {name: tell() for name, tell in SCENARIOS.items()}
