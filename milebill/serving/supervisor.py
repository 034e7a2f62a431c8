"""`python app.py`: prepare the database, then keep web and worker running until told to stop."""

import argparse
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from types import FrameType

from flask_migrate import upgrade

from milebill import ROOT, create_app
from milebill.config import ConfigurationError, Settings, settings_from_environment
from milebill.db import close_db
from milebill.demo import seed_demo

STOP_SECONDS = 10
WORKER_PAUSE_SECONDS = 1.0


def main(arguments: Sequence[str]) -> int:
    """Serve until a signal comes; returns the exit code."""
    parser = argparse.ArgumentParser(prog="app.py", description="Serve milebill: web and worker.")
    parser.add_argument("--demo", action="store_true", help="serve sample projects from a database of their own")
    options = parser.parse_args(arguments)
    try:
        settings = settings_from_environment()
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 2
    if options.demo:
        settings = demo_settings(settings)
    if (reason := why_not_listen(settings.host, settings.port)) is not None:
        print(f"milebill can't listen on {settings.host}:{settings.port}: {reason}.", file=sys.stderr)
        return 1
    lines = prepare(settings, demo=options.demo)
    return Supervisor(settings, lines).run()


def why_not_listen(host: str, port: int) -> str | None:
    """What is in the way of listening there, in the system's words; None when nothing is.

    Asked before the database is touched: gunicorn would try for five seconds, and then say it in its own log.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error.strerror or str(error)
    return None


def demo_settings(settings: Settings) -> Settings:
    """The same installation with a folder and a database of its own, and mails that are only read."""
    var = settings.var / "demo"
    return replace(settings, var=var, database_url=f"sqlite:///{var / 'milebill.db'}", smtp_url=None, web_processes=1)


def prepare(settings: Settings, *, demo: bool) -> list[str]:
    """Bring the database to the present; returns the lines to print once the web answers."""
    settings.var.mkdir(parents=True, exist_ok=True)
    app = create_app(settings)
    try:
        with app.app_context():
            upgrade(str(ROOT / "migrations"))
        return seed_demo(app) if demo else [f"milebill: {settings.base_url}"]
    finally:
        close_db(app)


class Supervisor:
    """The parent of both processes."""

    def __init__(self, settings: Settings, lines: Sequence[str]):
        self._environment = {**os.environ, **environment(settings), "MILEBILL_READY": "\n".join(lines)}
        self._stopping = False

    def run(self) -> int:
        """Start both; a worker that ends is started again, a web that ends ends everything."""
        raise_file_limit()
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        web, worker = self._start("milebill.serving.web"), self._start("milebill.worker")
        try:
            while not self._stopping and web.poll() is None:
                if worker.poll() is not None:
                    time.sleep(WORKER_PAUSE_SECONDS)
                    worker = self._start("milebill.worker")
                time.sleep(0.1)
        finally:
            codes = end(web, worker)
        return 0 if self._stopping else codes[0]

    def _start(self, module: str) -> subprocess.Popen[bytes]:
        # A session of its own: Ctrl-C comes to us alone, and we stop the children in order.
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", module], env=self._environment, cwd=ROOT, start_new_session=True
        )

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping = True


def end(*processes: subprocess.Popen[bytes]) -> list[int]:
    """Ask processes to stop and make those that can't; returns their exit codes."""
    for process in processes:  # all at once: none needs another to finish what it has begun
        if process.poll() is None:
            process.terminate()
    return [_code_of(process) for process in processes]


def _code_of(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def environment(settings: Settings) -> dict[str, str]:
    """The settings as the variables that a child reads."""
    values = {
        "SECRET_KEY": ",".join(settings.secret_keys),
        "ENV": "production" if settings.production else "development",
        "DATABASE_URL": settings.database_url,
        "VAR": str(settings.var),
        "BASE_URL": settings.base_url,
        "HOST": settings.host,
        "PORT": str(settings.port),
        "SMTP_URL": settings.smtp_url or "",
        "MAIL_FROM": settings.mail_from,
        "WEB_PROCESSES": str(settings.web_processes),
        "WEB_THREADS": str(settings.web_threads),
        "STREAMS": str(settings.streams),
        "TRUSTED_PROXIES": str(settings.trusted_proxies),
    }
    return {f"MILEBILL_{name}": value for name, value in values.items()}


def raise_file_limit() -> None:
    """A stream is an open file; the usual soft limit of 1,024 would be reached first."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
