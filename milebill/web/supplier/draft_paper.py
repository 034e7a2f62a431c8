"""A supplier's draft as a PDF that is marked as one, with their letterhead and without a number."""

from flask import Response, request

from milebill import clock
from milebill.db import reading
from milebill.domain.draft import read_draft
from milebill.domain.draft_papers import Sheet, ask_as_supplier, sheet_of
from milebill.errors import NotFound, Refused
from milebill.queries.draft_papers import paper_of_supplier, pdf_of_supplier
from milebill.queries.quote import DraftQuote, load_next_revision, load_quote_page, load_seller
from milebill.web.access import Supplier, for_suppliers, supplier
from milebill.web.draft_paper import FILE, TOO_MANY, send_paper, shown
from milebill.web.responses import partial, private, see_other, wants_partial
from milebill.web.supplier.blueprint import show, supplier_pages
from milebill.web.supplier.sending import to_finish


@supplier_pages.route("/quotes/<id:quote_id>/pdf", methods=["GET", "POST"])
@supplier_pages.route("/quotes/<id:quote_id>/revision/pdf", methods=["GET", "POST"], endpoint="revision_paper")
@for_suppliers
def draft_paper(quote_id: int) -> Response:
    """How far it is; a POST has it made. What was sent has a document instead."""
    who = supplier()
    found = _load(who, quote_id, next_one="/revision/" in request.path)
    if found is None:
        return see_other(f"/quotes/{quote_id}")
    return print_draft(who, found) if request.method == "POST" else _page(who, found)


@supplier_pages.get(f"/quotes/<id:quote_id>/{FILE}")
@supplier_pages.get(f"/quotes/<id:quote_id>/revision/{FILE}", endpoint="revision_paper_file")
@for_suppliers
def draft_paper_file(quote_id: int) -> Response:
    """The PDF."""
    who = supplier()
    found = _load(who, quote_id, next_one="/revision/" in request.path)
    if found is None:
        raise NotFound
    with reading() as connection:
        return send_paper(pdf_of_supplier(connection, who.workspace_id, found.id, found.revision))


def print_again(who: Supplier, quote_id: int, *, next_one: bool = False) -> Response:
    """Have the draft made that was saved just now."""
    found = _load(who, quote_id, next_one=next_one)
    return see_other(f"/quotes/{quote_id}") if found is None else print_draft(who, found)


def print_draft(who: Supplier, found: DraftQuote) -> Response:
    """Have it made, and lead to where it will be; an unfinished draft goes back to the builder."""
    sheet = _sheet(who, found)
    if sheet is None:
        return to_finish(found, "pdf")
    try:
        ask_as_supplier(who.workspace_id, found.id, found.revision, sheet)
    except Refused:
        return _page(who, found, 429, TOO_MANY)
    return see_other(f"{found.address}/pdf")


def _page(who: Supplier, found: DraftQuote, status: int = 200, problem: object = "") -> Response:
    sheet = _sheet(who, found)
    if sheet is None:
        return to_finish(found, "pdf")
    with reading() as connection:
        told = shown(paper_of_supplier(connection, who.workspace_id, found.id, found.revision), sheet, found.address)
    if wants_partial():
        return private(partial("shared/draft_paper.html", status, paper=told, problem=problem))
    return show("draft_paper.html", status, paper=told, title=found.title, problem=problem)


def _load(who: Supplier, quote_id: int, *, next_one: bool) -> DraftQuote | None:
    with reading() as connection:
        if next_one:
            return load_next_revision(connection, who.workspace_id, quote_id)
        found = load_quote_page(connection, who.workspace_id, quote_id)
    return found if isinstance(found, DraftQuote) else None


def _sheet(who: Supplier, found: DraftQuote) -> Sheet | None:
    with reading() as connection:
        seller = load_seller(connection, who.workspace_id)
    read = read_draft(found.draft, who.locale, clock.today(who.time_zone))
    if read.errors:
        return None
    return sheet_of(read, seller, found.revision, who.locale, who.time_zone, seller.country_code or "")
