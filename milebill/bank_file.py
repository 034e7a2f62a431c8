"""Bank statements: what came in, read from CAMT.053 (ISO 20022) or from a bank's CSV file. Only credits are kept.

Both come from outside, so nothing in them is believed: no DOCTYPE, no entities, no size without a limit.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from xml.etree import ElementTree

from milebill.money import InvalidAmount, is_currency, parse_amount
from milebill.sheets import BadSheet, commonest, decoded, folded, rows_of

MAX_BYTES, MAX_ENTRIES = 5_000_000, 5_000
_MAX_PREAMBLE = 30
"""Rows that a bank may put before the heads of its columns."""
_MAX_TAGS = 400_000
"""Twice as many as 5 MB of a bank's long names hold; each costs a hundred times its length while it is read."""
_MAX_AMOUNT = 60
"""Longer ones are none. Taking them apart would cost as much as their length squared."""


class Unreadable(ValueError):
    """Not a statement that we can read. `code` says why; `row` is the row of the file, or the entry, if it is one."""

    def __init__(self, code: str, row: int = 0):
        super().__init__(f"{code} {row}")
        self.code, self.row = code, row


@dataclass(frozen=True)
class Entry:
    """Money that came in: `minor` units, more than 0; `bank_id` is the bank's own reference, or ""."""

    booked_on: date
    minor: int
    currency: str
    reference: str
    name: str
    iban: str
    bank_id: str = ""


@dataclass(frozen=True)
class BankFile:
    """What a file says; `format` is "camt" or "csv"."""

    format: str
    entries: tuple[Entry, ...]


def read(content: bytes, currency: str, locale: str) -> BankFile:
    """Read a file; `currency` and `locale` are those of its owner, where a CSV file names none. Raises Unreadable."""
    if len(content) > MAX_BYTES:
        raise Unreadable("too_large")
    text = _decoded(content)
    if text.lstrip().startswith("<"):
        found = BankFile("camt", tuple(_camt(text)))
    else:
        found = BankFile("csv", tuple(_csv(text, currency, locale)))
    if len(found.entries) > MAX_ENTRIES:
        raise Unreadable("too_many")
    return found


def fingerprints(entries: Sequence[Entry]) -> list[str]:
    """By which entries are recognised when another file has them again; equal ones of a file are counted through."""
    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    for entry in entries:
        known_by = (entry.bank_id,) if entry.bank_id else ("", entry.name, entry.reference)
        same = (entry.booked_on.isoformat(), str(entry.minor), entry.currency, *known_by)
        seen[same] += 1
        found.append(hashlib.sha256("\x1f".join((*same, str(seen[same]))).encode()).hexdigest())
    return found


def _decoded(content: bytes) -> str:
    try:
        return decoded(content)
    except BadSheet as error:
        raise Unreadable(error.code) from error


# CAMT.053


def _camt(text: str) -> Iterator[Entry]:
    if "<!" in re.sub(r"<!--|<!\[CDATA\[", "", text):
        raise Unreadable("doctype")
    if text.count("<") > _MAX_TAGS:
        raise Unreadable("not_camt")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314  (a DOCTYPE, and so every entity, was refused above)
    except ElementTree.ParseError as error:
        raise Unreadable("not_xml") from error
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]  # every version of the standard has a namespace of its own
    if root.find(".//BkToCstmrStmt") is None:
        raise Unreadable("not_camt")
    for number, booked in enumerate(root.iterfind(".//Stmt/Ntry"), 1):
        if _text(booked, "CdtDbtInd") == "CRDT" and _is_final(booked):
            yield from _entries(booked, number)


def _is_final(booked: ElementTree.Element) -> bool:
    state = _text(booked, "Sts/Cd") or _text(booked, "Sts")
    return state in {"", "BOOK"} and _text(booked, "RvslInd") not in {"true", "1"}


def _entries(booked: ElementTree.Element, number: int) -> Iterator[Entry]:
    """One for the entry, or one for each of its transactions, where a collective entry gives their amounts."""
    day = _iso_day(_text(booked, "BookgDt/Dt") or _text(booked, "BookgDt/DtTm")[:10], number)
    details = booked.findall("NtryDtls/TxDtls")
    amounts = [_amount_of(detail) for detail in details]
    own_id = _known_id(_text(booked, "AcctSvcrRef"))
    if len(details) < 2 or any(amount is None for amount in amounts):
        detail = details[0] if len(details) == 1 else booked
        yield _entry(booked, detail, day, booked.find("Amt"), own_id, number)
        return
    for place, (detail, amount) in enumerate(zip(details, amounts, strict=True), 1):
        if _text(detail, "CdtDbtInd") in {"", "CRDT"}:
            bank_id = _known_id(_text(detail, "Refs/AcctSvcrRef")) or (own_id and f"{own_id}/{place}")
            yield _entry(booked, detail, day, amount, bank_id, number)


def _amount_of(detail: ElementTree.Element) -> ElementTree.Element | None:
    own = detail.find("Amt")
    return own if own is not None else detail.find("AmtDtls/TxAmt/Amt")


def _entry(
    booked: ElementTree.Element,
    detail: ElementTree.Element,
    day: date,
    amount: ElementTree.Element | None,
    bank_id: str,
    number: int,
) -> Entry:
    if amount is None:
        raise Unreadable("row", number)
    currency = amount.get("Ccy", "")
    parts = [element.text or "" for element in detail.iterfind(".//RmtInf/Ustrd")]
    parts += [element.text or "" for element in detail.iterfind(".//RmtInf/Strd/CdtrRefInf/Ref")]
    reference = " ".join(parts) or _known_id(_text(detail, "Refs/EndToEndId")) or _text(booked, "AddtlNtryInf")
    payer = _text(detail, "RltdPties/Dbtr/Nm") or _text(detail, "RltdPties/Dbtr/Pty/Nm")
    iban = _text(detail, "RltdPties/DbtrAcct/Id/IBAN")
    return Entry(
        day, _minor(amount.text or "", currency, "en", number), currency, _tidy(reference, 1_000), _tidy(payer, 200),
        iban[:34], bank_id[:200],
    )  # fmt: skip


def _text(element: ElementTree.Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _known_id(text: str) -> str:
    return "" if text in {"NOTPROVIDED", "NONREF", "NOREF"} else text


# CSV

_HEADS = {
    "day": {"buchungstag", "buchungsdatum", "buchung", "datum", "booking date", "date", "transaction date",
            "completed date", "date de comptabilisation", "date comptable", "date operation", "date de l operation"},
    "amount": {"betrag", "umsatz", "amount", "montant", "gutschrift", "haben", "credit", "paid in", "betrag eur"},
    "currency": {"waehrung", "wahrung", "currency", "devise"},
    "reference": {"verwendungszweck", "zahlungsreferenz", "zahlungszweck", "reference", "payment reference",
                  "description", "details", "libelle", "libelle operation", "motif", "communication", "remittance"},
    "name": {"auftraggeber empfanger", "beguenstigter zahlungspflichtiger", "begunstigter zahlungspflichtiger",
             "name zahlungsbeteiligter", "zahlungspflichtiger", "zahlungspflichtige r", "auftraggeber", "name", "payer",
             "counterparty", "counterparty name", "nom", "contrepartie", "donneur d ordre"},
    "iban": {"iban", "kontonummer iban", "iban zahlungsbeteiligter", "counterparty account", "counterparty iban",
             "compte contrepartie"},
}  # fmt: skip
"""The words that banks head their columns with: German, English, French; folded to small letters and spaces."""


def _csv(text: str, currency: str, locale: str) -> Iterator[Entry]:
    sample = "\n".join(text.splitlines()[:_MAX_PREAMBLE])
    try:
        rows = rows_of(text, commonest(sample))
    except BadSheet as error:
        raise Unreadable("header") from error
    place, columns = _head(rows)
    for number, row in enumerate(rows[place + 1 :], place + 2):
        entry = _row(row, columns, number, currency, locale)
        if entry is not None:
            yield entry


def _head(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """Where the columns are named, and where each of them is."""
    for place, row in enumerate(rows[:_MAX_PREAMBLE]):
        columns = _columns(row)
        if "day" in columns and "amount" in columns:
            return place, columns
    raise Unreadable("header")


def _columns(row: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, head in enumerate(row):
        words = folded(head)
        for name, known in _HEADS.items():
            if words in known:
                found.setdefault(name, place)
    return found


def _row(row: Sequence[str], columns: dict[str, int], number: int, currency: str, locale: str) -> Entry | None:
    cells = {name: row[place].strip() if place < len(row) else "" for name, place in columns.items()}
    if not cells["day"] or not cells["amount"]:
        return None  # a line of sums, or a debit in a column of its own
    if len(cells["amount"]) > _MAX_AMOUNT:
        raise Unreadable("row", number)
    in_currency = cells.get("currency", "").upper() or currency
    amount = re.sub(r"^[^\d+-]+|[^\d]+$", "", cells["amount"]).lstrip("+")
    if amount.startswith("-") or cells["amount"].endswith("-"):
        return None
    minor = _minor(amount, in_currency, locale, number)
    reference, name = _tidy(cells.get("reference", ""), 1_000), _tidy(cells.get("name", ""), 200)
    iban = "".join(cells.get("iban", "").split())[:34]
    return Entry(_day(cells["day"], number), minor, in_currency, reference, name, iban) if minor else None


def _day(text: str, number: int) -> date:
    match = re.fullmatch(r"(\d{1,2})[./](\d{1,2})[./](\d{4}|\d{2})", text, re.ASCII)
    if match is None:
        return _iso_day(text[:10], number)
    year = int(match[3]) + (2000 if len(match[3]) == 2 else 0)
    return _iso_day(f"{year:04}-{int(match[2]):02}-{int(match[1]):02}", number)


# Both


def _iso_day(text: str, number: int) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Unreadable("row", number) from error


def _minor(text: str, currency: str, locale: str, number: int) -> int:
    if not is_currency(currency) or len(text) > _MAX_AMOUNT:
        raise Unreadable("row", number)
    try:
        minor = parse_amount(text, currency, locale)
    except InvalidAmount as error:
        raise Unreadable("row", number) from error
    if minor < 0:
        raise Unreadable("row", number)
    return minor


def _tidy(text: str, longest: int) -> str:
    """On one line, without signs that no database keeps."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:longest]
