"""The supplier's side."""

from milebill.web.supplier import (
    answers,
    clients,
    dashboard,
    documents,
    invoices,
    milestones,
    payments,
    projects,
    quotes,
    sending,
    settings,
)
from milebill.web.supplier.blueprint import supplier_pages

__all__ = [
    "answers",
    "clients",
    "dashboard",
    "documents",
    "invoices",
    "milestones",
    "payments",
    "projects",
    "quotes",
    "sending",
    "settings",
    "supplier_pages",
]
