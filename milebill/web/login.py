"""Signing in."""

from flask import Blueprint

login_pages = Blueprint("login", __name__)
