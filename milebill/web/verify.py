"""/verify: whoever holds a receipt's file asks whether it is genuine. No account, no cookie, and nothing is written."""

from functools import cache
from pathlib import Path

from flask import Blueprint, Response, request
from flask_babel import lazy_gettext as _l
from wtforms import FileField, TextAreaField

from milebill.domain.receipt_file import MAX_BYTES, Unreadable, misfits, read_receipt_file
from milebill.errors import Invalid, NotFound
from milebill.queries.proof import receipt_of_holder, standing_of
from milebill.web.forms import ClientForm, add_errors, focus_first_error, posted
from milebill.web.responses import page, private
from milebill.web.translations import gettext as _
from milebill.web.verify_view import Answer, changed, known, unknown

verify_pages = Blueprint("verify", __name__)

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "verify_receipt.py"


class ReceiptForm(ClientForm):
    """A receipt's file, or what stands in it."""

    file = FileField(_l("The receipt’s file"), description=_l("It ends in .json, as its page saved it."))
    text = TextAreaField(_l("Or paste what stands in it"))


@verify_pages.route("/verify", methods=["GET", "POST"])
def verify() -> Response:
    """The form, and what we can say of the file that a POST brings."""
    form = posted(ReceiptForm)
    if request.method != "POST":  # Werkzeug answers HEAD here too
        return _page(form)
    field, raw = _brought()
    try:
        if not raw.strip():
            raise Invalid({field: str(_("Please choose the file, or paste what stands in it."))})  # noqa: TRY301
        answer = _answer(raw)
    except (Invalid, Unreadable) as error:
        add_errors(form, error.errors if isinstance(error, Invalid) else {field: _why_not(error)})
        focus_first_error(form)
        return _page(form, status=422)
    return _page(ReceiptForm(), answer)


@verify_pages.get("/verify/verify_receipt.py")
def script() -> Response:
    """The same check as a program of one file, for a machine without us."""
    response = Response(_script(), mimetype="text/x-python")
    response.headers["Content-Disposition"] = 'attachment; filename="verify_receipt.py"'
    response.headers["Cache-Control"] = "no-cache"
    return response


@cache
def _script() -> bytes:
    return SCRIPT.read_bytes()


def _brought() -> tuple[str, bytes]:
    """The field that was used, and its bytes; a file goes before the text."""
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        return "file", upload.stream.read(MAX_BYTES + 1)
    return "text", request.form.get("text", "").encode()


def _answer(raw: bytes) -> Answer:
    """Raises Unreadable. A file that was changed is not looked up: it could only help somebody who guesses."""
    file = read_receipt_file(raw)
    if wrong := misfits(file):
        return changed(file, wrong)
    try:
        kept = receipt_of_holder(file.number, file.receipt_hash)
    except NotFound:
        return unknown(file)
    return known(file, kept, standing_of(kept))


def _page(form: ReceiptForm, answer: Answer | None = None, status: int = 200) -> Response:
    return private(page("public/verify.html", status, form=form, answer=answer))


def _why_not(error: Unreadable) -> str:
    words = {
        "too_large": _("This is larger than any receipt. Please choose the file that the receipt’s page let you save."),
        "encoding": _("This is no text that we can read. Please choose the .json file, not the PDF."),
        "not_json": _("This is no JSON, or a part of it is missing. Please take the whole file."),
        "nested": _("This is nested more deeply than any receipt."),
        "number": _("This contains a number that no receipt has: one with decimals, or a very large one."),
        "shape": _("This is JSON, but no receipt’s file: something in it is missing, or is not what it should be."),
        "newer": _("This receipt is of a newer version than we know. Please ask the installation that issued it."),
    }
    return str(words[error.code])
