"""The page itself, and the small question whether there is anything new on it."""

from flask import Response, request

from milebill.queries.client_page import last_change
from milebill.web import responses
from milebill.web.client.blueprint import client_pages
from milebill.web.client.version import is_unchanged, marked, tag_of, unchanged
from milebill.web.client.visit import MONEY, visit
from milebill.web.openings import note_opening
from milebill.web.responses import private


@client_pages.get("/q/<token>")
def show(token: str) -> Response:
    """Quote, then schedule, sign-offs and invoices: one address for the whole life of a project."""
    here = visit(token)
    note_opening(here.who.link_id)
    tag = tag_of(here.who)
    if is_unchanged(tag):
        return unchanged(tag)
    return marked(here.show(), tag)


@client_pages.get("/q/<token>/news")
def news(token: str) -> Response:
    """Whether the other side acted since `seen`. What is being typed stays: only papers swap in by themselves."""
    here = visit(token)
    sequence, documents = here.who.version
    seen = request.args.get("seen", "")
    if seen == f"{sequence}-{documents}":
        return private(Response(status=204))
    changed, actor = last_change(here.who.quote_id)
    before, _dash, papers = seen.partition("-")
    if _number(before) >= changed:
        return private(Response(status=204)) if papers == str(documents) else here.show_parts(MONEY)
    supplier = here.page.supplier.name
    return private(responses.partial("client/news_notice.html", base=here.base, actor=actor, supplier=supplier))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 20 else 0
