"""The supplier's side."""

from milebill.web.supplier import answers, dashboard, milestones, projects, quotes, sending
from milebill.web.supplier.blueprint import supplier_pages

__all__ = ["answers", "dashboard", "milestones", "projects", "quotes", "sending", "supplier_pages"]
