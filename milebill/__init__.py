"""milebill: quotes that are accepted, signed off and billed by milestones on one page."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask

import milebill.models  # noqa: F401  (every table must be known before the first query)
from milebill import cli, web
from milebill.config import Settings, settings_from_environment
from milebill.db import init_db
from milebill.files import FolderStore, Staging
from milebill.outbound import init_outbound
from milebill.templating import LocaleEnvironment

ROOT = Path(__file__).resolve().parent.parent


class Milebill(Flask):
    """Flask without what this application has no use for."""

    jinja_environment = LocaleEnvironment

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Nothing here is a coroutine; to look whether it is one, eight times a request, costs as much as a select."""
        return func


def create_app(settings: Settings | None = None) -> Flask:
    """The application for `settings`, or for those of the environment. The only function that knows every part."""
    settings = settings or settings_from_environment()
    app = Milebill(
        "milebill",
        root_path=str(ROOT / "milebill"),
        template_folder=str(ROOT / "templates"),
        static_folder=None,
    )
    app.extensions["settings"] = settings
    app.extensions["files"] = FolderStore(settings.files)
    app.extensions["staging"] = Staging(settings.files / "staging")
    init_db(app, settings)
    web.init_web(app, settings)
    init_outbound(app, settings)
    cli.init_cli(app)
    return app
