"""A clean database for each test, on SQLite and on PostgreSQL, as a quick copy of one that was migrated once."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock
from flask import Flask
from flask_migrate import upgrade

from milebill import ROOT
from milebill.config import Settings
from tests.servers.again import application_again, close, create
from tests.servers.furnished import Copies, Residents, furnish
from tests.servers.postgres import Cluster
from tests.servers.postgres_rows import PostgresRows
from tests.servers.run import run_folder
from tests.servers.shared import LazyRule, share_engines

BACKENDS = ("sqlite", "postgresql")
_SECRET = "long enough for tests, and for nothing else"
_TEMPLATE = "milebill_template"


@pytest.fixture(scope="session", autouse=True)
def _shared_by_all_applications() -> Iterator[None]:
    own = (str(_own_sqlite()), f"/{_own_database()}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "url_rule_class", LazyRule)
        share_engines(patch, lambda url: url.endswith(own))
        yield


@pytest.fixture
def residents() -> Residents:
    """Who is in the database already, see FURNISHED."""
    return {}


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, residents: Residents) -> Iterator[str]:
    """The address of a migrated database without rows but its residents'; the test runs once on each backend.

    A test that makes sense on one only says `@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)`.
    """
    if request.param == "sqlite":
        path = _own_sqlite()
        for old in (path, *path.parent.glob(f"{path.name}-*")):
            old.unlink(missing_ok=True)
        shutil.copyfile(sqlite_template(), path)
        residents |= _furnished(f"sqlite:///{path}", _SqliteFile(path), request)
        yield f"sqlite:///{path}"
        return
    rows: PostgresRows = request.getfixturevalue("postgresql_rows")
    url = request.getfixturevalue("postgresql").url(_own_database())
    residents |= _furnished(url, rows, request)
    yield url
    rows.empty()


@pytest.fixture(scope="session")
def postgresql_rows(postgresql: Cluster) -> Iterator[PostgresRows]:
    """Those of this worker's own migrated database; whoever fills it empties it."""
    _migrate_postgresql_template(postgresql)
    postgresql.create(_own_database(), _TEMPLATE)
    with postgresql.connect(_own_database()) as connection:
        yield PostgresRows(connection)


@pytest.fixture(params=BACKENDS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables, for the product that migrates by itself."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'product.db'}"
        return
    cluster: Cluster = request.getfixturevalue("postgresql")
    name = f"{_own_database()}_empty"
    yield cluster.create(name)
    cluster.drop(name)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """The settings of a development installation with a database and a var folder of its own."""
    return settings_for(database_url, tmp_path / "var")


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The whole application on a clean database. A test that needs other settings overrides `settings`."""
    with application_again(settings) as application:
        yield application


def settings_for(database_url: str, var: Path) -> Settings:
    """Settings as they come from an environment that names little."""
    return Settings(secret_keys=(_SECRET,), database_url=database_url, var=var, base_url="http://milebill.test")


@contextmanager
def new_app(settings: Settings) -> Iterator[Flask]:
    """An application as `app.py` makes it, that gives its connections back at the end."""
    application = create(settings)
    try:
        yield application
    finally:
        close(application)


def sqlite_template() -> Path:
    """A migrated database without rows, to be copied."""
    path = run_folder() / f"{_TEMPLATE}.db"
    with FileLock(f"{path}.lock"):
        if not path.exists():
            _migrate(f"sqlite:///{path}.new")
            Path(f"{path}.new").rename(path)
    return path


def _migrate_postgresql_template(cluster: Cluster) -> None:
    done = run_folder() / f"{_TEMPLATE}.done"
    with FileLock(f"{done}.lock"):
        if not done.exists():
            _migrate(cluster.create(_TEMPLATE))
            done.touch()


def _migrate(database_url: str) -> None:
    with _for_a_template(database_url):
        upgrade(str(ROOT / "migrations"))


@contextmanager
def _for_a_template(database_url: str) -> Iterator[Flask]:
    settings = settings_for(database_url, run_folder() / f"{_own_database()}-template")
    with new_app(settings) as application, application.app_context():
        yield application


def _furnished(database_url: str, copies: Copies, request: pytest.FixtureRequest) -> Residents:
    return furnish(database_url, copies, request.fixturenames, _for_a_template(database_url))


@dataclass
class _SqliteFile:
    path: Path
    written: int = 0
    """When, by the file itself; what was committed since is in the log, or has moved from there into the file."""

    def keep(self, name: str) -> None:
        self._copy(self.path, self._kept(name))
        self.written = self.path.stat().st_mtime_ns

    def bring_back(self, name: str) -> None:
        shutil.copyfile(self._kept(name), self.path)
        self.written = self.path.stat().st_mtime_ns

    def is_untouched(self) -> bool:
        log = self.path.with_name(f"{self.path.name}-wal")
        return self.path.stat().st_mtime_ns == self.written and (not log.exists() or log.stat().st_size == 0)

    def go_on(self, name: str) -> None:
        self._copy(self._kept(name), self.path)

    def _kept(self, name: str) -> Path:
        return self.path.with_name(f"{self.path.name}.{name}")

    def _copy(self, source: Path, target: Path) -> None:
        with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
            one.backup(other)


def _own_sqlite() -> Path:
    return run_folder() / f"{_own_database()}.db"


def _own_database() -> str:
    return f"milebill_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
