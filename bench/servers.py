"""Servers under measurement: the product, and a bare Flask hello on the very same gunicorn."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from milebill.config import Settings
from milebill.serving.supervisor import end, environment, raise_file_limit
from milebill.serving.web import Web
from tests.servers.run import free_port

START_SECONDS = 30


def hello_app() -> Flask:
    """The floor: what Flask itself costs."""
    app = Flask("hello")
    app.add_url_rule("/", "hello", lambda: "hello")
    app.extensions["hub"] = _NoHub()
    return app


class _NoHub:
    def close(self) -> None:
        """The worker class asks for this when it stops."""


class Hello(Web):
    """The same server with the bare application."""

    def load(self) -> Flask:
        """Called by gunicorn."""
        return hello_app()


@contextmanager
def serving(settings: Settings, module: str, path: str) -> Iterator[str]:
    """Run `python -m module` with these settings; yields its address once `path` answers."""
    raise_file_limit()
    process = subprocess.Popen(
        [sys.executable, "-m", module],
        env={**os.environ, **environment(settings)},
        cwd=Path(__file__).parents[1],
        start_new_session=True,
    )
    try:
        _wait(settings.base_url + path, process)
        yield settings.base_url
    finally:
        end(process)


def at_free_port(settings: Settings) -> Settings:
    """The same settings on a port of its own."""
    port = free_port()
    return Settings(**{**vars(settings), "port": port, "base_url": f"http://127.0.0.1:{port}"})


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=2).read()
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{url} did not answer")


if __name__ == "__main__":
    from milebill.config import settings_from_environment

    sys.argv = sys.argv[:1]
    Hello(settings_from_environment()).run()
