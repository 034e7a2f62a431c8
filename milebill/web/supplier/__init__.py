"""The supplier's side."""

from milebill.web.supplier import (
    answers,
    bank,
    client_billing,
    clients,
    correcting,
    crediting,
    dashboard,
    documents,
    exports,
    invoices,
    milestones,
    numbering,
    payments,
    people,
    projects,
    quotes,
    receipts,
    refunds,
    reopening,
    requests,
    sending,
    settings,
    statement,
    versions,
)
from milebill.web.supplier.blueprint import supplier_pages
from milebill.web.supplier.wording import (
    about_message,
    fetches_in_words,
    link_in_words,
    roles_in_words,
    rule_of_offer,
    standing_of_project,
)

for _filter in (about_message, fetches_in_words, link_in_words, roles_in_words, rule_of_offer, standing_of_project):
    supplier_pages.add_app_template_filter(_filter)

__all__ = [
    "answers",
    "bank",
    "client_billing",
    "clients",
    "correcting",
    "crediting",
    "dashboard",
    "documents",
    "exports",
    "invoices",
    "milestones",
    "numbering",
    "payments",
    "people",
    "projects",
    "quotes",
    "receipts",
    "refunds",
    "reopening",
    "requests",
    "sending",
    "settings",
    "statement",
    "supplier_pages",
    "versions",
]
