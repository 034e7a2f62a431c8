"""The page itself."""

from flask import Response

from milebill.web.client.blueprint import client_pages
from milebill.web.client.version import is_unchanged, marked, tag_of, unchanged
from milebill.web.client.visit import visit
from milebill.web.openings import note_opening


@client_pages.get("/q/<token>")
def show(token: str) -> Response:
    """Quote, then schedule, sign-offs and invoices: one address for the whole life of a project."""
    here = visit(token)
    note_opening(here.who.link_id)
    tag = tag_of(here.who)
    if is_unchanged(tag):
        return unchanged(tag)
    return marked(here.show(), tag)
