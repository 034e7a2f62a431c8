"""The page of a draft's PDF, whoever writes the draft, and the PDF itself."""

from dataclasses import dataclass

from flask import Response
from flask_babel import lazy_gettext as _l

from milebill.canonical import digest
from milebill.domain.draft_papers import Sheet
from milebill.errors import NotFound
from milebill.models.document import DocumentState
from milebill.queries.draft_papers import Paper
from milebill.web.responses import private

TOO_MANY = _l("There were many PDFs within an hour. Please wait a little; the draft is saved.")
FILE = "draft.pdf"
"""Names no client and no title: it may lie in anybody's folder."""


@dataclass(frozen=True)
class PaperShown:
    """How far it is: "none", "changed" (made from what was written before), "waiting", "ready" or "failed"."""

    state: str
    address: str
    """The draft's own."""


def shown(paper: Paper | None, sheet: Sheet, address: str) -> PaperShown:
    """What there is for the draft as it is now."""
    if paper is None:
        return PaperShown("none", address)
    if paper.content_hash != digest(sheet):
        return PaperShown("changed", address)
    known = {DocumentState.READY: "ready", DocumentState.FAILED: "failed"}
    return PaperShown(known.get(DocumentState(paper.state), "waiting"), address)


def send_paper(pdf: bytes | None) -> Response:
    """The PDF, to be saved. Raises NotFound as long as there is none."""
    if not pdf:
        raise NotFound
    response = Response(pdf, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE}"'
    return private(response)
