"""Commands for the person who runs an installation."""

from flask import Flask


def init_cli(app: Flask) -> None:
    """Register the commands."""
