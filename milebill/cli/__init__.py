"""Commands for the person who runs an installation: `flask --app app verify`, `flask --app app document export`."""

from flask import Flask

from milebill.cli.documents import document
from milebill.cli.verify import verify


def init_cli(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(verify)
    app.cli.add_command(document)
