"""The web process: gunicorn with our worker class, configured from the settings."""

import contextlib
import ctypes
import gc
import os
import signal
import sys
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from milebill import create_app
from milebill.config import Settings, settings_from_environment
from milebill.serving.one_at_a_time import OneAtATime

_PR_SET_PDEATHSIG = 1

SPARE_CONNECTIONS = 4000
"""Connections beyond the streams that may be open and idle, or slow, without holding a thread."""


class Web(BaseApplication):  # type: ignore[misc]
    """gunicorn, without a configuration file."""

    def __init__(self, settings: Settings):
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Called by gunicorn."""
        for name, value in gunicorn_options(self._settings).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Called by gunicorn in each web process after the fork, so that nothing open is shared."""
        app = create_app(self._settings)
        if self._settings.is_sqlite:
            app.wsgi_app = OneAtATime(app.wsgi_app)  # type: ignore[method-assign]
        gc.collect()
        gc.freeze()  # what is here stays to the end; to walk all of it now and then would let everybody wait
        return app


def gunicorn_options(settings: Settings) -> dict[str, Any]:
    """gthread with a thread for each stream and more that always stay free for pages."""
    return {
        "bind": f"[{settings.host}]:{settings.port}" if ":" in settings.host else f"{settings.host}:{settings.port}",
        "workers": settings.web_processes,
        "worker_class": "milebill.serving.patient_worker.PatientWorker",
        "threads": settings.web_threads + settings.streams,
        "worker_connections": settings.streams + settings.web_threads + SPARE_CONNECTIONS,
        "backlog": 2048,
        "keepalive": 30,
        "graceful_timeout": 5,
        "timeout": 60,
        "loglevel": os.environ.get("MILEBILL_LOG_LEVEL", "warning"),
        "control_socket_disable": True,
        "when_ready": _announce,
    }


def _announce(_arbiter: object) -> None:
    for line in os.environ.get("MILEBILL_READY", "").splitlines():
        print(line, flush=True)  # noqa: T201


def end_with_parent() -> None:
    """Ask Linux for a SIGTERM when the supervisor is gone, however it went; elsewhere nothing happens.

    Not by a thread that looks: gunicorn forks, and a process with threads should not.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    sys.argv = sys.argv[:1]
    end_with_parent()
    Web(settings_from_environment()).run()
