"""The client's side: one page, its POST targets, and the invoice for accounts payable."""

from milebill.web.client import (
    amendments,
    attachments,
    corrections,
    dates,
    decision,
    invoice,
    invoice_people,
    milestones,
    news,
    page,
    papers,
    people,
    project_statement,
    questions,
    renewal,
)
from milebill.web.client.blueprint import client_pages

__all__ = [
    "amendments",
    "attachments",
    "client_pages",
    "corrections",
    "dates",
    "decision",
    "invoice",
    "invoice_people",
    "milestones",
    "news",
    "page",
    "papers",
    "people",
    "project_statement",
    "questions",
    "renewal",
]
