"""A client's statement of account: what was asked for, credited and paid in a period, with the balance after each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, select

from milebill.errors import NotFound
from milebill.models import Client, Invoice, InvoiceKind, Payment, PaymentKind, Project

_OF_CLIENT = (Project.client_id == bindparam("client_id"), Project.workspace_id == bindparam("workspace_id"))
_BEFORE: Any = bindparam("first")
_CLIENT = select(Client.name).where(
    Client.id == bindparam("client_id"), Client.workspace_id == bindparam("workspace_id")
)
_ASKED_BEFORE = (
    select(Invoice.currency, func.sum(Invoice.gross))
    .join(Project, Project.id == Invoice.project_id)
    .where(*_OF_CLIENT, Invoice.issued_on < _BEFORE)
    .group_by(Invoice.currency)
)
_PAID_BEFORE = (
    select(Invoice.currency, func.sum(-Payment.amount))
    .select_from(Payment)
    .join(Invoice, Invoice.id == Payment.invoice_id)
    .join(Project, Project.id == Invoice.project_id)
    .where(*_OF_CLIENT, Payment.received_on < _BEFORE)
    .group_by(Invoice.currency)
)
_DOCUMENTS = (
    select(Invoice.id, Invoice.number, Invoice.kind, Invoice.currency, Invoice.gross, Invoice.issued_on, Project.title)
    .join(Project, Project.id == Invoice.project_id)
    .where(*_OF_CLIENT, Invoice.issued_on >= _BEFORE, Invoice.issued_on <= bindparam("last"))
)
# What a correction moved from one number to another changes nothing between the two sides.
_PAYMENTS = (
    select(
        Payment.id,
        Payment.kind,
        Payment.amount,
        Payment.received_on,
        Payment.reference,
        Invoice.id.label("invoice_id"),
        Invoice.number,
        Invoice.currency,
    )
    .join(Invoice, Invoice.id == Payment.invoice_id)
    .join(Project, Project.id == Invoice.project_id)
    .where(
        *_OF_CLIENT,
        Payment.kind != PaymentKind.MOVED,
        Payment.received_on >= _BEFORE,
        Payment.received_on <= bindparam("last"),
    )
)


class StatementLine(NamedTuple):
    """One entry. `amount` is what the client owes more (invoices) or less (negative); `balance` is after it."""

    day: date
    kind: str
    """An InvoiceKind for a document, a PaymentKind for money."""
    number: str
    invoice_id: int
    text: str
    amount: int
    balance: int


@dataclass(frozen=True)
class Account:
    """What happened in one currency, in minor units: opening + lines = closing."""

    currency: str
    opening: int
    lines: Sequence[StatementLine]
    closing: int


@dataclass(frozen=True)
class Statement:
    """A client's accounts from `first` to `last`, both included."""

    client: str
    first: date
    last: date
    accounts: Sequence[Account]


def load_statement(connection: Connection, workspace_id: int, client_id: int, first: date, last: date) -> Statement:
    """The workspace's client, one account for each currency. Raises NotFound."""
    keys = {"workspace_id": workspace_id, "client_id": client_id}
    name = connection.scalar(_CLIENT, keys)
    if name is None:
        raise NotFound
    opening: dict[str, int] = defaultdict(int)
    for query in (_ASKED_BEFORE, _PAID_BEFORE):
        for currency, minor in connection.execute(query, {**keys, "first": first}):
            opening[currency] += int(minor)
    entries = _entries(connection, {**keys, "first": first, "last": last})
    currencies = sorted({*opening, *entries})
    return Statement(name, first, last, [_account(key, opening[key], entries.get(key, [])) for key in currencies])


_Entry = tuple[tuple[date, int, int], StatementLine]
"""Day, what comes first on it (invoice, credit note, payment) and id; the line without its balance."""


def _entries(connection: Connection, keys: dict[str, Any]) -> dict[str, list[_Entry]]:
    found: dict[str, list[_Entry]] = defaultdict(list)
    for issued in connection.execute(_DOCUMENTS, keys):
        rank = 1 if issued.kind == InvoiceKind.CREDIT_NOTE else 0
        line = StatementLine(issued.issued_on, issued.kind, issued.number, issued.id, issued.title, issued.gross, 0)
        found[issued.currency].append(((issued.issued_on, rank, issued.id), line))
    for paid in connection.execute(_PAYMENTS, keys):
        line = StatementLine(paid.received_on, paid.kind, paid.number, paid.invoice_id, paid.reference, -paid.amount, 0)
        found[paid.currency].append(((paid.received_on, 2, paid.id), line))
    return found


def _account(currency: str, opening: int, entries: list[_Entry]) -> Account:
    balance, lines = opening, []
    for _, line in sorted(entries):
        balance += line.amount
        lines.append(line._replace(balance=balance))
    return Account(currency, opening, lines, balance)
