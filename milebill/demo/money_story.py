"""What happens to the money of the demo after an invoice: a credit note, a correction, a bank statement."""

from typing import Any

from sqlalchemy import select

from milebill import bank_file, clock
from milebill.db import reading
from milebill.demo.story import Story
from milebill.domain.bank import import_statement
from milebill.domain.credits import credit_invoice
from milebill.domain.reissue import correct_invoice
from milebill.models import Invoice, InvoiceKind, Milestone, Project


def credit(story: Story, days_ago: int, position: int, net: int, reason: str) -> None:
    """The supplier credits `net` minor units of a milestone's invoice."""
    invoice = _invoice(story, position)
    with clock.at(story.at(days_ago, 12)):
        credit_invoice(story.workspace_id, story.supplier, invoice.id, {0: net}, reason, f"demo-{days_ago}")


def correct(story: Story, days_ago: int, position: int, reason: str, **party: str) -> None:
    """The supplier reissues a milestone's invoice with other fields of the buyer."""
    invoice = _invoice(story, position)
    buyer = {**invoice.content["buyer"], **party}
    with clock.at(story.at(days_ago, 13)):
        correct_invoice(story.workspace_id, story.supplier, invoice.id, buyer, reason, f"demo-{days_ago}")


def bank_statement(story: Story, days_ago: int, position: int) -> None:
    """The supplier brings in a statement with the payment of a milestone's invoice, which waits to be booked."""
    invoice = _invoice(story, position)
    moment = story.at(days_ago, 8)
    day = moment.date().isoformat()
    rows = (
        "Date;Name;Reference;Amount;Currency",
        f'{day};"{story.sample.client}";"Invoice {invoice.number}, thank you";{invoice.gross // 100}.00;EUR',
        f'{day};"Finanzkasse";"Refund of prepayment";84.20;EUR',
    )
    content = "\n".join(rows).encode()
    with clock.at(moment):
        file = bank_file.read(content, "EUR", "en")
        import_statement(story.workspace_id, story.supplier, file, content, "statement.csv")


def _invoice(story: Story, position: int) -> Any:
    """The milestone's last invoice."""
    query = (
        select(Invoice.id, Invoice.number, Invoice.gross, Invoice.content)
        .join(Milestone, Milestone.id == Invoice.milestone_id)
        .join(Project, Project.id == Invoice.project_id)
        .where(
            Project.quote_id == story.quote_id,
            Milestone.position == position,
            Invoice.kind != InvoiceKind.CREDIT_NOTE,
        )
        .order_by(Invoice.id.desc())
    )
    with reading() as connection:
        return connection.execute(query).first()
