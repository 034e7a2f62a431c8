"""Numbers without gaps: taken from a counting row, under the workspace's lock, in the transaction that uses them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select, update

from milebill.domain.number_patterns import LARGEST, Pattern, code_of, read_pattern, taken_ahead
from milebill.domain.work import Actor, Work, verb
from milebill.errors import Invalid
from milebill.models import Client, EventKind, Invoice, NumberSeries, Quote

_OF_SERIES = (
    (NumberSeries.workspace_id == bindparam("of_workspace"))
    & (NumberSeries.kind == bindparam("of_kind"))
    & (NumberSeries.year == bindparam("of_year"))
)
_TAKE = (
    update(NumberSeries.__table__)  # type: ignore[arg-type]
    .where(_OF_SERIES)
    .values(last=NumberSeries.last + 1)
    .returning(NumberSeries.last)
)
_LAST = select(NumberSeries.last).where(_OF_SERIES)

PATTERNS = {"invoice": "{year}-{seq:4}", "credit_note": "CN-{year}-{seq:4}", "quote": "Q-{year}-{seq:3}"}
"""What numbers look like until somebody chooses. Corrected invoices count with the invoices."""


def next_number(work: Work, kind: str, client_id: int) -> str:
    """The next number of the workspace's series for `kind`; `client_id` is whose code the pattern may ask for."""
    pattern = chosen(work.workspace.numbering, kind)
    series = pattern.year_of_series(work.today)
    row = work.connection.execute(_TAKE, _keys(work, kind, series)).one_or_none()
    count = _begin(work, kind, series, pattern) if row is None else row.last
    code = _code(work, client_id) if pattern.names_client else ""
    return pattern.render(work.today.year, count, code)


def chosen(numbering: Mapping[str, Any], kind: str) -> Pattern:
    """The pattern in force, from Workspace.numbering."""
    return Pattern(numbering.get(kind, {}).get("pattern") or PATTERNS[kind])


def _keys(work: Work, kind: str, series: int) -> dict[str, Any]:
    return {"of_workspace": work.workspace.id, "of_kind": kind, "of_year": series}


def _begin(work: Work, kind: str, series: int, pattern: Pattern) -> int:
    """The series begins with the first number that was chosen for it, once."""
    choice = dict(work.workspace.numbering.get(kind, {}))
    first = int(choice.pop("first", 1))
    work.append(NumberSeries, workspace_id=work.workspace.id, kind=kind, year=series, pattern=pattern.text, last=first)
    if first != 1:
        work.workspace.numbering = {**work.workspace.numbering, kind: choice}
    return first


def _code(work: Work, client_id: int) -> str:
    """The client's code; given when a number needs it first, and kept."""
    client = work.session.get_one(Client, client_id)
    if not client.code:
        client.code = code_of(client.name, otherwise=f"C{client.id}")
    return client.code


@dataclass(frozen=True)
class Choice:
    """A pattern as it was typed, and the first number of the next series; None leaves it."""

    pattern: str
    first: int | None = None


@verb
def change_numbering(work: Work, actor: Actor, choices: Mapping[str, Choice]) -> None:
    """Set the patterns of some kinds (quote, invoice, credit_note). A series that counts already goes on counting.

    Raises Invalid by "<kind>-pattern" (see read_pattern; "taken" if it would come to numbers that are given, or to
    those of the other series of invoices) and "<kind>-first" ("number", "in_use" once the series has begun).
    """
    errors: dict[str, str] = {}
    numbering = dict(work.workspace.numbering)
    for kind, choice in choices.items():
        try:
            numbering.pop(kind, None)
            if kept := _checked(work, kind, choice):
                numbering[kind] = kept
        except Invalid as error:
            errors |= {f"{kind}-{name}": code for name, code in error.errors.items()}
    if not errors and chosen(numbering, "invoice").meets(chosen(numbering, "credit_note"), work.today):
        errors["credit_note-pattern"] = "taken"
    if errors:
        raise Invalid(errors)
    if numbering != work.workspace.numbering:
        work.workspace.numbering = numbering
        work.record(EventKind.SETTINGS_CHANGED, actor, fields=["numbering"])


def _checked(work: Work, kind: str, choice: Choice) -> dict[str, Any]:
    pattern = read_pattern(choice.pattern)
    series = pattern.year_of_series(work.today)
    last = work.connection.scalar(_LAST, _keys(work, kind, series))
    first = choice.first
    if first is not None and not 1 <= first < LARGEST:
        raise Invalid({"first": "number"})
    if last is not None and first not in (None, last + 1):
        raise Invalid({"first": "in_use"})
    upcoming = first or 1 if last is None else last + 1
    goes_on = last is not None and pattern == chosen(work.workspace.numbering, kind)  # it was looked at when it came
    if not goes_on and taken_ahead(pattern, _given(work, kind), series, upcoming):
        raise Invalid({"pattern": "taken"})
    kept: dict[str, Any] = {} if pattern.text == PATTERNS[kind] else {"pattern": pattern.text}
    return kept | ({"first": first} if last is None and first not in (None, 1) else {})


def _given(work: Work, kind: str) -> list[str]:
    """The numbers of this kind so far. Invoices and credit notes share their numbers' room."""
    if kind == "quote":
        quotes = select(Quote.number).where(Quote.workspace_id == work.workspace.id, Quote.number.is_not(None))
        return [number for number in work.session.scalars(quotes) if number]
    numbers = select(Invoice.number, Invoice.kind).where(Invoice.workspace_id == work.workspace.id)
    return [row.number for row in work.session.execute(numbers)]


def upcoming_number(numbering: Mapping[str, Any], kind: str, last: Mapping[int, int], today: date) -> tuple[str, bool]:
    """What the next number would be, and whether its series has begun; `last` is the last count by series' year."""
    pattern = chosen(numbering, kind)
    series = pattern.year_of_series(today)
    count = last[series] + 1 if series in last else int(numbering.get(kind, {}).get("first", 1))
    return pattern.render(today.year, count, "CLIENT"), series in last
