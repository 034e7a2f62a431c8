"""What happens to e-invoices that are sent, told by the people of tests/actors.py."""

from typing import Any

from flask import Flask

from milebill.domain.billing_needs import Needs, change_needs
from milebill.domain.settings import change_settings
from milebill.domain.transmissions import queue_transmission
from milebill.models import Client, Transmission
from milebill.outbound import documents
from milebill.outbound.documents import render_next
from tests.actors import Deal, Supplier, a_sent_quote
from tests.rules import rows

GERMAN = {
    "country_code": "DE",
    "tax_id": "DE136695976",
    "city": "Berlin",
    "post_code": "10115",
    "phone": "+49 30 123456",
}
RECEIVER = ("9930", "DE811907980")


def a_peppol_invoice(app: Flask, owner: Supplier, monkeypatch: Any, receiver: tuple[str, str] = RECEIVER) -> Deal:
    """A German supplier's invoice to a client who is on Peppol; its papers are made."""
    change_settings(owner.workspace_id, owner.actor, GERMAN)
    deal = a_sent_quote(owner)
    change_needs(owner.workspace_id, owner.actor, rows(Client)[-1].id, Needs(), receiver)
    deal.accept()
    make_papers(app, monkeypatch)
    return deal


def make_papers(app: Flask, monkeypatch: Any) -> None:
    """The worker makes what waits; how a PDF looks does not matter here."""
    monkeypatch.setattr(documents, "render", lambda *_args, **_options: b"%PDF")
    while render_next(app):
        pass


def press(deal: Deal) -> bool:
    """The supplier presses "Send by Peppol" on the first invoice."""
    return queue_transmission(deal.workspace_id, deal.supplier.actor, deal.invoice_ids()[0])


def last() -> Any:
    """The last transmission."""
    return rows(Transmission)[-1]
