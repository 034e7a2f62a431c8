"""The supplier's side."""

from milebill.web.supplier.blueprint import supplier_pages

__all__ = ["supplier_pages"]
