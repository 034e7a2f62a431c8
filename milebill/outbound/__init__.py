"""What leaves the house: mail, documents."""

from flask import Flask

from milebill.config import Settings


def init_outbound(app: Flask, settings: Settings) -> None:
    """Bind what leaves the house to the application."""
