"""The real product as a process of its own, for journeys and races: `python app.py`, its web and its worker."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from milebill import ROOT
from tests.servers.run import free_port

# It gives each of its two children ten seconds to finish what they have begun.
_START_SECONDS, _STOP_SECONDS = 120, 60


@dataclass
class Product:
    """A running milebill with a database and a var folder of its own."""

    url: str
    var: Path
    database_url: str
    process: subprocess.Popen[bytes] = field(repr=False)
    log: Path

    def stop(self) -> None:
        """Ask it to stop, as a service manager would. It must end by itself, in time and without an error."""
        code = self.end()
        assert code == 0, f"milebill ended with {code}:\n{self.log.read_text()}"

    def end(self) -> int:
        """Stop it whatever state it is in; returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


StartProduct = Callable[..., Product]


def launch(var: Path, database_url: str | None = None, **settings: str) -> Product:
    """Start the product and wait until it is ready. Settings are MILEBILL_… variables without the prefix."""
    var.mkdir(parents=True, exist_ok=True)
    port, database_url = free_port(), database_url or f"sqlite:///{var / 'milebill.db'}"
    own = {"VAR": str(var), "PORT": str(port), "DATABASE_URL": database_url, **settings}
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("MILEBILL_")}
    log = var / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=ROOT,
            env=inherited | {f"MILEBILL_{name}": value for name, value in own.items()},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a Ctrl-C is for pytest, which then stops the product in order
        )
    product = Product(f"http://127.0.0.1:{port}", var, database_url, process, log)
    _wait_until_ready(product)
    return product


@pytest.fixture
def start_product(tmp_path: Path) -> Iterator[StartProduct]:
    """Start as many products as the test needs: `start_product(database_url, WEB_PROCESSES="3")`."""
    started: list[Product] = []

    def start(database_url: str | None = None, **settings: str) -> Product:
        started.append(launch(tmp_path / f"var{len(started)}", database_url, **settings))
        return started[-1]

    yield start
    for product in started:
        product.stop()


@pytest.fixture
def product(start_product: StartProduct, empty_database_url: str) -> Product:
    """A freshly installed product, once on SQLite and once on PostgreSQL."""
    return start_product(empty_database_url)


def _wait_until_ready(product: Product) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while product.process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{product.url}/readyz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    product.end()
    raise RuntimeError(f"milebill did not become ready:\n{product.log.read_text()}")
