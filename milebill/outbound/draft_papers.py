"""Drafts as PDFs marked DRAFT, rendered by the worker when no document waits."""

import logging
from typing import Any

from flask import Flask
from sqlalchemy import select

from milebill.config import Settings
from milebill.db import reading
from milebill.domain import leases
from milebill.models import DraftPaper
from milebill.outbound.contexts import quote_filled
from milebill.outbound.documents import paper_size
from milebill.outbound.letterhead import brand_of
from milebill.outbound.pdf import Archive, RenderingFailed, render
from milebill.outbound.sentences import nameless
from milebill.reader import writing_for
from milebill.templating import render as fill

log = logging.getLogger("milebill.documents")

SECONDS = 8
"""A long quote takes one. What takes longer holds up the documents of everybody else."""
MAX_ATTEMPTS = 2
"""The second is for a worker that died of something else."""


def render_next_draft(app: Flask) -> bool:
    """Render the draft that has waited longest; returns whether there was one."""
    lease = leases.lease_draft_paper()
    if lease is None:
        return False
    if lease.attempts > MAX_ATTEMPTS:
        leases.draft_paper_failed(lease, "its worker died more than once")
        return True
    settings: Settings = app.extensions["settings"]
    with reading() as connection:
        sheet = connection.scalar(select(DraftPaper.content).where(DraftPaper.id == lease.id))
    if sheet is None:  # discarded in this moment
        return True
    try:
        pdf = render(draft_html(app, sheet), seconds=SECONDS, archive=Archive(), fonts=settings.fonts)
    except RenderingFailed as error:
        # Once is enough: it was not asked for by a deal, and may be asked for again.
        log.warning("draft paper %s: %s", lease.id, error)
        leases.draft_paper_failed(lease, str(error))
    else:
        leases.draft_paper_made(lease, pdf)
    return True


def draft_html(app: Flask, sheet: dict[str, Any]) -> str:
    """The draft as HTML for the renderer, in its client's language; `sheet` is domain/draft_papers.py's."""
    settings: Settings = app.extensions["settings"]
    logo = app.extensions["files"].get(sheet["logo_sha256"]) if sheet["logo_sha256"] else None
    with writing_for(app, settings.base_url, sheet["locale"], sheet["time_zone"]):
        paper = quote_filled(sheet["quote"], draft=True)
        brand = brand_of(sheet["name"] or nameless(), sheet["colour"], logo)
        return fill(paper.template, paper.everything(brand, paper_size(sheet["country_code"])))
