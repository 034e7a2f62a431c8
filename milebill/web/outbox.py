"""Every mail, readable in the browser, while none is really sent."""

from flask import Blueprint

outbox_pages = Blueprint("outbox", __name__)
