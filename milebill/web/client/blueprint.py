"""The client's blueprint. No cookie and no session: the link in the address is the authority, see security.py."""

from flask import Blueprint

client_pages = Blueprint("client", __name__)
