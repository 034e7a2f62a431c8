"""The client's side: one page, its POST targets, and the invoice for accounts payable."""

from flask import Blueprint

client_pages = Blueprint("client", __name__)
