"""What the processes of one test run share, and what a missing program means for it."""

import os
import shutil
import socket
import tempfile
from pathlib import Path
from typing import NoReturn

import pytest

_FOLDER = "MILEBILL_TEST_RUN"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if is_controller(config):
        in_memory = Path("/dev/shm")
        if os.access(in_memory, os.W_OK):
            # Every commit of SQLite waits for the disk, thousands of times in a run; no test pulls the plug.
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(in_memory))
        folder = Path(tempfile.mkdtemp(prefix="milebill-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))
        folder.chmod(0o711)  # PostgreSQL, under another user, has to reach its own folder inside
        os.environ[_FOLDER] = str(folder)  # the workers inherit it
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def run_folder() -> Path:
    """A folder that the run's processes share, and that goes away with the run."""
    return Path(os.environ[_FOLDER])


def missing(what: str) -> NoReturn:
    """Skip the test because the machine lacks a program; in CI that is a failure, so that nothing is lost quietly."""
    if os.environ.get("CI"):
        pytest.fail(f"{what}, and in CI nothing may be skipped", pytrace=False)
    pytest.skip(what)


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_controller(config: pytest.Config) -> bool:
    """Whether this is the process that was started, and not one of its workers."""
    return not hasattr(config, "workerinput")
