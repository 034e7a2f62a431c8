"""Live dashboards."""

from flask import Flask

from milebill.config import Settings


def init_live(app: Flask, settings: Settings) -> None:
    """Start the tailer with the first stream."""
