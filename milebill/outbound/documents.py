"""PDFs: rendered once by the worker from what was frozen, stored by their hash, never rendered again."""

import base64
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from jinja2 import TemplateError
from sqlalchemy import func, select

from milebill import clock
from milebill.config import Settings
from milebill.db import reading
from milebill.domain import leases
from milebill.files import FileStore
from milebill.models import Client, Document, DocumentKind, Quote, Receipt, Revision, Workspace
from milebill.outbound.isolates import isolated
from milebill.outbound.paper import invoice_paper
from milebill.outbound.pdf import Archive, RenderingFailed, render
from milebill.outbound.sentences import receipt_statement
from milebill.outbound.xml_files import make_beside
from milebill.reader import writing_for
from milebill.templating import render as fill

log = logging.getLogger("milebill.documents")

MAX_ATTEMPTS = 3
PAUSE = timedelta(seconds=20)

Context = dict[str, Any]


@dataclass(frozen=True)
class Job:
    """A document to be rendered, with what its letterhead needs."""

    kind: str
    subject_id: int
    name: str
    colour: str
    logo_sha256: str | None
    locale: str
    """The client's."""
    time_zone: str


_JOB = (
    select(
        Document.kind,
        Document.subject_id,
        Workspace.name,
        Workspace.brand_colour.label("colour"),
        Workspace.logo_sha256,
        func.coalesce(func.nullif(Client.locale, ""), Workspace.locale).label("locale"),
        Workspace.time_zone,
    )
    .join(Workspace, Workspace.id == Document.workspace_id)
    .join(Quote, Quote.id == Document.quote_id)
    .join(Client, Client.id == Quote.client_id)
)


def render_next(app: Flask) -> bool:
    """Render the document that has waited longest; returns whether there was one."""
    lease = leases.lease_document()
    if lease is None:
        return False
    files: FileStore = app.extensions["files"]
    try:
        made = make_beside(files, lease.id)
        pdf, has_facturx = _rendered(document_html(app, lease.id), made.facturx, last=lease.attempts >= MAX_ATTEMPTS)
    except (RenderingFailed, TemplateError, LookupError) as error:
        log.warning("document %s, attempt %s", lease.id, lease.attempts, exc_info=error)
        if lease.attempts >= MAX_ATTEMPTS:
            leases.document_failed(lease, str(error))
        else:
            leases.document_postponed(lease, clock.now() + PAUSE, str(error))
        return True
    leases.document_ready(lease, files.put(pdf), len(pdf), made.beside, has_facturx=has_facturx)
    return True


def _rendered(html: str, facturx: bytes | None, *, last: bool) -> tuple[bytes, bool]:
    """The PDF, and whether the invoice is inside as data. Rather a plain one at the `last` attempt than none."""
    try:
        return render(html, archive=Archive(facturx_xml=facturx)), facturx is not None
    except RenderingFailed as error:
        if facturx is None or not last:
            raise
        log.exception("the PDF stays without its Factur-X", exc_info=error)
        return render(html, archive=Archive()), False


def document_html(app: Flask, document_id: int) -> str:
    """The document as HTML for the renderer."""
    settings: Settings = app.extensions["settings"]
    with reading() as connection:
        row = connection.execute(_JOB.where(Document.id == document_id)).one()
    job = Job(*row)
    template, context = _CONTEXTS[DocumentKind(job.kind)](job.subject_id)
    with writing_for(app, settings.base_url, job.locale, job.time_zone):
        if job.kind == DocumentKind.RECEIPT:
            context["receipt"]["statement"] = receipt_statement(context["receipt"])
        return fill(template, isolated({"brand": _brand(app, job), **context}))


def _brand(app: Flask, job: Job) -> Context:
    """The logo goes in as a data address: the renderer reads no files."""
    logo = None
    if job.logo_sha256:
        logo = data_address(app.extensions["files"].get(job.logo_sha256))
    return {"name": job.name, "colour": job.colour, "logo_path": logo}


def data_address(png: bytes) -> str:
    """A picture as an address that needs no fetching."""
    return "data:image/png;base64," + base64.b64encode(png).decode()


def _quote(revision_id: int) -> tuple[str, Context]:
    with reading() as connection:
        content = connection.scalar(select(Revision.content).where(Revision.id == revision_id))
    return "documents/quote.html", {"quote": content, "draft": False}


def _agreement(receipt_id: int) -> tuple[str, Context]:
    query = (
        select(Receipt.content, Revision.content.label("quote"))
        .join(Revision, Revision.quote_id == Receipt.quote_id)
        .where(Receipt.id == receipt_id, Revision.number == Receipt.content["subject"]["revision"].as_integer())
    )
    with reading() as connection:
        row = connection.execute(query).one()
    content = row.content
    acceptance = {
        "name": content["who"]["name"],
        "job_title": content["who"]["job_title"],
        "at": content["at"],
        "address": content["address"],
        "buyer": content["subject"]["buyer"],
        "purchase_order_number": content["subject"]["purchase_order_number"],
        "receipt": content["number"],
        "content_hash": content["content_hash"],
        "consent": content["consent"],
        "first": content["subject"].get("first"),
    }
    return "documents/agreement.html", {"quote": row.quote, "acceptance": acceptance}


def _receipt(receipt_id: int) -> tuple[str, Context]:
    with reading() as connection:
        content = connection.scalar(select(Receipt.content).where(Receipt.id == receipt_id)) or {}
    who = content["who"]
    receipt = {
        **content,
        "title": content["subject"]["title"],
        "who": {"name": who["name"], "job_title": who["job_title"], "email": who["email"], "link_id": who["link"]},
        "held": who["link_held_by_supplier"],
        "event_sequence": content["event"]["sequence"],
        "chain_head": content["event"]["hash"],
    }
    return "documents/receipt.html", {"receipt": receipt}


def _invoice(version_id: int) -> tuple[str, Context]:
    with reading() as connection:
        return "documents/invoice.html", {"invoice": invoice_paper(connection, version_id)}


_CONTEXTS = {
    DocumentKind.QUOTE: _quote,
    DocumentKind.AGREEMENT: _agreement,
    DocumentKind.RECEIPT: _receipt,
    DocumentKind.INVOICE: _invoice,
}
