"""The supplier's side."""

from flask import Blueprint

supplier_pages = Blueprint("supplier", __name__)
