"""A visitor's draft as a PDF that is marked as one. It is printed by the worker: no page waits for it."""

from flask import Response, request

from milebill.db import reading
from milebill.domain.draft_papers import Sheet, ask_as_visitor, sheet_of
from milebill.errors import Refused
from milebill.queries.draft_papers import paper_of_visitor, pdf_of_visitor
from milebill.queries.open_drafts import OpenDraft
from milebill.web.countries import country_of
from milebill.web.draft_paper import FILE, TOO_MANY, send_paper, shown
from milebill.web.responses import partial, private, see_other, wants_partial
from milebill.web.visitor.blueprint import address_of, draft_pages, nobody, opened, show
from milebill.web.visitor.sending import read_of


@draft_pages.route("/d/<token>/pdf", methods=["GET", "POST"])
def paper(token: str) -> Response:
    """How far it is; a POST has it made."""
    found = opened(token)
    return print_draft(found) if request.method == "POST" else _page(found)


@draft_pages.get(f"/d/<token>/{FILE}")
def paper_file(token: str) -> Response:
    """The PDF."""
    found = opened(token)
    with reading() as connection:
        return send_paper(pdf_of_visitor(connection, found.link_id))


def print_draft(found: OpenDraft) -> Response:
    """Have it made, and lead to where it will be; an unfinished draft goes back to the builder."""
    address, sheet = address_of(found.link_id), _sheet(found)
    if sheet is None:
        return see_other(f"{address}?check=pdf")
    try:
        ask_as_visitor(found.link_id, sheet)
    except Refused:
        return _page(found, 429, TOO_MANY)
    return see_other(f"{address}/pdf")


def _page(found: OpenDraft, status: int = 200, problem: object = "") -> Response:
    address, sheet = address_of(found.link_id), _sheet(found)
    if sheet is None:
        return see_other(f"{address}?check=pdf")
    with reading() as connection:
        told = shown(paper_of_visitor(connection, found.link_id), sheet, address)
    if wants_partial():
        return private(partial("shared/draft_paper.html", status, paper=told, problem=problem))
    return show("paper.html", status, paper=told, title=found.title, problem=problem)


def _sheet(found: OpenDraft) -> Sheet | None:
    read = read_of(found)
    if read.errors:
        return None
    return sheet_of(read, nobody(name=""), 1, found.locale, found.time_zone, country_of(found.locale))
