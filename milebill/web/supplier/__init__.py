"""The supplier's side."""

from milebill.web.supplier import dashboard
from milebill.web.supplier.blueprint import supplier_pages

__all__ = ["dashboard", "supplier_pages"]
