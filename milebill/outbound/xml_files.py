"""The e-invoices of an invoice's version: made with its PDF, kept beside it, never made twice.

What goes wrong with one of them costs nothing but itself: the PDF is what the law and the client wait for.
"""

import logging
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm import aliased

from milebill.db import reading
from milebill.domain import leases
from milebill.domain.leases import Beside
from milebill.files import FileStore
from milebill.models import Document, DocumentKind
from milebill.models.document import E_INVOICES, DocumentState
from milebill.outbound import einvoice
from milebill.outbound.einvoice import Syntax
from milebill.outbound.paper import Paper, invoice_paper

log = logging.getLogger("milebill.documents")

FAULT = "An error of milebill: {error}"
A_FEW = 10


@dataclass(frozen=True)
class Made:
    """What stands beside a PDF, and what goes into it."""

    beside: tuple[Beside, ...] = ()
    facturx: bytes | None = None


@dataclass
class Completed:
    """What `complete` did, in numbers of invoices' versions."""

    made: int = 0
    not_expressible: int = 0
    failed: int = 0
    last: int = 0
    """The id of the last document that it looked at."""

    def __iadd__(self, more: "Completed") -> "Completed":
        """Count what came after it, too."""
        self.made, self.failed = self.made + more.made, self.failed + more.failed
        self.not_expressible, self.last = self.not_expressible + more.not_expressible, more.last
        return self


_SUBJECT = select(Document.subject_id).where(
    Document.id == bindparam("document_id"), Document.kind == DocumentKind.INVOICE.value
)
_pdf, _xml = aliased(Document), aliased(Document)
_of_pdf = (_xml.subject_id == _pdf.subject_id, _xml.kind.in_([kind.value for kind in E_INVOICES]))
_INCOMPLETE = (
    select(_pdf.id, _pdf.subject_id)
    .where(
        _pdf.kind == DocumentKind.INVOICE.value,
        _pdf.state.in_([DocumentState.READY.value, DocumentState.FAILED.value]),
        _pdf.id > bindparam("after"),
        or_(~exists().where(*_of_pdf), exists().where(*_of_pdf, _xml.state == DocumentState.FAILED.value)),
    )
    .order_by(_pdf.id)
    .limit(A_FEW)
)


def make_beside(files: FileStore, document_id: int) -> Made:
    """The e-invoices that belong to a PDF, stored; none for what is no invoice, or can't be one in EN 16931."""
    with reading() as connection:
        version_id = connection.scalar(_SUBJECT, {"document_id": document_id})
        if version_id is None:
            return Made()
        paper = invoice_paper(connection, version_id)
    return _make(files, paper)


def complete(app: Flask, after: int = 0) -> Completed:
    """Make the e-invoices of what was issued before there were any, and those that failed; no PDF is touched.

    Looks at the next few documents whose id is above `after`; when there are none, `last` stays. Needs an application
    context.
    """
    files: FileStore = app.extensions["files"]
    done = Completed(last=after)
    with reading() as connection:
        rows = connection.execute(_INCOMPLETE, {"after": after}).all()
        papers = [(row.id, invoice_paper(connection, row.subject_id)) for row in rows]
    for document_id, paper in papers:
        _complete_one(files, document_id, paper, done)
    return done


def _complete_one(files: FileStore, document_id: int, paper: Paper, done: Completed) -> None:
    beside = _make(files, paper).beside
    done.last = document_id
    if not beside:
        done.not_expressible += 1
        return
    leases.keep_beside(document_id, beside)
    if any(one.sha256 is None for one in beside):
        done.failed += 1
    else:
        done.made += 1


def _make(files: FileStore, paper: Paper) -> Made:
    try:
        syntaxes = einvoice.syntaxes_for(paper)
    except Exception as error:
        log.exception("whether %s can be an e-invoice is not known", paper.get("number"))
        return Made((Beside(DocumentKind.CII, error=_fault(error)),))
    beside, facturx = [], None
    for syntax in syntaxes:
        kind = DocumentKind(syntax.value)
        try:
            xml = einvoice.xml_of(paper, syntax)
        except Exception as error:
            log.exception("no %s of %s", syntax, paper.get("number"))
            beside.append(Beside(kind, error=_fault(error)))
            continue
        beside.append(Beside(kind, files.put(xml), len(xml)))
        facturx = xml if syntax is Syntax.CII else facturx
    return Made(tuple(beside), facturx)


def _fault(error: Exception) -> str:
    return FAULT.format(error=f"{type(error).__name__}: {error}"[:300])
