"""A throw-away PostgreSQL for one test run: started by the first test that needs it, shared by all workers."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from filelock import FileLock
from psycopg import sql

from tests.servers.run import free_port, is_controller, missing, run_folder

# Nothing here has to survive a crash. The time zone is not UTC on purpose: a time that loses its zone shows.
_OPTIONS = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "max_connections=400",
    "shared_buffers=128MB",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",
    "update_process_title=off",
    "jit=off",
    "timezone=Asia/Kolkata",
)


@dataclass(frozen=True)
class Cluster:
    """One running PostgreSQL server on loopback, with its data in a folder of its own."""

    folder: Path
    port: int

    def url(self, database: str) -> str:
        """The address of one of its databases, as MILEBILL_DATABASE_URL takes it."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, template: str = "template1") -> str:
        """Make a database anew, as a copy of the template, and return its address."""
        self.drop(database)
        self._administer("CREATE DATABASE {} TEMPLATE {}", database, template)
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    def connect(self, database: str) -> psycopg.Connection:
        """A connection of its own, in autocommit."""
        return psycopg.connect(self.url(database).replace("+psycopg", ""), autocommit=True)

    def _administer(self, statement: LiteralString, *names: str) -> None:
        with self.connect("postgres") as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def stop(self) -> None:
        """Stop the server at once; its data are worth nothing."""
        _command("pg_ctl", "stop", "-m", "immediate", "-D", str(self.folder / "data"), folder=self.folder)


def start_cluster(folder: Path) -> Cluster:
    """Create and start a server in a new folder below the given one. Needs the server's programs on the machine."""
    folder.mkdir()
    if user := _user():
        os.chown(folder, user.pw_uid, user.pw_gid)
    data, log, port = folder / "data", folder / "log", free_port()
    _command("initdb", "-D", str(data), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
             folder=folder)  # fmt: skip
    options = " ".join(f"-c {option}" for option in (*_OPTIONS, f"port={port}", "listen_addresses=127.0.0.1"))
    _command("pg_ctl", "start", "-w", "-t", "60", "-D", str(data), "-l", str(log),
             "-o", f"{options} -c unix_socket_directories={folder}", folder=folder)  # fmt: skip
    return Cluster(folder, port)


def programs() -> Path | None:
    """Where this machine keeps initdb and pg_ctl: the newest of Debian's folders, or the PATH."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    if on_path := shutil.which("initdb"):
        folders.append(Path(on_path).resolve().parent)
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "pg_ctl").exists()), None)


@pytest.fixture(scope="session")
def postgresql() -> Cluster:
    """The run's PostgreSQL; the first worker that asks starts it."""
    if programs() is None:
        missing("PostgreSQL is not installed (Debian: apt-get install postgresql), so its tests are left out")
    folder = run_folder() / "postgresql"
    with FileLock(run_folder() / "postgresql.lock"):
        if folder.exists():
            return _running(folder)
        cluster = start_cluster(folder)
        (run_folder() / "postgresql.port").write_text(str(cluster.port))
        return cluster


def pytest_configure(config: pytest.Config) -> None:
    if is_controller(config):
        config.add_cleanup(_stop_if_started)


def _stop_if_started() -> None:
    if (run_folder() / "postgresql.port").exists():
        _running(run_folder() / "postgresql").stop()


def _running(folder: Path) -> Cluster:
    return Cluster(folder, int((run_folder() / "postgresql.port").read_text()))


def _command(name: str, *arguments: str, folder: Path) -> None:
    binaries = programs()
    assert binaries is not None
    user = _user()
    with (folder.parent / f"{name}.log").open("w+") as output:
        done = subprocess.run(
            [binaries / name, *arguments],
            cwd=folder,
            env={key: value for key, value in os.environ.items() if not key.startswith("PG")},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            check=False,
        )
        output.seek(0)
        if done.returncode:
            raise RuntimeError(f"{name} failed: {output.read()}")


def _user() -> pwd.struct_passwd | None:
    """Whom the server runs as when the tests run as root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")
