"""An application is used again by the next test with the same settings: to make one costs more than most tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import Flask

from milebill import create_app
from milebill.config import Settings
from milebill.db import bind_write_queue, close_db
from milebill.files import FolderStore
from milebill.web.live import init_live
from milebill.web.openings import init_openings
from tests.servers.shared import SharedTemplates


@dataclass
class _Made:
    application: Flask
    config: dict[str, Any]
    extensions: dict[str, Any]


_made: dict[Settings, _Made] = {}


@contextmanager
def application_again(settings: Settings) -> Iterator[Flask]:
    """An application as new. It keeps its routes and templates; all that it could remember of a test is made anew."""
    key = replace(settings, var=Path())
    made = _made.pop(key, None)  # while it is in use, nobody else gets it
    if made is None:
        application = create(settings)
        made = _Made(application, dict(application.config), dict(application.extensions))
    else:
        _as_new(made, settings)
    yield made.application
    _end_threads(made.application)
    if settings.is_sqlite:  # its file is another one for the next test; PostgreSQL's connections serve that one, too
        close_db(made.application)
    _made[key] = made  # and only after a good end


def create(settings: Settings) -> Flask:
    """An application as `app.py` makes it, for a test."""
    application = create_app(settings)
    application.testing = True
    application.jinja_env.bytecode_cache = SharedTemplates()
    return application


def close(application: Flask) -> None:
    """End the threads of an application, and give its connections back."""
    _end_threads(application)
    close_db(application)


def _end_threads(application: Flask) -> None:
    application.extensions["hub"].close()
    application.extensions["openings"].close()


def _as_new(made: _Made, settings: Settings) -> None:
    application = made.application
    application.config.clear()
    application.config |= made.config
    environments = application.extensions.get("milebill_environments", {})
    application.extensions.clear()
    application.extensions |= made.extensions
    application.extensions |= {
        "settings": settings,
        "files": FolderStore(settings.files),
        "milebill_environments": environments,
    }
    init_live(application, settings)
    init_openings(application)
    with application.app_context():
        bind_write_queue(application, settings)
