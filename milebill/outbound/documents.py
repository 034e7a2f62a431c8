"""PDFs: rendered once by the worker from what was frozen, stored by their hash, never rendered again."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from milebill import clock
from milebill.config import Settings
from milebill.db import reading
from milebill.domain import leases
from milebill.domain.leases import Lease
from milebill.files import FileStore
from milebill.models import Client, Document, Quote, Workspace
from milebill.outbound.contexts import filled
from milebill.outbound.letterhead import Brand, brand_of
from milebill.outbound.pdf import Archive, RenderingFailed, render
from milebill.outbound.xml_files import make_beside
from milebill.reader import writing_for
from milebill.templating import render as fill

log = logging.getLogger("milebill.documents")

MAX_ATTEMPTS = 3
PAUSE = timedelta(seconds=20)

LETTER = frozenset({"US", "CA"})
"""Where paper is Letter; everywhere else it is A4 (ISO 216)."""


def paper_size(country_code: str) -> str:
    """ "letter" or "a4": what people there have in the printer."""
    return "letter" if country_code in LETTER else "a4"


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
    country_code: str
    """The client's, or the supplier's as long as it is not known."""

    def paper_size(self) -> str:
        """ "letter" or "a4": what the client has in the printer."""
        return paper_size(self.country_code)


_JOB = (
    select(
        Document.kind,
        Document.subject_id,
        Workspace.name,
        Workspace.brand_colour.label("colour"),
        Workspace.logo_sha256,
        func.coalesce(func.nullif(Client.locale, ""), Workspace.locale).label("locale"),
        Workspace.time_zone,
        func.coalesce(func.nullif(Client.country_code, ""), Workspace.country_code).label("country_code"),
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
    settings: Settings = app.extensions["settings"]
    try:
        made = make_beside(files, lease.id)
        html, last = document_html(app, lease.id), lease.attempts >= MAX_ATTEMPTS
        pdf, has_facturx = _rendered(html, made.facturx, settings.fonts, last=last)
    except (OSError, DBAPIError):
        raise  # disk or database: no fault of this document's, and nothing that it should end with
    except Exception as error:  # whatever it is, the same text would meet it for ever
        log.warning("document %s, attempt %s", lease.id, lease.attempts, exc_info=error)
        if lease.attempts >= MAX_ATTEMPTS:
            _give_up(files, lease, str(error))
        else:
            leases.document_postponed(lease, clock.now() + PAUSE, str(error))
        return True
    leases.document_ready(lease, files.put(pdf), len(pdf), made.beside, has_facturx=has_facturx)
    return True


def _give_up(files: FileStore, lease: Lease, reason: str) -> None:
    """Of an invoice that can't be printed its e-invoices are left."""
    if leases.document_failed(lease, reason) and (beside := make_beside(files, lease.id).beside):
        leases.keep_beside(lease.id, beside)


def _rendered(html: str, facturx: bytes | None, fonts: tuple[Path, ...], *, last: bool) -> tuple[bytes, bool]:
    """The PDF, and whether the invoice is inside as data. Rather a plain one at the `last` attempt than none."""
    try:
        return render(html, archive=Archive(facturx_xml=facturx), fonts=fonts), facturx is not None
    except RenderingFailed as error:
        if facturx is None or not last:
            raise
        log.exception("the PDF stays without its Factur-X", exc_info=error)
        return render(html, archive=Archive(), fonts=fonts), False


def document_html(app: Flask, document_id: int) -> str:
    """The document as HTML for the renderer; its head says title, author, language and subject."""
    settings: Settings = app.extensions["settings"]
    with reading() as connection:
        row = connection.execute(_JOB.where(Document.id == document_id)).one()
    job = Job(*row)
    with writing_for(app, settings.base_url, job.locale, job.time_zone):
        paper = filled(job.kind, job.subject_id)
        return fill(paper.template, paper.everything(_brand(app, job), job.paper_size()))


def _brand(app: Flask, job: Job) -> Brand:
    logo = app.extensions["files"].get(job.logo_sha256) if job.logo_sha256 else None
    return brand_of(job.name, job.colour, logo)
