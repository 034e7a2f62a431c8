"""Sends what is queued."""

from flask import Flask


def send_next(app: Flask) -> bool:
    """Send the mail that has waited longest; returns whether there was one."""
    return False
