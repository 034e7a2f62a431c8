"""Documents, files and receipts: each is found through the quote of the link, so a stranger's id is no such page."""

from flask import Response, current_app, request, send_file

from milebill.domain.receipt_file import MAX_LATER, ReceiptFile
from milebill.errors import NotFound
from milebill.files import FileStore
from milebill.queries.client_papers import StoredPaper, find_document, find_file, load_receipt
from milebill.queries.proof import KeptReceipt, lines_to_last_receipt, receipt_of_quote
from milebill.web import responses
from milebill.web.access import link_holder
from milebill.web.client.blueprint import client_pages
from milebill.web.client.receipt_view import receipt_view
from milebill.web.client.view import brand_of
from milebill.web.client.visit import visit
from milebill.web.pictures import MAX_BYTES, picture_of
from milebill.web.responses import private

MAX_ID = 2**63 - 1

# What a browser may take for what it says it is; anything else is just bytes.
_HARMLESS = frozenset({"application/pdf", "application/zip", "image/png", "image/jpeg", "image/gif", "text/plain"})


@client_pages.get(f"/q/<token>/documents/<int(max={MAX_ID}):document_id>")
def document(token: str, document_id: int) -> Response:
    """A PDF of this quote, or a page that waits for it."""
    who = link_holder(token)
    found = find_document(who.quote_id, document_id)
    return send_stored(found) if found.sha256 else being_prepared(f"/q/{token}")


@client_pages.get(f"/q/<token>/files/<int(max={MAX_ID}):deliverable_id>")
def file(token: str, deliverable_id: int) -> Response:
    """A file that the supplier handed over; always to be saved, never shown as a page of ours."""
    who = link_holder(token)
    return send_stored(find_file(who.quote_id, deliverable_id))


@client_pages.get(f"/q/<token>/pictures/<int(max={MAX_ID}):deliverable_id>")
def picture(token: str, deliverable_id: int) -> Response:
    """A picture that the supplier handed over, to be shown on the page. What is none is no such page."""
    who = link_holder(token)
    return show_picture(find_file(who.quote_id, deliverable_id))


@client_pages.get("/q/<token>/receipts/<number>")
def receipt(token: str, number: str) -> Response:
    """A receipt: who signed what, when, from where, and where it stands in the chain."""
    here = visit(token)
    found = load_receipt(here.who.quote_id, number.upper())
    brand, shown = brand_of(here.page.supplier), receipt_view(found)
    return private(responses.page("client/receipt.html", receipt=found, shown=shown, brand=brand, base=here.base))


@client_pages.get("/q/<token>/receipts/<number>.json")
def receipt_file(token: str, number: str) -> Response:
    """The same as a file that can be checked by itself, see docs/proof.md."""
    who = link_holder(token)
    return send_receipt(receipt_of_quote(who.quote_id, number.upper()))


def send_receipt(kept: KeptReceipt) -> Response:
    """The receipt as JSON, to be saved."""
    lines = lines_to_last_receipt(kept, MAX_LATER)
    event = None
    if kept.event_content is not None and kept.salt is not None:
        event = {"content": kept.event_content, "salt": kept.salt}
    end = lines[-1] if lines else None
    head = {"sequence": end.sequence if end else kept.event_sequence, "hash": end.hash if end else kept.chain_head}
    file = ReceiptFile(kept.content, kept.content_hash, event, [line.commitment for line in lines], head)
    response = Response(file.as_json(), mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="receipt-{kept.number}.json"'
    return private(response)


def send_stored(found: StoredPaper) -> Response:
    """The bytes, to be saved, or 304 for whoever has them. Its hash is its version."""
    sha256 = found.sha256 or ""
    if request.if_none_match.contains_weak(sha256):
        response = private(Response(status=304))
        response.set_etag(sha256)
        return response
    store: FileStore = current_app.extensions["files"]
    response = send_file(
        store.open(sha256),
        mimetype=found.media_type if found.is_ours or found.media_type in _HARMLESS else "application/octet-stream",
        as_attachment=True,
        download_name=_file_name(found.file_name),
        conditional=False,
        etag=False,
    )
    response.headers["Content-Length"] = str(found.size)
    response.set_etag(sha256)
    return private(response)


def show_picture(found: StoredPaper) -> Response:
    """The bytes as the picture that they are. Raises NotFound for anything else.

    The type is read off the content once more: whatever a row says, nothing else leaves here to be shown. Opened by
    itself it is a page without an origin, scripts or forms.
    """
    store: FileStore = current_app.extensions["files"]
    content = store.get(found.sha256 or "") if found.size <= MAX_BYTES else b""
    picture = picture_of(content)
    if picture is None:
        raise NotFound
    response = Response(content, mimetype=picture.media_type)
    response.headers.set("Content-Disposition", "inline", filename=_file_name(found.file_name))
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response = private(response)
    response.headers["Cache-Control"] = "private, max-age=604800, immutable"  # its bytes never change
    del response.headers["Vary"]
    return response


def being_prepared(back: str) -> Response:
    """202: it is on its way. The page asks again by itself."""
    response = private(responses.page("client/preparing.html", 202, back=back))
    response.headers["Refresh"] = "3"
    return response


def _file_name(typed: str) -> str:
    """The last part of a path, on one line: a file's name goes into a header and into somebody's folder."""
    name = typed.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in name if sign.isprintable()).strip(" .") or "file"
