"""The whole story on both databases, as the people tell it."""

from sqlalchemy import select

from milebill.db import reading
from milebill.domain import chain
from milebill.models import Event, Invoice, Mail
from tests.actors import Supplier, an_issued_invoice


def test_from_a_quote_to_its_invoices(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    deal.submit(3)
    last = deal.sign_off(3)
    with reading() as connection:
        invoices = connection.execute(select(Invoice.number, Invoice.kind, Invoice.gross).order_by(Invoice.id)).all()
        events = connection.execute(select(Event).order_by(Event.sequence)).all()
        mails = connection.scalars(select(Mail.kind)).all()
    assert [row.kind for row in invoices] == ["deposit", "milestone", "final"]
    assert sum(row.gross for row in invoices) == 1_190_000
    assert invoices[-1].number == last.invoice_number
    assert chain.verify(events)
    assert mails.count("invoice_issued") == 3
