"""Visitors with no account: the builder at the front door, and the way from a draft to a quote that is sent."""

from milebill.web.visitor import confirming, drafts, importing, paper, sending
from milebill.web.visitor.blueprint import confirm_pages, draft_pages

__all__ = ["confirm_pages", "confirming", "draft_pages", "drafts", "importing", "paper", "sending"]
