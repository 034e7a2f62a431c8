"""What leaves the house: mail, documents."""

from flask import Flask
from flask_mail import Mail

from milebill.config import Settings


def init_outbound(app: Flask, settings: Settings) -> None:
    """Bind what leaves the house to the application."""
    app.config["MAIL_DEFAULT_SENDER"] = settings.mail_from
    Mail(app)
