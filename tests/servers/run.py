"""What the processes of one test run share, and what a missing program means for it."""

import os
import shutil
import socket
import tempfile
from pathlib import Path
from typing import NoReturn

import pytest
from filelock import FileLock

_FOLDER = "MILEBILL_TEST_RUN"
_PORTS = range(18_000, 32_000)


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
    """A loopback port for a server that will be started soon; no two processes get the same.

    The kernel's own choice (port 0) may be the next connection's before the server has begun to listen, so the port
    lies below those that the kernel gives to connections.
    """
    taken = Path(tempfile.gettempdir()) / f"milebill-ports-{os.getuid()}"
    with FileLock(f"{taken}.lock"):
        last = int(taken.read_text()) if taken.exists() else _PORTS.start
        port: int = next(port for port in (*range(last + 1, _PORTS.stop), *_PORTS) if _nobody_listens(port))
        taken.write_text(str(port))
    return port


def _nobody_listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do, who don't mind old connections
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def is_controller(config: pytest.Config) -> bool:
    """Whether this is the process that was started, and not one of its workers."""
    return not hasattr(config, "workerinput")
