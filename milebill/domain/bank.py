"""Bank statements: lines are kept once, and booked for an invoice only when somebody says so."""

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from milebill.bank_file import BankFile, Entry, fingerprints
from milebill.domain.billed import load_invoice
from milebill.domain.payments import book_payment
from milebill.domain.work import Actor, Work, verb
from milebill.errors import Invalid, NotFound, Refused
from milebill.models import BankBooking, BankImport, BankLine, EventKind, Payment


@dataclass(frozen=True)
class Imported:
    """The file's row; `new` lines were not known from an earlier file."""

    id: int
    new: int


@verb
def import_statement(work: Work, actor: Actor, file: BankFile, content: bytes, file_name: str) -> Imported:
    """Keep the lines of a file that was read (see bank_file); nothing is booked.

    The same file again is the first import; lines that an earlier file had too are not kept twice.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    query = select(BankImport).where(BankImport.workspace_id == work.workspace.id, BankImport.sha256 == sha256)
    before = work.session.scalar(query)
    if before is not None:
        return Imported(before.id, 0)
    fresh = _fresh(work, file)
    import_id = work.append(
        BankImport,
        workspace_id=work.workspace.id,
        sha256=sha256,
        file_name=file_name[:200],
        format=file.format,
        lines=len(fresh),
        user_id=actor.user_id,
        created_at=work.now,
    )
    work.append_all(BankLine, [_columns(work, import_id, line) for line in fresh])
    work.record(EventKind.BANK_IMPORTED, actor, file_name=file_name[:200], lines=len(fresh))
    return Imported(import_id, len(fresh))


Line = tuple[int, Entry, str]
"""Its place in the file, what it says, and by what it is recognised."""


def _fresh(work: Work, file: BankFile) -> list[Line]:
    """The lines that no earlier file had."""
    marks = fingerprints(file.entries)
    query = select(BankLine.fingerprint).where(
        BankLine.workspace_id == work.workspace.id, BankLine.fingerprint.in_(marks)
    )
    known = set(work.session.scalars(query))
    lines = enumerate(zip(file.entries, marks, strict=True), 1)
    return [(place, entry, mark) for place, (entry, mark) in lines if mark not in known]


def _columns(work: Work, import_id: int, line: Line) -> dict[str, Any]:
    place, entry, mark = line
    return {
        "workspace_id": work.workspace.id,
        "import_id": import_id,
        "position": place,
        "booked_on": entry.booked_on,
        "amount": entry.minor,
        "currency": entry.currency,
        "reference": entry.reference,
        "name": entry.name,
        "iban": entry.iban,
        "fingerprint": mark,
    }


@verb
def book_bank_line(work: Work, actor: Actor, line_id: int, invoice_id: int, amount: int, seen: int) -> None:
    """Book `amount` minor units of a line as a payment for an invoice, received on the day of the line.

    `seen` is how often the line was booked when the form was shown: a double click books once, and who acts on an old
    page is Refused("booked"). Raises NotFound; Refused("set_aside"); Invalid for "amount" and "invoice".
    """
    line = _load(work, line_id)
    billed = load_invoice(work, invoice_id)
    once = f"bank:{line.id}:{seen}"
    if seen != _bookings(work, line):
        if _is_known(work, invoice_id, once):
            return
        raise Refused("booked")
    if line.set_aside_at is not None:
        raise Refused("set_aside")
    errors = {}
    if amount <= 0:
        errors["amount"] = "positive"
    elif amount > line.left:
        errors["amount"] = "over_rest"
    if billed.invoice.currency != line.currency:
        errors["invoice"] = "currency_differs"
    if errors:
        raise Invalid(errors)
    day = min(line.booked_on, work.today)  # banks date some lines ahead; money that is booked has come in
    payment = book_payment(work, actor, billed, amount, day, line.reference or line.name, once)
    work.append(BankBooking, bank_line_id=line.id, payment_id=payment.id, amount=amount)
    line.booked += amount


@verb
def set_line_aside(work: Work, actor: Actor, line_id: int, *, aside: bool) -> None:
    """Say that a line is for no invoice, or take that back; a second time changes nothing. Raises NotFound."""
    line = _load(work, line_id)
    if aside == (line.set_aside_at is not None):
        return
    line.set_aside_at = work.now if aside else None
    work.record(
        EventKind.BANK_LINE_SET_ASIDE, actor, line=line.id, amount=line.amount, currency=line.currency, back=not aside
    )


def _load(work: Work, line_id: int) -> BankLine:
    query = select(BankLine).where(BankLine.id == line_id, BankLine.workspace_id == work.workspace.id)
    line = work.session.scalar(query)
    if line is None:
        raise NotFound
    return line


def _bookings(work: Work, line: BankLine) -> int:
    """How often it was booked, what was undone since included."""
    query = select(func.count()).select_from(BankBooking).where(BankBooking.bank_line_id == line.id)
    return work.session.scalar(query) or 0


def _is_known(work: Work, invoice_id: int, once: str) -> bool:
    query = select(Payment.id).where(Payment.invoice_id == invoice_id, Payment.once == once)
    return work.session.scalar(query) is not None
